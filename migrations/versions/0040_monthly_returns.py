"""monthly returns of units to the office of the committee"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0040"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monthly_return",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("office_id", sa.Integer, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("rule_id", sa.String(60), nullable=False),
        sa.Column("rule_version", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("waiting_step", sa.String(40), nullable=True),
        sa.Column("content", JsonValue, nullable=True),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("first_submitted_at", UtcDateTime, nullable=True),
        sa.Column("submitted_at", UtcDateTime, nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.UniqueConstraint("unit_id", "period"),
    )
    for column in ("office_id", "period", "state"):
        op.create_index(f"ix_monthly_return_{column}", "monthly_return", [column])
    op.create_table(
        "monthly_return_step",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("return_id", sa.Integer, sa.ForeignKey("monthly_return.id"), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("substitution_id", sa.Integer, sa.ForeignKey("substitution.id"), nullable=True),
        sa.Column("opinion", sa.Text, nullable=False),
        sa.Column("content", JsonValue, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index("ix_monthly_return_step_return_id", "monthly_return_step", ["return_id"])


def downgrade() -> None:
    op.drop_table("monthly_return_step")
    op.drop_table("monthly_return")
