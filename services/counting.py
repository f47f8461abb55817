"""Time limits counted on trial, by a rule or by number and unit: no database, nothing kept."""

import re
from datetime import date, datetime

from services.reference.profile import Profile, load_profile, profile_names
from workflows.deadlines import (
    SHANGHAI,
    Computation,
    DeadlineRule,
    Evidence,
    compute,
    compute_fixed,
    latest_fixed_date,
    local_date,
)
from workflows.errors import RuleError
from workflows.vocabulary import DeadlineUnit
from workflows.working_days import Calendar

UNITS = (DeadlineUnit.WORKING_DAYS, DeadlineUnit.CALENDAR_DAYS, DeadlineUnit.HOURS)
# Ten years: no limit of this field is longer.
MOST_DAYS = 3660
MOST_HOURS = MOST_DAYS * 24
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2})?")


class CountRefusedError(RuleError):
    """What was asked for cannot be counted; `reason` says why."""

    code = "count_refused"


def find_profile(name: str) -> Profile:
    """The profile of this name."""
    if name not in profile_names():
        known = "、".join(profile_names())
        raise CountRefusedError(reason="profile_unknown", value=name, known=known)
    return load_profile(name)


def find_rule(profile: Profile, rule_id: str) -> DeadlineRule:
    """The rule of this id."""
    if rule_id not in profile.rules:
        raise CountRefusedError(reason="rule_unknown", value=rule_id)
    return profile.rules[rule_id]


def free_rule(count: str, unit: str) -> DeadlineRule:
    """A limit of so many units that rests on no rule."""
    if unit not in UNITS:
        raise CountRefusedError(reason="unit_unknown", value=unit, known="、".join(UNITS))
    most = MOST_HOURS if unit == DeadlineUnit.HOURS else MOST_DAYS
    if not _NUMBER.fullmatch(count) or int(count) > most:
        raise CountRefusedError(reason="count_invalid", value=count, most=str(most))
    return DeadlineRule(
        id="",
        version=1,
        name="",
        starts="event:trial",
        ends=(),
        unit=DeadlineUnit(unit),
        count=int(count),
        document="",
        article="",
        words="",
        evidence=Evidence.INFERENCE,
        verified=False,
        note="",
        effective_from=date.min,
    )


def read_moment(text: str) -> datetime:
    """A day in China, with the time of day where one is given, else from midnight."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise CountRefusedError(reason="date_malformed", value=text)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError as fault:
        raise CountRefusedError(reason="date_impossible", value=text) from fault


def count_on_trial(rule: DeadlineRule, started_at: datetime, calendar: Calendar) -> Computation:
    """Count a limit; of one that a document sets by date, the last date that it may set."""
    years = calendar.years
    started_on = local_date(started_at)
    bounds = {"first": str(years.start), "last": str(years.stop - 1)}
    if started_on.year not in years:
        raise CountRefusedError(reason="year_outside", value=started_on.isoformat(), **bounds)
    if rule.unit is DeadlineUnit.FIXED_DATE:
        computation = compute_fixed(rule, started_at, latest_fixed_date(rule, started_on))
    else:
        computation = compute(rule, started_at, calendar)
    if computation.due_on.year not in years:
        raise CountRefusedError(reason="result_outside", **bounds)
    return computation
