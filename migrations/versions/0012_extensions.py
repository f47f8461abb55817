"""limits that were moved, each with what it was before"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deadline_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=True),
        sa.Column("former_due_at", services.database.UtcDateTime(), nullable=False),
        sa.Column("former_due_on", sa.Date(), nullable=False),
        sa.Column("former_computation", services.database.JsonValue(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", services.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name=op.f("fk_deadline_change_act_id_act")),
        sa.ForeignKeyConstraint(
            ["deadline_id"],
            ["deadline.id"],
            name=op.f("fk_deadline_change_deadline_id_deadline"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_change")),
    )
    op.create_index(
        op.f("ix_deadline_change_deadline_id"), "deadline_change", ["deadline_id"], unique=False
    )
