"""rounds of assessment: facts, scores, objections, corrections, copies"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def _link(name: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{to}.id"), nullable=nullable)


def _by_whom() -> list[sa.Column[Any]]:
    return [
        _link("person_id", "person"),
        _link("post_id", "post"),
        _link("substitution_id", "substitution", nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "assessment_round",
        sa.Column("id", sa.Integer, primary_key=True),
        _link("office_id", "organisation"),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("as_of", UtcDateTime, nullable=False),
        sa.Column("rules", JsonValue, nullable=False),
        sa.Column("facts_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("waiting_step", sa.String(40), nullable=True),
        sa.Column("objections_until", sa.Date, nullable=True),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "assessment_fact",
        sa.Column("id", sa.Integer, primary_key=True),
        _link("round_id", "assessment_round"),
        _link("unit_id", "organisation"),
        sa.Column("indicator", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("met", sa.Boolean, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("happened_on", sa.Date, nullable=True),
        sa.Column("unnamed", sa.Boolean, nullable=False),
        _link("case_id", "supervision_case", nullable=True),
        _link("deadline_id", "deadline", nullable=True),
        _link("act_id", "act", nullable=True),
        _link("document_id", "document", nullable=True),
        _link("publication_id", "publication", nullable=True),
        _link("check_id", "lookback_check", nullable=True),
        _link("return_id", "monthly_return", nullable=True),
    )
    op.create_table(
        "assessment_objection",
        sa.Column("id", sa.Integer, primary_key=True),
        _link("round_id", "assessment_round"),
        _link("unit_id", "organisation"),
        sa.Column("fact_id", sa.Integer, sa.ForeignKey("assessment_fact.id"), nullable=False),
        sa.Column("waiting_step", sa.String(40), nullable=True),
        sa.UniqueConstraint("fact_id"),
    )
    op.create_table(
        "assessment_step",
        sa.Column("id", sa.Integer, primary_key=True),
        _link("round_id", "assessment_round"),
        _link("objection_id", "assessment_objection", nullable=True),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("opinion", sa.Text, nullable=False),
        sa.Column("content", JsonValue, nullable=False),
        *_by_whom(),
    )
    op.create_table(
        "assessment_correction",
        sa.Column("id", sa.Integer, primary_key=True),
        _link("fact_id", "assessment_fact"),
        _link("objection_id", "assessment_objection", nullable=True),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("met", sa.Boolean, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        *_by_whom(),
    )
    op.create_table(
        "assessment_sheet",
        sa.Column("id", sa.Integer, primary_key=True),
        _link("round_id", "assessment_round"),
        _link("unit_id", "organisation"),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("corrections_to", sa.Integer, nullable=False),
        sa.Column("hundredths", sa.Integer, nullable=True),
        sa.Column("grade", sa.String(20), nullable=True),
        sa.Column("vetoed", sa.Boolean, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("round_id", "unit_id", "revision"),
    )
    op.create_table(
        "assessment_score",
        sa.Column("id", sa.Integer, primary_key=True),
        _link("sheet_id", "assessment_sheet"),
        sa.Column("indicator", sa.String(40), nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("met", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("hundredths", sa.Integer, nullable=True),
        sa.UniqueConstraint("sheet_id", "indicator"),
    )
    op.create_table(
        "assessment_copy",
        sa.Column("id", sa.Integer, primary_key=True),
        _link("round_id", "assessment_round"),
        sa.Column("receiver_name", sa.String(100), nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=False),
        sa.Column("received_on", sa.Date, nullable=True),
        sa.Column("received_by", sa.String(60), nullable=False, server_default=""),
        _link("recorded_by_id", "person", nullable=True),
        sa.Column("recorded_at", UtcDateTime, nullable=True),
    )
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


_INDEXES = (
    ("assessment_round", "office_id"),
    ("assessment_round", "period"),
    ("assessment_round", "state"),
    ("assessment_fact", "round_id"),
    ("assessment_objection", "round_id"),
    ("assessment_step", "round_id"),
    ("assessment_step", "objection_id"),
    ("assessment_correction", "fact_id"),
    ("assessment_sheet", "unit_id"),
    ("assessment_copy", "round_id"),
)


def downgrade() -> None:
    for table in (
        "assessment_copy",
        "assessment_score",
        "assessment_sheet",
        "assessment_correction",
        "assessment_step",
        "assessment_objection",
        "assessment_fact",
        "assessment_round",
    ):
        op.drop_table(table)
