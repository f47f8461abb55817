"""checks after delisting, and what the public says is not put right"""

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lookback_check",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("supervision_case.id"), nullable=False),
        sa.Column("months", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("done_on", sa.Date, nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("substitution_id", sa.Integer, sa.ForeignKey("substitution.id"), nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index("ix_lookback_check_case_id", "lookback_check", ["case_id"])
    op.create_table(
        "public_alert",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("supervision_case.id"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("set_aside_at", UtcDateTime, nullable=True),
        sa.Column("set_aside_by_id", sa.Integer, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("set_aside_post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=True),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index("ix_public_alert_case_id", "public_alert", ["case_id"])


def downgrade() -> None:
    op.drop_table("public_alert")
    op.drop_table("lookback_check")
