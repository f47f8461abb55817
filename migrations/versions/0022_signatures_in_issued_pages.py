"""the signing authority, and who signed the issued pages"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_authority")),
    )
    op.add_column("document", sa.Column("signatures", JsonValue(), nullable=True))
    op.add_column("listing_batch", sa.Column("signatures", JsonValue(), nullable=True))


def downgrade() -> None:
    op.drop_column("listing_batch", "signatures")
    op.drop_column("document", "signatures")
    op.drop_table("signing_authority")
