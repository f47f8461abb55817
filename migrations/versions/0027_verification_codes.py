"""the codes printed on issued pages"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("document", "listing_batch"):
        op.add_column(table, sa.Column("verification_code", sa.String(24)))
        op.create_index(f"ix_{table}_verification_code", table, ["verification_code"], unique=True)
