"""How the work behind the pages stands: workers heard, messages that wait, what has failed.

Nothing here tells of a case: topics, ids, times and codes only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.deadline import Deadline
from services.models.process import outbox, worker_beat
from services.topics import Topic

# The office's own settings. Rendering one document takes half of it at most.
SILENT_AFTER = timedelta(minutes=1)
LATE_AFTER = timedelta(minutes=1)
MOST_SHOWN = 200


class IncidentKind(StrEnum):
    """What failed too often: a message, or the look at a deadline."""

    MESSAGE = "message"
    DEADLINE = "deadline"


@dataclass(frozen=True, order=True)
class IncidentRef:
    """Which incident; written as `message-7`."""

    kind: IncidentKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.id}"

    @classmethod
    def read(cls, text: str) -> "IncidentRef | None":
        """A reference as it is written; None for anything else."""
        kind, _, number = text.strip().partition("-")
        if kind not in set(IncidentKind) or not (number.isascii() and number.isdigit()):
            return None
        return cls(IncidentKind(kind), int(number)) if int(number) < 2**31 else None


@dataclass(frozen=True)
class WorkerRow:
    """One worker and when it was heard."""

    name: str
    started_at: datetime
    beat_at: datetime
    worked_at: datetime | None
    is_silent: bool


@dataclass(frozen=True)
class TopicRow:
    """Messages of one topic that are not done. `waiting` is due now; `late` of these too long."""

    topic: Topic
    waiting: int
    late: int
    leased: int
    put_back: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class IncidentRow:
    """One incident. A deadline has no topic, and is looked at again at `next_at` by itself."""

    ref: IncidentRef
    topic: Topic | None
    attempts: int
    code: str
    error: str
    since: datetime
    next_at: datetime | None


@dataclass(frozen=True)
class WorkerStatus:
    """Everything at one moment."""

    workers: tuple[WorkerRow, ...]
    topics: tuple[TopicRow, ...]
    incidents: tuple[IncidentRow, ...]
    incident_count: int
    to_look_at: int
    oldest_look_at: datetime | None
    looks_put_back: int

    @property
    def is_heard(self) -> bool:
        """Whether at least one worker is alive."""
        return any(not worker.is_silent for worker in self.workers)

    @property
    def is_healthy(self) -> bool:
        """Whether nobody has to do anything."""
        return self.is_heard and not self.incident_count

    @property
    def is_idle(self) -> bool:
        """Whether nothing has waited too long."""
        return not self.to_look_at and all(not topic.late for topic in self.topics)


def get_worker_status(session: Session, now: datetime) -> WorkerStatus:
    """Workers by when they were last heard, topics by name, incidents oldest first."""
    counts = {kind: _count_incidents(session, kind) for kind in IncidentKind}
    looks, oldest, put_back = _looks(session, now)
    return WorkerStatus(
        tuple(_workers(session, now)),
        tuple(_topics(session, now)),
        (*_messages(session), *_deadlines(session)),
        sum(counts.values()),
        looks,
        oldest,
        put_back,
    )


def list_incident_refs(session: Session) -> list[IncidentRef]:
    """Every incident."""
    messages = session.scalars(sa.select(outbox.c.id).where(outbox.c.incident.is_not(None)))
    deadlines = session.scalars(sa.select(Deadline.id).where(*_FAILED_LOOKS))
    return [
        *(IncidentRef(IncidentKind.MESSAGE, number) for number in messages),
        *(IncidentRef(IncidentKind.DEADLINE, number) for number in deadlines),
    ]


_FAILED_LOOKS = (Deadline.look_incident.is_not(None), Deadline.ended_at.is_(None))
_TO_DO = (outbox.c.done_at.is_(None), outbox.c.incident.is_(None))


def _workers(session: Session, now: datetime) -> list[WorkerRow]:
    rows = session.execute(
        sa.select(worker_beat).order_by(worker_beat.c.beat_at.desc()).limit(MOST_SHOWN)
    )
    return [
        WorkerRow(
            row.name,
            row.started_at,
            row.beat_at,
            row.worked_at,
            row.beat_at < now - SILENT_AFTER,
        )
        for row in rows
    ]


def _topics(session: Session, now: datetime) -> list[TopicRow]:
    is_leased = sa.and_(outbox.c.leased_until.is_not(None), outbox.c.leased_until >= now)
    is_due = sa.and_(outbox.c.not_before <= now, sa.not_(is_leased))
    rows = session.execute(
        sa.select(
            outbox.c.topic,
            sa.func.count().filter(is_due).label("waiting"),
            sa.func.count().filter(is_due, outbox.c.not_before < now - LATE_AFTER).label("late"),
            sa.func.count().filter(is_leased).label("leased"),
            sa.func.count()
            .filter(outbox.c.not_before > now, outbox.c.attempts > 0)
            .label("put_back"),
            sa.func.min(outbox.c.not_before).filter(is_due).label("oldest_at"),
        )
        .where(*_TO_DO)
        .group_by(outbox.c.topic)
        .order_by(outbox.c.topic)
    )
    return [TopicRow(Topic(row.topic), *row[1:]) for row in rows]


def _count_incidents(session: Session, kind: IncidentKind) -> int:
    if kind is IncidentKind.MESSAGE:
        query = sa.select(sa.func.count()).where(outbox.c.incident.is_not(None))
    else:
        query = sa.select(sa.func.count(Deadline.id)).where(*_FAILED_LOOKS)
    return session.execute(query).scalar_one()


def _messages(session: Session) -> list[IncidentRow]:
    rows = session.execute(
        sa.select(outbox)
        .where(outbox.c.incident.is_not(None))
        .order_by(outbox.c.id)
        .limit(MOST_SHOWN)
    )
    return [
        IncidentRow(
            IncidentRef(IncidentKind.MESSAGE, row.id),
            Topic(row.topic),
            row.attempts,
            row.incident_code or "",
            row.incident,
            row.made_at,
            None,
        )
        for row in rows
    ]


def _deadlines(session: Session) -> list[IncidentRow]:
    rows = session.scalars(
        sa.select(Deadline).where(*_FAILED_LOOKS).order_by(Deadline.id).limit(MOST_SHOWN)
    )
    return [
        IncidentRow(
            IncidentRef(IncidentKind.DEADLINE, row.id),
            None,
            row.look_failures,
            row.look_incident or "",
            row.look_incident or "",
            row.due_at,
            row.next_look_at,
        )
        for row in rows.unique()
    ]


def _looks(session: Session, now: datetime) -> tuple[int, datetime | None, int]:
    is_due = Deadline.next_look_at < now
    row = session.execute(
        sa.select(
            sa.func.count().filter(is_due),
            sa.func.min(Deadline.next_look_at).filter(is_due),
            sa.func.count().filter(Deadline.look_failures > 0),
        ).where(Deadline.ended_at.is_(None), sa.or_(is_due, Deadline.look_failures > 0))
    ).one()
    return row[0], row[1], row[2]
