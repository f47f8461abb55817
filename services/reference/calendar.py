"""The working-day calendar: the `holidays` library, replaced year by year by loaded notices."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import holidays

from services.reference.tables import Table, read_toml
from workflows.working_days import Calendar

FOLDER = Path(__file__).parent / "holidays"
_YEARS_BEFORE = 2
_YEARS_AFTER = 5


@cache
def load_calendar() -> Calendar:
    """Read the calendar that the installation ships with."""
    return read_calendar(FOLDER)


def read_calendar(folder: Path) -> Calendar:
    """Read a folder of yearly notices (2026.toml) on top of the library's statutory days."""
    notices = [read_toml(path) for path in sorted(folder.glob("[0-9]*.toml"))]
    years = {notice.get("year", int): notice for notice in notices}
    off_days: dict[date, str] = {}
    make_up_days: dict[date, str] = {}
    if years:
        span = range(min(years) - _YEARS_BEFORE, max(years) + _YEARS_AFTER + 1)
        off_days, make_up_days = _statutory_days([year for year in span if year not in years])
    for notice in years.values():
        off_days |= _off_days(notice)
        make_up_days |= _make_up_days(notice)
    _refuse_contradiction(off_days, make_up_days, folder)
    return Calendar(
        off_days=off_days,
        make_up_days=make_up_days,
        known_years=frozenset(years),
        weekend_name=read_toml(folder / "weekend.toml").text("name"),
        notices={year: _citation(notice) for year, notice in years.items()},
    )


def _statutory_days(years: list[int]) -> tuple[dict[date, str], dict[date, str]]:
    found = holidays.country_holidays("CN", years=years, language="zh_CN")
    asked = frozenset(years)
    off_days = {day: name for day, name in found.items() if day.year in asked}
    # The library knows make-up days of past years only; they bear no name there.
    make_up_days = {day: "" for day in found.weekend_workdays if day.year in asked}
    return off_days, make_up_days


def _off_days(notice: Table) -> dict[date, str]:
    found: dict[date, str] = {}
    for row in notice.tables("off", "name"):
        first, last = row.get("from", date), row.get("to", date)
        if last < first:
            raise row.error("`to` lies before `from`")
        for step in range((last - first).days + 1):
            found[first + timedelta(days=step)] = row.text("name")
    if not found:
        raise notice.error("a notice without days off")
    return found


def _make_up_days(notice: Table) -> dict[date, str]:
    return {
        day: row.text("name")
        for row in notice.tables("make_up", "name")
        for day in row.dates("days")
    }


def _refuse_contradiction(
    off_days: dict[date, str], make_up_days: dict[date, str], folder: Path
) -> None:
    both = sorted(off_days.keys() & make_up_days.keys())
    if both:
        raise Table(folder, both[0].isoformat(), {}).error("both a day off and a working day")


def _citation(notice: Table) -> str:
    return f"{notice.text('notice')}（{notice.text('number')}）"
