"""Time limits counted on trial, by a rule or by number and unit: no database, nothing kept."""

import re
from collections.abc import Mapping
from dataclasses import replace
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
MOST_ASSUMED = 60
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2})?")

_BETWEEN_DAYS = re.compile(r"[\s,，、;；]+")


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
    started_on = local_date(started_at)
    _require_known_year(started_on, calendar)
    if rule.unit is DeadlineUnit.FIXED_DATE:
        computation = compute_fixed(rule, started_at, latest_fixed_date(rule, started_on))
    else:
        computation = compute(rule, started_at, calendar)
    if computation.due_on.year not in calendar.years:
        raise CountRefusedError(reason="result_outside", **_bounds(calendar))
    return computation


def read_days(text: str) -> frozenset[date]:
    """Days in China, apart by spaces, commas or line breaks."""
    words = [word for word in _BETWEEN_DAYS.split(text) if word]
    if len(words) > MOST_ASSUMED:
        raise CountRefusedError(reason="too_many_days", most=str(MOST_ASSUMED))
    return frozenset(read_moment(word).date() for word in words)


def assume(calendar: Calendar, off: Mapping[date, str], worked: Mapping[date, str]) -> Calendar:
    """The calendar as it would be with these days off, and these worked; each with its name."""
    for day in sorted((*off, *worked)):
        if day in off and day in worked:
            raise CountRefusedError(reason="off_and_worked", value=day.isoformat())
        _require_known_year(day, calendar)
    return replace(
        calendar,
        off_days=_without(calendar.off_days, worked) | dict(off),
        make_up_days=_without(calendar.make_up_days, off) | dict(worked),
        assumed=frozenset(off),
    )


def _without(days: Mapping[date, str], others: Mapping[date, str]) -> dict[date, str]:
    return {day: name for day, name in days.items() if day not in others}


def _require_known_year(day: date, calendar: Calendar) -> None:
    if day.year not in calendar.years:
        raise CountRefusedError(reason="year_outside", value=day.isoformat(), **_bounds(calendar))


def _bounds(calendar: Calendar) -> dict[str, str]:
    return {"first": str(calendar.years.start), "last": str(calendar.years.stop - 1)}
