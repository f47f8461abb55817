"""How a deadline was counted: the rule, each day passed over, and the months as small calendars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from services.queries.case_page import ActRow, DeadlineRow
from services.queries.urges import UrgeRow
from web.labels import counting_said
from web.views.due import Due, due_of
from workflows.deadlines import Computation, Evidence, OtherSource, SkippedDay, is_overdue
from workflows.vocabulary import Action, DeadlineUnit
from workflows.working_days import DaySource

_ONE_DAY = timedelta(days=1)
_MOST_MONTHS = 3
_COUNTED_BY_DAY = (DeadlineUnit.WORKING_DAYS, DeadlineUnit.CALENDAR_DAYS)
_ANSWERED_BY: Mapping[Action, Action] = {
    Action.REQUEST_COORDINATION: Action.ANSWER_COORDINATION,
    Action.PETITION_RAISE: Action.RECORD_RAISE_ANSWER,
}


class DayMark(StrEnum):
    """What a day was for the count."""

    START = "start"
    COUNTED = "counted"
    MAKE_UP = "make_up"
    SKIPPED = "skipped"
    ROLLED = "rolled"
    DUE = "due"


@dataclass(frozen=True)
class DayCell:
    """One day of a month; `number` says which day of the count it was."""

    day: date
    mark: DayMark | None
    number: int | None


@dataclass(frozen=True)
class Month:
    """One month, week by week from Monday; None stands outside of the month."""

    first: date
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True)
class DaySpan:
    """Days on end that were treated alike, for one reason."""

    first: date
    last: date
    reason: str
    source: DaySource

    @property
    def count(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class ResumedView:
    """A clock that went on after a suspension, with what was left of it."""

    suspended_at: datetime
    left: int


@dataclass(frozen=True)
class Wait:
    """A time in which a case waited for others to answer; no clock stood still."""

    since: datetime
    until: datetime | None
    asked: Action = Action.REQUEST_COORDINATION


@dataclass(frozen=True)
class DeadlineView:
    """One deadline with everything needed to count it again."""

    row: DeadlineRow
    due: Due | None
    was_late: bool
    unit: DeadlineUnit
    count: int
    evidence: Evidence
    computation: Computation
    skipped: tuple[DaySpan, ...]
    rolled: tuple[DaySpan, ...]
    make_up: tuple[DaySpan, ...]
    months: tuple[Month, ...]
    months_left_out: bool
    resumed: ResumedView | None
    waits: tuple[Wait, ...] = ()
    urges: tuple[UrgeRow, ...] = ()

    @property
    def basis(self) -> Mapping[str, Any]:
        """Document, article, words, note, other sources."""
        return self.row.basis

    @property
    def counted(self) -> str:
        """How the limit is counted, in a sentence."""
        return counting_said(self.unit, self.count, backward=self.basis.get("backward", False))

    @property
    def conflicts(self) -> tuple[OtherSource, ...]:
        """Sources that say something else; the basis tells why this number was chosen."""
        return tuple(
            OtherSource(row["document"], row["says"], Evidence(row["evidence"]))
            for row in self.basis.get("conflicts", ())
        )


def waits_of(acts: Iterable[ActRow]) -> tuple[Wait, ...]:
    """When the case waited for the committee office or the level above, and until when."""
    waits: list[Wait] = []
    for act in acts:
        if act.action in _ANSWERED_BY:
            waits.append(Wait(act.at, None, act.action))
        for place, wait in enumerate(waits):
            if wait.until is None and _ANSWERED_BY[wait.asked] is act.action:
                waits[place] = replace(wait, until=act.at)
    return tuple(waits)


def deadline_view(row: DeadlineRow, now: datetime) -> DeadlineView:
    """One deadline as it stands now. Those that were met in time are told without a calendar."""
    computation = Computation.from_record(row.computation)  # type: ignore[arg-type]  # our own JSON
    unit = DeadlineUnit(row.basis["unit"])
    was_late = row.ended_at is not None and is_overdue(row.due_at, row.ended_at)
    first_days, left_out = _months_of(computation)
    return DeadlineView(
        row=row,
        due=due_of(row.due_at, now) if row.ended_at is None else None,
        was_late=was_late,
        unit=unit,
        count=row.basis["count"],
        evidence=Evidence(row.basis["evidence"]),
        computation=computation,
        skipped=_spans(computation.skipped),
        rolled=_spans(computation.rolled),
        make_up=_spans(computation.make_up),
        months=_calendar(computation, unit, first_days) if row.ended_at is None or was_late else (),
        months_left_out=left_out,
        resumed=_resumed(row.basis.get("resumed")),
    )


def _resumed(record: Mapping[str, Any] | None) -> ResumedView | None:
    if record is None:
        return None
    return ResumedView(datetime.fromisoformat(record["suspended_at"]), record["left"])


def days_of(computation: Computation, unit: DeadlineUnit) -> tuple[DayCell, ...]:
    """Each day that a count touched, in order of time, with what it was for the count."""
    marks = _marks(computation, unit)
    numbers = _numbers(marks, computation) if unit in _COUNTED_BY_DAY else {}
    return tuple(DayCell(day, marks[day], numbers.get(day)) for day in sorted(marks))


def _calendar(
    computation: Computation, unit: DeadlineUnit, first_days: list[date]
) -> tuple[Month, ...]:
    cells = {cell.day: cell for cell in days_of(computation, unit)}
    return tuple(_month(first, cells) for first in first_days)


def _spans(days: tuple[SkippedDay, ...]) -> tuple[DaySpan, ...]:
    spans: list[DaySpan] = []
    for day in days:
        before = spans[-1] if spans else None
        alike = before is not None and (before.reason, before.source) == (day.reason, day.source)
        if before is not None and alike and before.last + _ONE_DAY == day.date:
            spans[-1] = replace(before, last=day.date)
        else:
            spans.append(DaySpan(day.date, day.date, day.reason, day.source))
    return tuple(spans)


def _marks(computation: Computation, unit: DeadlineUnit) -> dict[date, DayMark]:
    marks: dict[date, DayMark] = {}
    if unit in _COUNTED_BY_DAY:
        first, last = sorted((computation.started_on, computation.due_on))
        day = first + _ONE_DAY
        while day < last:
            marks[day] = DayMark.COUNTED
            day += _ONE_DAY
    marks |= {item.date: DayMark.SKIPPED for item in computation.skipped}
    marks |= {item.date: DayMark.ROLLED for item in computation.rolled}
    marks |= {item.date: DayMark.MAKE_UP for item in computation.make_up}
    return marks | {computation.started_on: DayMark.START, computation.due_on: DayMark.DUE}


def _numbers(marks: Mapping[date, DayMark], computation: Computation) -> dict[date, int]:
    """The place of each day in the count; a last day that moved past it has none.

    Counted back from its start, the start itself counts when it is worked, and the result never.
    """
    backward = computation.due_on < computation.started_on
    counts = {DayMark.COUNTED, DayMark.MAKE_UP}
    if backward and computation.started_on not in {item.date for item in computation.skipped}:
        counts.add(DayMark.START)
    elif not backward and DayMark.ROLLED not in marks.values():
        counts.add(DayMark.DUE)
    counted = (day for day in sorted(marks, reverse=backward) if marks[day] in counts)
    return {day: place for place, day in enumerate(counted, start=1)}


def _months_of(computation: Computation) -> tuple[list[date], bool]:
    """The months from start to end; of a long time only the first and the last."""
    first, last = sorted((computation.started_on, computation.due_on))
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    if len(months) <= _MOST_MONTHS:
        return months, False
    return [months[0], months[-1]], True


def _month(first: date, marked: Mapping[date, DayCell]) -> Month:
    cells: list[DayCell | None] = [None] * first.weekday()
    day = first
    while day.month == first.month:
        cells.append(marked.get(day) or DayCell(day, None, None))
        day += _ONE_DAY
    cells += [None] * (-len(cells) % 7)
    return Month(first, tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))
