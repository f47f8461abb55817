"""the reports of tracebacks as documents, and who took their pages"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0052"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "traceback_report",
        sa.Column("traceback_id", sa.Integer, sa.ForeignKey("traceback.id"), primary_key=True),
        sa.Column("step_id", sa.Integer, sa.ForeignKey("traceback_step.id"), nullable=False),
        sa.Column("inputs", JsonValue, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("signatures", JsonValue, nullable=True),
    )
    op.create_table(
        "traceback_look",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("traceback_id", sa.Integer, sa.ForeignKey("traceback.id"), nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index("ix_traceback_look_traceback_id", "traceback_look", ["traceback_id"])


def downgrade() -> None:
    op.drop_table("traceback_look")
    op.drop_table("traceback_report")
