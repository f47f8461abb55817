"""The record of a case: each step with its arrival, its end, and how long it took."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.queries.assignments import DeedRow
from services.queries.case_page import ActRow, CasePage, OpenStepRow
from services.queries.decision_facts import ActFacts
from services.queries.passage import AdvanceRow, Place
from web.views.acts import facts_said


@dataclass(frozen=True)
class Span:
    """A length of time in the units that people say it in."""

    days: int
    hours: int
    minutes: int

    @classmethod
    def between(cls, start: datetime, end: datetime) -> "Span":
        """Whole minutes, never negative."""
        minutes = max(end - start, timedelta()) // timedelta(minutes=1)
        return cls(minutes // 1440, minutes % 1440 // 60, minutes % 60)


@dataclass(frozen=True)
class RecordLine:
    """One step that was taken. The act that starts a case arrived from nowhere."""

    act: ActRow
    arrived_at: datetime | None
    took: Span | None
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WaitingLine:
    """One step that is open."""

    step: OpenStepRow
    so_far: Span


@dataclass(frozen=True)
class RecordView:
    """The whole record, oldest first, and what is open."""

    lines: tuple[RecordLine, ...]
    waiting: tuple[WaitingLine, ...]
    deeds: tuple[DeedRow, ...]


def record_view(
    page: CasePage,
    advances: tuple[AdvanceRow, ...],
    facts: ActFacts,
    deeds: tuple[DeedRow, ...],
    now: datetime,
) -> RecordView:
    """When each step arrived is read from the advance that opened it."""
    arrived = _arrivals(advances)
    return RecordView(
        tuple(
            RecordLine(
                act,
                arrived.get(act.act_id),
                Span.between(arrived[act.act_id], act.at) if act.act_id in arrived else None,
                facts_said(facts, act.act_id),
            )
            for act in page.acts
        ),
        tuple(
            WaitingLine(step, Span.between(step.task.opened_at, now))
            for step in page.open_steps
            if not step.task.standing
        ),
        deeds,
    )


def _arrivals(advances: tuple[AdvanceRow, ...]) -> dict[int, datetime]:
    opened: dict[Place, datetime] = {}
    arrived: dict[int, datetime] = {}
    for advance in advances:
        completed = advance.passed[0] if advance.passed else None
        if completed in opened:
            arrived[advance.act_id] = opened[completed]
        if advance.counts:  # a step that was opened again arrived when it first did
            opened |= dict.fromkeys(advance.opened, advance.at)
    return arrived
