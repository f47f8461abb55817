"""tracebacks: proposals, steps, reports, and what came of them"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "traceback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("supervision_case.id"), nullable=False),
        sa.Column("trigger", sa.String(20), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("proposed_by_id", sa.Integer, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.Column("content", JsonValue, nullable=True),
        sa.Column("waiting_step", sa.String(40), nullable=True),
        sa.Column("decision", sa.String(20), nullable=True),
        sa.Column("number", sa.String(60), nullable=True, unique=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("case_id", "source"),
    )
    op.create_index("ix_traceback_case_id", "traceback", ["case_id"])
    op.create_table(
        "traceback_step",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("traceback_id", sa.Integer, sa.ForeignKey("traceback.id"), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("substitution_id", sa.Integer, sa.ForeignKey("substitution.id"), nullable=True),
        sa.Column("opinion", sa.Text, nullable=False),
        sa.Column("content", JsonValue, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index("ix_traceback_step_traceback_id", "traceback_step", ["traceback_id"])
    op.create_table(
        "traceback_disposition",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("traceback_id", sa.Integer, sa.ForeignKey("traceback.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("organ_name", sa.String(200), nullable=False),
        sa.Column("document_number", sa.String(100), nullable=False),
        sa.Column("done_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index(
        "ix_traceback_disposition_traceback_id", "traceback_disposition", ["traceback_id"]
    )


def downgrade() -> None:
    op.drop_table("traceback_disposition")
    op.drop_table("traceback_step")
    op.drop_table("traceback")
