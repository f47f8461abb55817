"""Time on working days: whole days, parts of days, holidays and make-up days."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reference.calendar import load_calendar
from workflows.deadlines import SHANGHAI, local_date
from workflows.time_held import late_time, working_time
from workflows.working_days import is_working_day

CALENDAR = load_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("since", "until", "days", "hours"),
    [
        ("2026-03-02 09:00", "2026-03-02 17:30", 0, 8.5),
        ("2026-03-06 17:00", "2026-03-09 09:00", 0, 16),  # Friday evening to Monday morning
        ("2026-03-07 08:00", "2026-03-08 20:00", 0, 0),  # a weekend
        ("2026-02-13 12:00", "2026-02-24 12:00", 2, 0),  # Spring Festival, made up on the 14th
        ("2026-09-30 18:00", "2026-10-08 09:00", 0, 15),  # National Day
        ("2026-03-02 09:00", "2026-03-02 09:00", 0, 0),
        ("2026-03-03 09:00", "2026-03-02 09:00", 0, 0),
    ],
)
def test_only_working_days_count(since: str, until: str, days: int, hours: float) -> None:
    assert working_time(at(since), at(until), CALENDAR) == timedelta(days=days, hours=hours)


def test_midnight_is_that_of_china() -> None:
    since = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)  # Friday 23:30 in China
    assert working_time(since, since + timedelta(hours=2), CALENDAR) == timedelta(minutes=30)


def test_only_what_lies_after_the_limit_is_late() -> None:
    since, until = at("2026-03-02 09:00"), at("2026-03-09 09:00")
    assert late_time(since, until, None, CALENDAR) == timedelta()
    assert late_time(since, until, at("2026-03-10 00:00"), CALENDAR) == timedelta()
    assert late_time(since, until, at("2026-03-06 00:00"), CALENDAR) == timedelta(days=1, hours=9)
    assert late_time(since, until, at("2026-02-01 00:00"), CALENDAR) == working_time(
        since, until, CALENDAR
    )


moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: at("2025-01-01 00:00") + timedelta(minutes=minutes)
)


@given(moments, moments, moments)
def test_parts_add_up_and_nothing_is_counted_twice(
    one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    whole = working_time(first, last, CALENDAR)
    parts = working_time(first, middle, CALENDAR) + working_time(middle, last, CALENDAR)
    assert parts == whole <= last - first


@given(moments, st.integers(0, 3))
def test_a_whole_day_counts_as_one_or_not_at_all(moment: datetime, days: int) -> None:
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    worked = sum(
        is_working_day(local_date(start) + timedelta(days=step), CALENDAR) for step in range(days)
    )
    assert working_time(start, start + timedelta(days=days), CALENDAR) == timedelta(days=worked)
