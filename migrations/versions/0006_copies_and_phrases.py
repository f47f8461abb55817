"""copies and phrases"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", services.database.UtcDateTime(), nullable=False),
        sa.Column("form_nonce", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name=op.f("fk_case_copy_act_id_act")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_case_copy_case_id_supervision_case")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_copy_person_id_person")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_case_copy_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_copy")),
        sa.UniqueConstraint("form_nonce", name=op.f("uq_case_copy_form_nonce")),
    )
    with op.batch_alter_table("case_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_copy_case_id"), ["case_id"], unique=False)
    op.create_table(
        "copy_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("read_at", services.database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["case_copy.id"], name=op.f("fk_copy_recipient_copy_id_case_copy")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_copy_recipient_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_recipient")),
        sa.UniqueConstraint(
            "copy_id", "person_id", name=op.f("uq_copy_recipient_copy_id_person_id")
        ),
    )
    with op.batch_alter_table("copy_recipient", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_copy_recipient_person_id_read_at"),
            ["person_id", "read_at"],
            unique=False,
        )
    op.create_table(
        "stock_phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("added_at", services.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_stock_phrase_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_phrase")),
        sa.UniqueConstraint("person_id", "text", name=op.f("uq_stock_phrase_person_id_text")),
    )


def downgrade() -> None:
    op.drop_table("stock_phrase")
    op.drop_table("copy_recipient")
    op.drop_table("case_copy")
