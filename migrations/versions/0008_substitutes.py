"""substitutes"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "substitution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("principal_person_id", sa.Integer(), nullable=False),
        sa.Column("substitute_person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("excluded", services.database.JsonValue(), nullable=False),
        sa.Column("authority_sha256", sa.String(length=64), nullable=False),
        sa.Column("authority_media_type", sa.String(length=60), nullable=False),
        sa.Column("authority_file_name", sa.String(length=200), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", services.database.UtcDateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", services.database.UtcDateTime(), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", services.database.UtcDateTime(), nullable=True),
        sa.Column("form_nonce", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], ["person.id"], name=op.f(f"fk_substitution_{name}_person")
            )
            for name in (
                "principal_person_id",
                "substitute_person_id",
                "proposed_by_id",
                "confirmed_by_id",
                "revoked_by_id",
            )
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_substitution_post_id_post")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
        sa.UniqueConstraint("form_nonce", name=op.f("uq_substitution_form_nonce")),
    )
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        for name in ("post_id", "principal_person_id", "substitute_person_id"):
            batch_op.create_index(batch_op.f(f"ix_substitution_{name}"), [name], unique=False)
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.add_column(sa.Column("substitution_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_act_substitution_id_substitution"),
            "substitution",
            ["substitution_id"],
            ["id"],
        )
        batch_op.create_index(
            "ix_act_substitution_id_case_id_action",
            ["substitution_id", "case_id", "action"],
            unique=False,
        )
    with op.batch_alter_table("case_criterion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entered_for_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_case_criterion_entered_for_id_person"),
            "person",
            ["entered_for_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("case_criterion", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_case_criterion_entered_for_id_person"), type_="foreignkey"
        )
        batch_op.drop_column("entered_for_id")
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_index("ix_act_substitution_id_case_id_action")
        batch_op.drop_constraint(
            batch_op.f("fk_act_substitution_id_substitution"), type_="foreignkey"
        )
        batch_op.drop_column("substitution_id")
    op.drop_table("substitution")
