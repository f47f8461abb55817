"""taking back"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes_back_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_act_takes_back_id"), ["takes_back_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_act_takes_back_id_act"), "act", ["takes_back_id"], ["id"]
        )
    op.add_column("process_instance", sa.Column("state_before", sa.LargeBinary(), nullable=True))
    op.add_column(
        "process_instance",
        sa.Column("found_before", services.database.JsonValue(), nullable=True),
    )
