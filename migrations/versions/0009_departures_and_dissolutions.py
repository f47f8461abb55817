"""departures and dissolutions"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _deed(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that all deeds have."""
    people = ("proposed_by_id", "confirmed_by_id", "revoked_by_id")
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", services.database.UtcDateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", services.database.UtcDateTime(), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", services.database.UtcDateTime(), nullable=True),
        sa.Column("form_nonce", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}_person"))
            for name in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("form_nonce", name=op.f(f"uq_{table}_form_nonce")),
    ]


def upgrade() -> None:
    op.create_table(
        "departure",
        *_deed("departure"),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("plan", services.database.JsonValue(), nullable=False),
        sa.Column("content", services.database.JsonValue(), nullable=True),
        sa.Column("settled_at", services.database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_departure_person_id_person")
        ),
    )
    with op.batch_alter_table("departure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_departure_person_id"), ["person_id"], unique=False)
    op.create_table(
        "dissolution",
        *_deed("dissolution"),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("dissolved_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("document_media_type", sa.String(length=60), nullable=False),
        sa.Column("document_file_name", sa.String(length=200), nullable=False),
        sa.Column("plan", services.database.JsonValue(), nullable=False),
        sa.Column("content", services.database.JsonValue(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_dissolution_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"],
            ["organisation.id"],
            name=op.f("fk_dissolution_successor_id_organisation"),
        ),
    )
    with op.batch_alter_table("dissolution", schema=None) as batch_op:
        for name in ("organisation_id", "successor_id"):
            batch_op.create_index(batch_op.f(f"ix_dissolution_{name}"), [name], unique=False)
    op.create_table(
        "case_succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dissolution_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("relations", services.database.JsonValue(), nullable=False),
        sa.Column("at", services.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["supervision_case.id"],
            name=op.f("fk_case_succession_case_id_supervision_case"),
        ),
        sa.ForeignKeyConstraint(
            ["dissolution_id"],
            ["dissolution.id"],
            name=op.f("fk_case_succession_dissolution_id_dissolution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_succession")),
        sa.UniqueConstraint(
            "dissolution_id", "case_id", name=op.f("uq_case_succession_dissolution_id_case_id")
        ),
    )
    with op.batch_alter_table("case_succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_succession_case_id"), ["case_id"], unique=False)
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dissolved_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("succeeded_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_organisation_succeeded_by_id_organisation"),
            "organisation",
            ["succeeded_by_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_organisation_succeeded_by_id_organisation"), type_="foreignkey"
        )
        batch_op.drop_column("succeeded_by_id")
        batch_op.drop_column("dissolved_on")
    op.drop_table("case_succession")
    op.drop_table("dissolution")
    op.drop_table("departure")
