"""letters to the receivers of handovers, and what these report"""

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover_letter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("supervision_case.id"), nullable=False),
        sa.Column("handover_id", sa.Integer, sa.ForeignKey("handover.id"), nullable=True),
        sa.Column("receiver_id", sa.Integer, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.String(60), nullable=False, unique=True),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
    )
    op.create_index("ix_handover_letter_case_id", "handover_letter", ["case_id"])
    op.create_index("ix_handover_letter_handover_id", "handover_letter", ["handover_id"])
    op.create_table(
        "handover_note",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("handover_id", sa.Integer, sa.ForeignKey("handover.id"), nullable=False),
        sa.Column("receiver_id", sa.Integer, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("period", sa.String(7), nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("substitution_id", sa.Integer, sa.ForeignKey("substitution.id"), nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index("ix_handover_note_handover_id", "handover_note", ["handover_id"])


def downgrade() -> None:
    op.drop_table("handover_note")
    op.drop_table("handover_letter")
