"""The hot path: process instances, open tasks, step events, outbox, beats. Never mapped."""

import sqlalchemy as sa

from services.database import Base, JsonValue, UtcDateTime

definition_file = sa.Table(
    "definition_file",
    Base.metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("process_id", sa.String(60), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("stored_at", UtcDateTime, nullable=False),
)
process_instance = sa.Table(
    "process_instance",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject_kind", sa.String(20), nullable=False),
    sa.Column("subject_id", sa.Integer, nullable=False),
    sa.Column("process_id", sa.String(60), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    # What the latest act found, where that act can be taken back: services/before_act.py.
    sa.Column("state_before", sa.LargeBinary),
    sa.Column("found_before", JsonValue),
    sa.UniqueConstraint("subject_kind", "subject_id", "process_id"),
)
open_task = sa.Table(
    "open_task",
    Base.metadata,
    sa.Column("task_id", sa.String(32), primary_key=True),
    sa.Column("instance_id", sa.ForeignKey("process_instance.id"), nullable=False, index=True),
    sa.Column("case_id", sa.ForeignKey("supervision_case.id"), nullable=False, index=True),
    sa.Column("step_id", sa.String(60), nullable=False, index=True),
    sa.Column("process_id", sa.String(60), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("standing", sa.Boolean, nullable=False),
    sa.Column("proposal", JsonValue, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime),
    # Of the open steps nine in ten are standing ones that are nobody's duty: `IS_DUTY`.
    sa.Index(
        "ix_open_task_duty",
        "step_id",
        "case_id",
        sqlite_where=sa.text("standing IS 0 OR due_at IS NOT NULL"),
        postgresql_where=sa.text("standing IS FALSE OR due_at IS NOT NULL"),
    ),
)
step_event = sa.Table(
    "step_event",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("instance_id", sa.ForeignKey("process_instance.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("case_id", sa.ForeignKey("supervision_case.id"), nullable=False, index=True),
    sa.Column("act_id", sa.ForeignKey("act.id"), nullable=False),
    sa.Column("task_id", sa.String(32), nullable=False),
    sa.Column("step_id", sa.String(60), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("facts", JsonValue, nullable=False),
    sa.Column("passed", JsonValue, nullable=False),
    sa.Column("opened", JsonValue, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("instance_id", "version"),
)
outbox = sa.Table(
    "outbox",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("idempotency_key", sa.String(120), nullable=False, unique=True),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("payload", JsonValue, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("not_before", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
    sa.Column("incident", sa.Text),
    sa.Column("incident_code", sa.String(60)),
    sa.Index(
        "ix_outbox_waiting",
        "not_before",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)
# One row per running worker: its sign of life.
worker_beat = sa.Table(
    "worker_beat",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("beat_at", UtcDateTime, nullable=False),
    sa.Column("worked_at", UtcDateTime),
)
