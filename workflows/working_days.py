"""Which days are worked: weekends, the State Council's off days and its make-up working days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_SATURDAY = 5


class DaySource(StrEnum):
    """What makes a day a working day or a day off."""

    ORDINARY = "ordinary"
    WEEKEND = "weekend"
    NOTICE = "notice"
    STATUTORY = "statutory"
    MAKE_UP = "make_up"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Calendar:
    """Days off and make-up days by date; a year outside `known_years` has no notice yet.

    `assumed` are those of the days off that somebody supposes, for a count on trial.
    """

    off_days: Mapping[date, str]
    make_up_days: Mapping[date, str]
    known_years: frozenset[int]
    weekend_name: str = "weekend"
    notices: Mapping[int, str] = field(default_factory=dict)
    assumed: frozenset[date] = frozenset()

    @property
    def years(self) -> range:
        """The years whose days off are known, at least by statute."""
        named = {day.year for day in self.off_days}
        return range(min(named), max(named) + 1) if named else range(0)


@dataclass(frozen=True)
class Day:
    """One day explained: worked or not, and why."""

    date: date
    is_working: bool
    reason: str
    source: DaySource


def explain(day: date, calendar: Calendar) -> Day:
    """Say whether a day is worked and on whose word."""
    if day in calendar.make_up_days:
        return Day(day, True, calendar.make_up_days[day], DaySource.MAKE_UP)
    if day in calendar.off_days:
        return Day(day, False, calendar.off_days[day], _source_of_day_off(day, calendar))
    if day.weekday() >= _SATURDAY:
        return Day(day, False, calendar.weekend_name, DaySource.WEEKEND)
    return Day(day, True, "", DaySource.ORDINARY)


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether a day counts as a working day."""
    return explain(day, calendar).is_working


def is_known(day: date, calendar: Calendar) -> bool:
    """Whether the yearly notice that settles this day is loaded."""
    return day.year in calendar.known_years


def _source_of_day_off(day: date, calendar: Calendar) -> DaySource:
    if day in calendar.assumed:
        return DaySource.ASSUMED
    return DaySource.NOTICE if is_known(day, calendar) else DaySource.STATUTORY
