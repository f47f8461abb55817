"""Who held the steps of a case for how long, and with whom the time after a limit lies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from services.queries.assignments import DeedRow
from services.queries.case_page import CasePage, DeadlineRow
from services.queries.passage import AdvanceRow, arrivals
from workflows.deadlines import is_overdue
from workflows.time_held import late_time, working_time
from workflows.vocabulary import Action
from workflows.working_days import Calendar


@dataclass(frozen=True)
class Stretch:
    """A step in one pair of hands. `holder` is empty while it waited for somebody of the unit.

    `due_at` is the limit of the step itself, where it has one; `until` is now while it is open.
    """

    task_id: str
    action: Action
    unit: str
    holder: str
    since: datetime
    until: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class HolderTime:
    """What one unit, or one person there, held: how many steps, how long, how long too late."""

    unit: str
    holder: str
    steps: int
    worked: timedelta
    late: timedelta


@dataclass(frozen=True)
class LateLimit:
    """A limit of the case, not of one step, that has passed, and who held steps since then."""

    name: str
    due_on: date
    ended_at: datetime | None
    late: timedelta
    held_by: tuple[HolderTime, ...]


@dataclass(frozen=True)
class TimeHeld:
    """The whole account of a case. `arrived`: when the step of an act had come to somebody."""

    arrived: Mapping[int, datetime]
    holders: tuple[HolderTime, ...]
    late_limits: tuple[LateLimit, ...]


def account_for_time(
    page: CasePage,
    advances: Sequence[AdvanceRow],
    deeds: Sequence[DeedRow],
    standing: frozenset[tuple[str, str]],
    calendar: Calendar,
    now: datetime,
) -> TimeHeld:
    """Add up every duty of a case. Standing steps (process, step) are no duty of anybody."""
    stretches = tuple(list_stretches(page, advances, deeds, standing, now))
    late = (
        row
        for row in page.deadlines
        if row.task_id is None and is_overdue(row.due_at, row.ended_at or now)
    )
    return TimeHeld(
        arrivals(advances, standing),
        _by_holder(stretches, calendar),
        tuple(_late_limit(row, stretches, calendar, now) for row in late),
    )


def list_stretches(
    page: CasePage,
    advances: Sequence[AdvanceRow],
    deeds: Sequence[DeedRow],
    standing: frozenset[tuple[str, str]],
    now: datetime,
) -> Iterator[Stretch]:
    """Each duty, done or open, cut where it came into other hands. Acts taken back do not count."""
    limits = {row.task_id: row.due_at for row in page.deadlines if row.task_id}
    arrived = arrivals(advances, standing)
    for act in page.acts:
        if act.act_id in arrived and act.counts and act.task_id is not None:
            whole = Stretch(
                act.task_id,
                act.action,
                act.organisation_name,
                "",
                arrived[act.act_id],
                act.at,
                limits.get(act.task_id),
            )
            yield from _cut(whole, deeds)
    for step in page.open_steps:
        if not step.task.standing:
            yield from _cut(
                Stretch(
                    step.task.task_id,
                    step.task.step,
                    step.holder_name,
                    "",
                    step.task.opened_at,
                    now,
                    step.task.due_at,
                ),
                deeds,
            )


def _cut(whole: Stretch, deeds: Sequence[DeedRow]) -> Iterator[Stretch]:
    """One stretch for each holder, in order."""
    own = [deed for deed in deeds if deed.task_id == whole.task_id]
    holders = [(whole.since, ""), *((deed.at, deed.holder_name) for deed in own)]
    for (since, holder), (until, _) in pairwise([*holders, (whole.until, "")]):
        if until > since or not own:
            yield Stretch(
                whole.task_id, whole.action, whole.unit, holder, since, until, whole.due_at
            )


def _by_holder(stretches: Iterable[Stretch], calendar: Calendar) -> tuple[HolderTime, ...]:
    """The longest delay first, then the longest time."""
    found: dict[tuple[str, str], list[Stretch]] = {}
    for stretch in stretches:
        found.setdefault((stretch.unit, stretch.holder), []).append(stretch)
    rows = [
        HolderTime(
            unit,
            holder,
            len({item.task_id for item in held}),
            sum((working_time(i.since, i.until, calendar) for i in held), timedelta()),
            sum((late_time(i.since, i.until, i.due_at, calendar) for i in held), timedelta()),
        )
        for (unit, holder), held in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.late, -row.worked, row.unit, row.holder)))


def _late_limit(
    row: DeadlineRow, stretches: Iterable[Stretch], calendar: Calendar, now: datetime
) -> LateLimit:
    """With whom the time lies from the last day of a limit to its end, or until now."""
    end = row.ended_at or now
    since_then = (
        Stretch(
            item.task_id,
            item.action,
            item.unit,
            item.holder,
            max(item.since, row.due_at),
            min(item.until, end),
            row.due_at,
        )
        for item in stretches
        if item.until > row.due_at and item.since < end
    )
    return LateLimit(
        row.name,
        row.due_on,
        row.ended_at,
        working_time(row.due_at, end, calendar),
        _by_holder(since_then, calendar),
    )
