"""what rows of a case said before they were overwritten"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_value",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("supervision_case.id"), nullable=False),
        sa.Column("record", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        sa.Column("former", JsonValue, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_former_value_case_id_at", "former_value", ["case_id", "at"])


def downgrade() -> None:
    op.drop_table("former_value")
