"""The record of a case: each step with its arrival, its end, and how long it took."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.queries.assignments import DeedRow
from services.queries.case_page import ActRow, CasePage, OpenStepRow
from services.queries.decision_facts import ActFacts
from services.queries.time_held import HolderTime, LateLimit, TimeHeld
from web.views.acts import facts_said
from workflows.time_held import working_time
from workflows.working_days import Calendar


@dataclass(frozen=True)
class Span:
    """A length of time in the units that people say it in."""

    days: int
    hours: int
    minutes: int

    @classmethod
    def between(cls, start: datetime, end: datetime) -> "Span":
        """Whole minutes, never negative."""
        return cls.of(end - start)

    @classmethod
    def of(cls, length: timedelta) -> "Span":
        """Whole minutes, never negative."""
        minutes = max(length, timedelta()) // timedelta(minutes=1)
        return cls(minutes // 1440, minutes % 1440 // 60, minutes % 60)


@dataclass(frozen=True)
class RecordLine:
    """One step that was taken. The act that starts a case arrived from nowhere."""

    act: ActRow
    arrived_at: datetime | None
    took: Span | None
    worked: Span | None
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WaitingLine:
    """One step that is open."""

    step: OpenStepRow
    so_far: Span
    worked: Span


@dataclass(frozen=True)
class HolderLine:
    """What one unit or person held. `late` is None where nothing was late."""

    row: HolderTime
    worked: Span
    late: Span | None


@dataclass(frozen=True)
class LateLine:
    """A limit of the case that has passed. `held_by`: the same time for steps held at once."""

    name: str
    due_on: date
    is_open: bool
    late: Span
    held_by: tuple[HolderLine, ...]


@dataclass(frozen=True)
class RecordView:
    """The whole record, oldest first, and what is open."""

    lines: tuple[RecordLine, ...]
    waiting: tuple[WaitingLine, ...]
    deeds: tuple[DeedRow, ...]
    holders: tuple[HolderLine, ...]
    late_limits: tuple[LateLine, ...]


def record_view(
    page: CasePage,
    facts: ActFacts,
    deeds: tuple[DeedRow, ...],
    held: TimeHeld,
    calendar: Calendar,
    now: datetime,
) -> RecordView:
    """Each step with its times. Who held how much is told to the supervising side alone."""
    arrived = held.arrived
    return RecordView(
        tuple(
            RecordLine(
                act,
                arrived.get(act.act_id),
                Span.between(arrived[act.act_id], act.at) if act.act_id in arrived else None,
                Span.of(working_time(arrived[act.act_id], act.at, calendar))
                if act.act_id in arrived
                else None,
                facts_said(facts, act.act_id),
            )
            for act in page.acts
        ),
        tuple(
            WaitingLine(
                step,
                Span.between(step.task.opened_at, now),
                Span.of(working_time(step.task.opened_at, now, calendar)),
            )
            for step in page.open_steps
            if not step.task.standing
        ),
        deeds,
        tuple(map(_holder_line, held.holders)) if page.is_inside else (),
        tuple(map(_late_line, held.late_limits)) if page.is_inside else (),
    )


def _holder_line(row: HolderTime) -> HolderLine:
    return HolderLine(row, Span.of(row.worked), Span.of(row.late) if row.late else None)


def _late_line(row: LateLimit) -> LateLine:
    return LateLine(
        row.name,
        row.due_on,
        row.ended_at is None,
        Span.of(row.late),
        tuple(map(_holder_line, row.held_by)),
    )
