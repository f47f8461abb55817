"""referrals that came in on a medium, without a case of this installation"""

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

OPTIONAL = ("case_id", "sender_id", "about_organisation_id")
# Whatever points at a referral, in the order of their making.
BELONGING = (
    "referral_act",
    "referral_audit_entry",
    "referral_look",
    "referral_note",
    "referral_open_step",
    "referral_package",
)


def upgrade() -> None:
    _make_optional(optional=True)
    op.create_table(
        "referral_carriage",
        sa.Column("referral_id", sa.Integer, sa.ForeignKey("referral.id"), primary_key=True),
        sa.Column("peer", sa.String(128), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("referral_carriage")
    _make_optional(optional=False)


def _make_optional(*, optional: bool) -> None:
    """SQLite makes the table anew; meanwhile nothing may point at a row of it."""
    anew = op.get_bind().dialect.name == "sqlite"
    if anew:
        for table in BELONGING:
            op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608  names written above
            op.execute(f"DELETE FROM {table}")  # noqa: S608
    with op.batch_alter_table("referral") as batch:
        for name in OPTIONAL:
            batch.alter_column(name, existing_type=sa.Integer(), nullable=optional)
    if anew:
        for table in BELONGING:
            op.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")  # noqa: S608
            op.execute(f"DROP TABLE kept_{table}")
