"""Which days are worked: weekends, the State Council's off days and its make-up working days."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

_SATURDAY = 5
_LONGEST = 14
_LINE = re.compile(
    r"(?P<first>\d{4}-\d{2}-\d{2})(?:\s*(?:至|到|—|~)\s*(?P<last>\d{4}-\d{2}-\d{2}))?\s+(?P<name>\S.{0,30})"
)


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
class Notice:
    """The yearly notice of one year, complete: for its year it replaces what was known before."""

    year: int
    citation: str
    off_days: Mapping[date, str]
    make_up_days: Mapping[date, str]


class NoticeTextError(ValueError):
    """Lines of a notice that cannot be read, or say two things of one day: `code` and `line`."""

    def __init__(self, code: str, line: str) -> None:
        super().__init__(code, line)
        self.code, self.line = code, line


@dataclass(frozen=True)
class Day:
    """One day explained: worked or not, and why."""

    date: date
    is_working: bool
    reason: str
    source: DaySource


def read_notice(year: int, citation: str, off: str, make_up: str) -> Notice:
    """Read the lines that somebody typed: a day or 「first 至 last」, then a name.

    A make-up day must be worked in place of a weekend, a day off may be any. NoticeTextError.
    """
    off_days = dict(_read_days(off, year))
    make_up_days = dict(_read_days(make_up, year))
    for day in make_up_days:
        if day in off_days:
            raise NoticeTextError("both_off_and_worked", day.isoformat())
        if day.weekday() < _SATURDAY:
            raise NoticeTextError("make_up_on_a_weekday", day.isoformat())
    return Notice(year, citation, off_days, make_up_days)


def _read_days(text: str, year: int) -> Iterator[tuple[date, str]]:
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            raise NoticeTextError("notice_line", line)
        try:
            first = date.fromisoformat(match["first"])
            last = date.fromisoformat(match["last"] or match["first"])
        except ValueError:
            raise NoticeTextError("notice_line", line) from None
        if {first.year, last.year} != {year} or not 0 <= (last - first).days <= _LONGEST:
            raise NoticeTextError("notice_line", line)
        for step in range((last - first).days + 1):
            yield first + timedelta(days=step), match["name"]


def with_notices(calendar: Calendar, notices: Iterable[Notice]) -> Calendar:
    """The calendar under these notices, later ones in place of earlier ones of the same year."""
    years = {notice.year: notice for notice in notices}
    if not years:
        return calendar
    off_days = {day: name for day, name in calendar.off_days.items() if day.year not in years}
    make_up = {day: name for day, name in calendar.make_up_days.items() if day.year not in years}
    for notice in years.values():
        off_days |= notice.off_days
        make_up |= notice.make_up_days
    return replace(
        calendar,
        off_days=off_days,
        make_up_days=make_up,
        known_years=calendar.known_years | years.keys(),
        notices={**calendar.notices, **{year: n.citation for year, n in years.items()}},
    )


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
