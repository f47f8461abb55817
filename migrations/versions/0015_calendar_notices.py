"""holiday notices entered since the release, and limits moved by them"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("citation", sa.String(length=300), nullable=False),
        sa.Column("off_days", services.database.JsonValue(), nullable=False),
        sa.Column("make_up_days", services.database.JsonValue(), nullable=False),
        sa.Column("in_force_at", services.database.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_notice")),
    )
    for name, target in (
        ("calendar_notice_id", "calendar_notice"),
        ("changed_by_id", "person"),
    ):
        op.add_column(
            "deadline_change",
            sa.Column(
                name,
                sa.Integer(),
                sa.ForeignKey(f"{target}.id", name=op.f(f"fk_deadline_change_{name}_{target}")),
                nullable=True,
            ),
            inline_references=True,
        )
