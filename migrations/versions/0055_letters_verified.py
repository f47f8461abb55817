"""letters of handovers: verification codes, seals, and what is enclosed"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("handover_letter", sa.Column("verification", JsonValue, nullable=True))
    op.add_column("handover_letter", sa.Column("verification_code", sa.String(24), nullable=True))
    op.create_index(
        "ix_handover_letter_verification_code",
        "handover_letter",
        ["verification_code"],
        unique=True,
    )
    op.add_column(
        "handover_letter",
        sa.Column("sealed_by_id", sa.Integer, sa.ForeignKey("organisation.id"), nullable=True),
        inline_references=True,
    )
    op.add_column("handover_letter", sa.Column("signatures", JsonValue, nullable=True))
    op.add_column("handover_letter", sa.Column("enclosed", JsonValue, nullable=True))


def downgrade() -> None:
    op.drop_index("ix_handover_letter_verification_code", "handover_letter")
    with op.batch_alter_table("handover_letter") as batch:
        for name in (
            "enclosed",
            "signatures",
            "sealed_by_id",
            "verification_code",
            "verification",
        ):
            batch.drop_column(name)
