"""receivers that lead and support, those that gave way to another, and invited experts"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("handover") as batch:
        batch.add_column(
            sa.Column("kind", sa.String(length=20), server_default="lead", nullable=False)
        )
    op.create_table(
        "former_receiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("handed_over_at", services.database.UtcDateTime(), nullable=False),
        sa.Column("left_at", services.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_former_receiver_handover_id_handover")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"],
            ["organisation.id"],
            name=op.f("fk_former_receiver_receiver_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_receiver")),
    )
    op.create_index(
        op.f("ix_former_receiver_handover_id"), "former_receiver", ["handover_id"], unique=False
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", services.database.UtcDateTime(), nullable=False),
        sa.Column("ended_at", services.database.UtcDateTime(), nullable=True),
        sa.Column("ended_as", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["supervision_case.id"],
            name=op.f("fk_invitation_case_id_supervision_case"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_invitation_invited_by_id_person")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_invitation_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_case_id"), "invitation", ["case_id"], unique=False)
    op.create_index(op.f("ix_invitation_post_id"), "invitation", ["post_id"], unique=False)
