"""the first opening of a document by whom it is addressed to"""

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_opening_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_document_opening_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_document_opening_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_opening")),
        sa.UniqueConstraint(
            "document_id",
            "organisation_id",
            name=op.f("uq_document_opening_document_id_organisation_id"),
        ),
    )
