"""an index of the open steps that are duties"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_open_task_duty",
        "open_task",
        ["step_id", "case_id"],
        sqlite_where=sa.text("standing IS 0 OR due_at IS NOT NULL"),
        postgresql_where=sa.text("standing IS FALSE OR due_at IS NOT NULL"),
    )
