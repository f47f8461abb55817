"""corrections of issued documents, and who signs them"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("supervision_case", sa.Column("correction_signatory", sa.String(40)))
    op.add_column(
        "document",
        sa.Column("corrects_id", sa.Integer(), sa.ForeignKey("document.id")),
        inline_references=True,
    )
    op.create_index("ix_document_corrects_id", "document", ["corrects_id"])
