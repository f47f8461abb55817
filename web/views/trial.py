"""A date counted on trial: what was asked, what it comes to, and the calendar of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from services.counting import (
    UNITS,
    CountRefusedError,
    assume,
    count_on_trial,
    find_rule,
    free_rule,
    read_days,
    read_moment,
)
from services.frame import Frame
from services.queries.calendar import current_calendar
from services.queries.case_page import DeadlineRow
from web.labels import ASSUMED_OFF, ASSUMED_WORKED, error_sentence
from web.views.deadlines import DeadlineView, deadline_view
from workflows.deadlines import Computation, DeadlineRule, local_date
from workflows.vocabulary import DeadlineUnit
from workflows.working_days import Calendar, explain


@dataclass(frozen=True)
class TrialAsked:
    """The form as typed: a rule, or a count and its unit; a day; days that one supposes."""

    rule: str = ""
    count: str = ""
    unit: str = DeadlineUnit.WORKING_DAYS
    on: str = ""
    at: str = ""
    off: str = ""
    worked: str = ""

    @classmethod
    def sent(cls, values: Mapping[str, str]) -> "TrialAsked":
        """What an address carries; whatever is missing is as in an empty form."""
        names = (field.name for field in fields(cls))
        return cls(**{name: values[name].strip() for name in names if name in values})


@dataclass(frozen=True)
class TrialResult:
    """One count. `without` is its end without what was supposed; `off_because` names a day off."""

    rule: DeadlineRule
    view: DeadlineView
    in_force: bool
    without: date | None
    off_because: str


@dataclass(frozen=True)
class TrialPage:
    """The form with its choices, and the result or what is wrong with the question."""

    asked: TrialAsked
    rules: tuple[DeadlineRule, ...]
    units: tuple[DeadlineUnit, ...]
    result: TrialResult | None
    problem: str


def trial_page(frame: Frame, asked: TrialAsked, *, counted: bool) -> TrialPage:
    """Count what was asked, unless the form was only opened."""
    result, problem = None, ""
    if counted:
        try:
            result = _result(frame, asked)
        except CountRefusedError as refusal:
            problem = error_sentence(refusal.code, refusal.detail)
    rules = frame.office.profile.rules.values()
    by_count = tuple(rule for rule in rules if rule.unit is not DeadlineUnit.FIXED_DATE)
    return TrialPage(asked, by_count, UNITS, result, problem)


def _result(frame: Frame, asked: TrialAsked) -> TrialResult:
    rule = _rule(frame, asked)
    started_at = read_moment(f"{asked.on}T{asked.at}" if asked.at else asked.on)
    calendar = current_calendar(frame.session, frame.office)
    off, worked = read_days(asked.off), read_days(asked.worked)
    supposed = assume(
        calendar, dict.fromkeys(off, ASSUMED_OFF), dict.fromkeys(worked, ASSUMED_WORKED)
    )
    computation = count_on_trial(rule, started_at, supposed)
    without = count_on_trial(rule, started_at, calendar).due_on if off or worked else None
    return TrialResult(
        rule=rule,
        view=deadline_view(_row(rule, computation, started_at), frame.now),
        in_force=rule.is_in_force(local_date(started_at)),
        without=without,
        off_because=_off_because(rule, computation, supposed),
    )


def _rule(frame: Frame, asked: TrialAsked) -> DeadlineRule:
    if asked.rule and asked.count:
        raise CountRefusedError(reason="chosen_twice")
    if asked.rule:
        return find_rule(frame.office.profile, asked.rule)
    if not asked.count:
        raise CountRefusedError(reason="nothing_chosen")
    return free_rule(asked.count, asked.unit)


def _off_because(rule: DeadlineRule, computation: Computation, calendar: Calendar) -> str:
    if rule.unit is not DeadlineUnit.DAY_OF_MONTH:
        return ""
    last = explain(computation.due_on, calendar)
    return "" if last.is_working else last.reason


def _row(rule: DeadlineRule, computation: Computation, started_at: datetime) -> DeadlineRow:
    return DeadlineRow(
        deadline_id=0,
        task_id=None,
        rule_id=rule.id,
        name=rule.name,
        basis=rule.as_basis(),
        computation=computation.as_record(),
        started_at=started_at,
        due_at=computation.due_at,
        due_on=computation.due_on,
        provisional=computation.provisional,
        ended_at=None,
        ended_as=None,
        holder_name="",
        changes=(),
    )
