"""listing batches: one notice, many cases"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listing_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("inputs", services.database.JsonValue(), nullable=False),
        sa.Column("draft_sha256", sa.String(length=64), nullable=True),
        sa.Column("issued_sha256", sa.String(length=64), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", services.database.UtcDateTime(), nullable=False),
        sa.Column("dissolved_at", services.database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organ_id"], ["organisation.id"], name=op.f("fk_listing_batch_organ_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_listing_batch_proposed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_listing_batch_number")),
    )
    for table in ("document", "act"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_{table}_batch_id_listing_batch"), "listing_batch", ["batch_id"], ["id"]
            )
    op.create_index(op.f("ix_document_batch_id"), "document", ["batch_id"], unique=False)
