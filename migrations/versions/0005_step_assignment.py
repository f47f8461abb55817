"""step assignment"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "step_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("process_id", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("former_holder_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", services.database.UtcDateTime(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["supervision_case.id"],
            name=op.f("fk_step_assignment_case_id_supervision_case"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_step_assignment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_step_assignment_post_id_post")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["person.id"], name=op.f("fk_step_assignment_holder_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["former_holder_id"],
            ["person.id"],
            name=op.f("fk_step_assignment_former_holder_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_assignment")),
        sa.UniqueConstraint("task_id", "number", name=op.f("uq_step_assignment_task_id_number")),
    )
    with op.batch_alter_table("step_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_assignment_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("step_assignment")
