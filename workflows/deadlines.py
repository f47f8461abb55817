"""Time limits: what a rule says, when it ends, and how that was counted."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import ClassVar, TypedDict

from workflows.errors import RuleError
from workflows.vocabulary import DeadlineUnit
from workflows.working_days import Calendar, Day, DaySource, explain, is_known, is_working_day

# China has kept one offset without daylight saving since 1991; a fixed offset needs no zone files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_TRIGGERS = ("step:", "act:", "event:")
# How a limit ended: met, with its step, passed on, or disputed whose it is.
MET = "met"
ENDED = "ended"
PASSED_ON = "passed_on"
SUSPENDED = "suspended"
# Every month has these days.
_LAST_COMMON_DAY = 28


class Evidence(StrEnum):
    """How far a statement of law or practice is known."""

    PRIMARY_TEXT = "S"
    SECONDARY = "P"
    UNVERIFIED = "M"
    INFERENCE = "I"


class InvalidDeadlineRuleError(RuleError):
    """A rule cannot be counted as it is written."""

    code: ClassVar[str] = "deadline_rule_invalid"


class FixedDateRefusedError(RuleError):
    """A date set by a person lies before its start or beyond the longest time allowed."""

    code: ClassVar[str] = "fixed_date_out_of_range"


@dataclass(frozen=True)
class OtherSource:
    """A source that says something else than the rule; `says` is its number in its own words."""

    document: str
    says: str
    evidence: Evidence


@dataclass(frozen=True)
class DeadlineRule:
    """A time limit as data: when it starts, how long it runs, and on what ground.

    `count` is working days, calendar days or hours; for a day of the month it is that day, for a
    fixed date the most months that the date may lie ahead (0: no bound). A `backward` rule counts
    from its start into the past. `ends` names the acts that meet the limit. `when` names the need
    that must be met for the clock to start; empty means always. Where sources differ, `conflicts`
    lists the others and `choice` says why this number was taken.
    """

    id: str
    version: int
    name: str
    starts: str
    ends: tuple[str, ...]
    unit: DeadlineUnit
    count: int
    document: str
    article: str
    words: str
    evidence: Evidence
    verified: bool
    note: str
    effective_from: date
    effective_to: date | None = None
    when: str = ""
    backward: bool = False
    conflicts: tuple[OtherSource, ...] = ()
    choice: str = ""

    def __post_init__(self) -> None:
        prefix, _, subject = self.starts.partition(":")
        if f"{prefix}:" not in _TRIGGERS or not subject:
            raise InvalidDeadlineRuleError(rule=self.id, field="starts", value=self.starts)
        least = 0 if self.unit is DeadlineUnit.FIXED_DATE else 1
        past_month = self.unit is DeadlineUnit.DAY_OF_MONTH and self.count > _LAST_COMMON_DAY
        if self.count < least or past_month:
            raise InvalidDeadlineRuleError(rule=self.id, field="count", value=str(self.count))
        if self.backward and self.unit is not DeadlineUnit.WORKING_DAYS:
            raise InvalidDeadlineRuleError(rule=self.id, field="backward", value=self.unit.value)
        if bool(self.conflicts) is not bool(self.choice):
            raise InvalidDeadlineRuleError(rule=self.id, field="choice", value=self.choice)
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise InvalidDeadlineRuleError(
                rule=self.id, field="effective_to", value=self.effective_to.isoformat()
            )

    def is_in_force(self, on: date) -> bool:
        """Whether the rule applies to a time limit that starts on this day (both ends count)."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def as_basis(self) -> dict[str, object]:
        """What a deadline keeps of its rule, as JSON can hold it."""
        return {
            "document": self.document,
            "article": self.article,
            "words": self.words,
            "evidence": self.evidence.value,
            "verified": self.verified,
            "note": self.note,
            "unit": self.unit.value,
            "count": self.count,
            "backward": self.backward,
            "conflicts": [asdict(source) for source in self.conflicts],
            "choice": self.choice,
        }


@dataclass(frozen=True)
class SkippedDay:
    """A day off that was passed over, and on whose word it is one."""

    date: date
    reason: str
    source: DaySource


class DayRecord(TypedDict):
    """A skipped or make-up day as stored."""

    date: str
    reason: str
    source: str


class ComputationRecord(TypedDict):
    """A computation as stored in JSON."""

    started_on: str
    due_at: str
    due_on: str
    skipped: list[DayRecord]
    make_up: list[DayRecord]
    rolled: list[DayRecord]
    provisional: bool


@dataclass(frozen=True)
class Computation:
    """One time limit counted out, so that anybody can count it again.

    `skipped` are days off inside a count of working days, `rolled` the days off by which a last
    day moved, `make_up` the make-up working days that counted.
    """

    started_on: date
    due_at: datetime
    due_on: date
    skipped: tuple[SkippedDay, ...] = ()
    make_up: tuple[SkippedDay, ...] = ()
    rolled: tuple[SkippedDay, ...] = ()
    provisional: bool = False

    @property
    def rolled_by_reading(self) -> bool:
        """Whether the last day moved over a plain weekend, a day off only by our reading."""
        return any(day.source is DaySource.WEEKEND for day in self.rolled)

    def as_record(self) -> ComputationRecord:
        """Return values that JSON can hold."""
        return {
            "started_on": self.started_on.isoformat(),
            "due_at": self.due_at.isoformat(),
            "due_on": self.due_on.isoformat(),
            "skipped": [_day_record(day) for day in self.skipped],
            "make_up": [_day_record(day) for day in self.make_up],
            "rolled": [_day_record(day) for day in self.rolled],
            "provisional": self.provisional,
        }

    @classmethod
    def from_record(cls, record: ComputationRecord) -> "Computation":
        """Read back what `as_record` wrote."""
        return cls(
            started_on=date.fromisoformat(record["started_on"]),
            due_at=datetime.fromisoformat(record["due_at"]),
            due_on=date.fromisoformat(record["due_on"]),
            skipped=tuple(_day_from(day) for day in record["skipped"]),
            make_up=tuple(_day_from(day) for day in record["make_up"]),
            rolled=tuple(_day_from(day) for day in record["rolled"]),
            provisional=record["provisional"],
        )


def compute(rule: DeadlineRule, started_at: datetime, calendar: Calendar) -> Computation:
    """Count a time limit from the moment that started it."""
    if rule.unit is DeadlineUnit.DAY_OF_MONTH:
        return _next_day_of_month(local_date(started_at), rule.count)
    if rule.backward:
        return _count_back(local_date(started_at), rule.count, calendar)
    return compute_rest(rule, rule.count, started_at, calendar)


def time_left(
    unit: DeadlineUnit,
    started_at: datetime,
    due_at: datetime,
    stopped_at: datetime,
    calendar: Calendar,
) -> int:
    """What a limit had left when it was stopped; the day on which it stops is not used up."""
    if unit is DeadlineUnit.HOURS:
        return max(0, -((stopped_at - due_at) // timedelta(hours=1)))
    first = max(local_date(stopped_at), local_date(started_at) + _ONE_DAY)
    due_on = last_day(due_at)
    if unit is DeadlineUnit.WORKING_DAYS:
        return _working_days_between(first - _ONE_DAY, due_on, calendar)
    return max(0, (due_on - first).days + 1)


def compute_rest(
    rule: DeadlineRule, count: int, started_at: datetime, calendar: Calendar
) -> Computation:
    """Count what is left of a time limit from the moment at which it goes on."""
    started_on = local_date(started_at)
    if rule.unit is DeadlineUnit.WORKING_DAYS:
        return _count_working_days(started_on, count, calendar)
    if rule.unit is DeadlineUnit.CALENDAR_DAYS:
        return _count_calendar_days(started_on, count, calendar)
    if rule.unit is DeadlineUnit.HOURS:
        # Hours run at once and through holidays (Civil Code 201; our reading for days off).
        due_at = started_at.astimezone(UTC) + timedelta(hours=count)
        return Computation(started_on, due_at, local_date(due_at))
    raise InvalidDeadlineRuleError(rule=rule.id, field="unit", value=rule.unit.value)


def compute_again(
    rule: DeadlineRule, left: int | None, started_at: datetime, calendar: Calendar
) -> Computation:
    """Count a limit once more from where it started, or what was left of it when it went on."""
    if left is None:
        return compute(rule, started_at, calendar)
    return compute_rest(rule, left, started_at, calendar)


def compute_fixed(rule: DeadlineRule, started_at: datetime, due_on: date) -> Computation:
    """Take a date set by a person, as it stands: it neither rolls nor passes the rule's bound."""
    if rule.unit is not DeadlineUnit.FIXED_DATE:
        raise InvalidDeadlineRuleError(rule=rule.id, field="unit", value=rule.unit.value)
    started_on = local_date(started_at)
    latest = latest_fixed_date(rule, started_on)
    if due_on < started_on or due_on > latest:
        raise FixedDateRefusedError(
            rule=rule.id,
            value=due_on.isoformat(),
            earliest=started_on.isoformat(),
            latest=latest.isoformat(),
        )
    return Computation(started_on, end_of_day(due_on), due_on)


def latest_fixed_date(rule: DeadlineRule, started_on: date) -> date:
    """Return the last date that a person may set under this rule."""
    if rule.count == 0:
        return date.max
    # Civil Code 202: the corresponding day of the month, or that month's last day.
    years, month = divmod(started_on.month - 1 + rule.count, 12)
    year, month = started_on.year + years, month + 1
    return date(year, month, min(started_on.day, monthrange(year, month)[1]))


def last_day_to_ask(due_on: date, working_days: int, calendar: Calendar) -> date:
    """The last day that leaves so many working days up to and including the last one."""
    day, left = due_on, working_days
    while left > 0:
        left -= is_working_day(day, calendar)
        day -= _ONE_DAY
    return day


def is_overdue(due_at: datetime, now: datetime) -> bool:
    """Whether the limit has passed; 24:00 of the last day itself is still in time."""
    return now > due_at


@dataclass(frozen=True)
class Clock:
    """A limit with its end as it stood at some moment: by this alone is judged what was late."""

    due_at: datetime
    ended_at: datetime | None
    ended_as: str | None

    @property
    def is_met(self) -> bool:
        """Ended by what it asked for, in time."""
        if self.ended_at is None or self.ended_as != MET:
            return False
        return not is_overdue(self.due_at, self.ended_at)

    @property
    def fell_away(self) -> bool:
        """Ended otherwise, in time; or stopped while it is disputed whose it is. Nobody's fault."""
        if self.ended_at is None or self.ended_as == MET:
            return False
        return self.ended_as == SUSPENDED or not is_overdue(self.due_at, self.ended_at)

    def days_late(self, until: date) -> int:
        """The calendar days after its last day, up to its end or to this day."""
        if self.fell_away:
            return 0
        stopped_on = min(local_date(self.ended_at), until) if self.ended_at else until
        return max(0, (stopped_on - last_day(self.due_at)).days)


def days_left(due_at: datetime, now: datetime, calendar: Calendar, unit: DeadlineUnit) -> int:
    """Days from today to the last day: 0 on the last day itself, negative once it has passed."""
    due_on = last_day(due_at)
    today = local_date(now)
    if unit is not DeadlineUnit.WORKING_DAYS:
        return (due_on - today).days
    if today <= due_on:
        return _working_days_between(today, due_on, calendar)
    return -_working_days_between(due_on, today, calendar)


def hours_left(due_at: datetime, now: datetime) -> int:
    """Full hours to the limit; negative once it has passed."""
    return int((due_at - now) // timedelta(hours=1))


def local_date(moment: datetime) -> date:
    """Return the date in China at a moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """24:00 of a day in China, as UTC."""
    return datetime.combine(day + _ONE_DAY, time(0), SHANGHAI).astimezone(UTC)


def last_day(due_at: datetime) -> date:
    """Return the day that a limit falls on: midnight belongs to the day it ends."""
    return local_date(due_at - timedelta(microseconds=1))


def _count_working_days(started_on: date, count: int, calendar: Calendar) -> Computation:
    counted = 0
    passed: list[Day] = []
    day = started_on
    while counted < count:
        # Counted from the day after (Civil Code 201).
        day += _ONE_DAY
        passed.append(explain(day, calendar))
        counted += passed[-1].is_working
    return Computation(
        started_on,
        end_of_day(day),
        day,
        skipped=tuple(_as_skipped(item) for item in passed if not item.is_working),
        make_up=_make_up_days(passed),
        provisional=any(not is_known(item.date, calendar) for item in passed),
    )


def _count_calendar_days(started_on: date, count: int, calendar: Calendar) -> Computation:
    last = explain(started_on + timedelta(days=count), calendar)
    looked_at = [last]
    while not last.is_working:
        # Civil Code 203: a last day on a day off moves past it; weekends by our reading.
        last = explain(last.date + _ONE_DAY, calendar)
        looked_at.append(last)
    return Computation(
        started_on,
        end_of_day(last.date),
        last.date,
        make_up=_make_up_days(looked_at),
        rolled=tuple(_as_skipped(item) for item in looked_at if not item.is_working),
        provisional=any(not is_known(item.date, calendar) for item in looked_at),
    )


def _count_back(ends_on: date, count: int, calendar: Calendar) -> Computation:
    last = last_day_to_ask(ends_on, count, calendar)
    days = (last + timedelta(days=step) for step in range(1, (ends_on - last).days + 1))
    passed = [explain(day, calendar) for day in days]
    return Computation(
        ends_on,
        end_of_day(last),
        last,
        skipped=tuple(_as_skipped(item) for item in passed if not item.is_working),
        make_up=_make_up_days(passed),
        provisional=any(not is_known(item.date, calendar) for item in passed),
    )


def _next_day_of_month(started_on: date, day: int) -> Computation:
    # A date that the source names, not a period: Civil Code 203 does not move it.
    month = started_on if started_on.day < day else started_on.replace(day=1) + timedelta(days=32)
    due_on = month.replace(day=day)
    return Computation(started_on, end_of_day(due_on), due_on)


def _working_days_between(after: date, until: date, calendar: Calendar) -> int:
    days = (after + timedelta(days=step) for step in range(1, (until - after).days + 1))
    return sum(is_working_day(day, calendar) for day in days)


def _make_up_days(days: list[Day]) -> tuple[SkippedDay, ...]:
    return tuple(_as_skipped(day) for day in days if day.source is DaySource.MAKE_UP)


def _as_skipped(day: Day) -> SkippedDay:
    return SkippedDay(day.date, day.reason, day.source)


def _day_record(day: SkippedDay) -> DayRecord:
    return {"date": day.date.isoformat(), "reason": day.reason, "source": day.source.value}


def _day_from(record: DayRecord) -> SkippedDay:
    return SkippedDay(
        date.fromisoformat(record["date"]), record["reason"], DaySource(record["source"])
    )


def rules_started_by(
    rules: Mapping[str, DeadlineRule], trigger: str, on: date
) -> tuple[DeadlineRule, ...]:
    """Rules that a step's opening (`step:…`), an act (`act:…`) or `event:…` starts on this day."""
    return tuple(rule for rule in rules.values() if rule.starts == trigger and rule.is_in_force(on))
