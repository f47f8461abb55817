"""ledger files and the numbers of the national database"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("supervision_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("national_number", sa.String(length=60), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_supervision_case_national_number"), ["national_number"]
        )
    op.create_table(
        "national_number_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("old_number", sa.String(length=60), nullable=True),
        sa.Column("new_number", sa.String(length=60), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("at", services.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["supervision_case.id"],
            name=op.f("fk_national_number_entry_case_id_supervision_case"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_national_number_entry_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_national_number_entry_post_id_post")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_number_entry")),
    )
    with op.batch_alter_table("national_number_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_national_number_entry_case_id"), ["case_id"])
    op.create_table(
        "ledger_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("checked_at", services.database.UtcDateTime(), nullable=False),
        sa.Column("checked", services.database.JsonValue(), nullable=False),
        sa.Column("imported_at", services.database.UtcDateTime(), nullable=True),
        sa.Column("imported", services.database.JsonValue(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ledger_import_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_import")),
    )
    with op.batch_alter_table("ledger_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_import_person_id"), ["person_id"])
    op.create_table(
        "ledger_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("asked", services.database.JsonValue(), nullable=False),
        sa.Column("case_count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", services.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ledger_export_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_export")),
    )
    with op.batch_alter_table("ledger_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_export_person_id"), ["person_id"])


def downgrade() -> None:
    op.drop_table("ledger_export")
    op.drop_table("ledger_import")
    op.drop_table("national_number_entry")
    with op.batch_alter_table("supervision_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supervision_case_national_number"))
        batch_op.drop_column("national_number")
