"""the originals of scans whose copies are shown without metadata"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("paper_scan", "original_sha256"),
        ("paper_case_scan", "original_sha256"),
        ("substitution", "authority_original_sha256"),
        ("dissolution", "document_original_sha256"),
    ):
        op.add_column(table, sa.Column(column, sa.String(64), nullable=True))
