"""whom a case is pressed on"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "supervision_case", sa.Column("escalation_addressee", sa.String(length=20), nullable=True)
    )
