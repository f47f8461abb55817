"""points of heads of enterprises that were taken back"""

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "point_reversal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("act_id", sa.Integer, sa.ForeignKey("act.id"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("substitution_id", sa.Integer, sa.ForeignKey("substitution.id"), nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.UniqueConstraint("act_id"),
    )


def downgrade() -> None:
    op.drop_table("point_reversal")
