"""monthly returns that come on paper"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("monthly_return", sa.Column("paper_received_on", sa.Date, nullable=True))
    op.create_table(
        "paper_return",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("return_id", sa.Integer, sa.ForeignKey("monthly_return.id"), nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("delivered_by", sa.String(60), nullable=False),
        sa.Column("signed_by", sa.String(60), nullable=False),
        sa.Column("original_place", sa.String(200), nullable=False),
        sa.Column("scans", JsonValue, nullable=False),
        sa.Column("registrar_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("registrar_post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by_id", sa.Integer, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("decided_at", UtcDateTime, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index("ix_paper_return_return_id", "paper_return", ["return_id"])


def downgrade() -> None:
    op.drop_table("paper_return")
    op.drop_column("monthly_return", "paper_received_on")
