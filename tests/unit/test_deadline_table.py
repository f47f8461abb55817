"""Dates against an independent oracle and against dates worked out by hand from the notices."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.counting import free_rule
from services.reference.calendar import load_calendar
from workflows.deadlines import (
    SHANGHAI,
    Computation,
    DeadlineRule,
    compute,
    compute_rest,
    last_day_to_ask,
    time_left,
)
from workflows.vocabulary import DeadlineUnit
from workflows.working_days import is_working_day

CALENDAR = load_calendar()
ONE_DAY = timedelta(days=1)
WORKING, DAYS, HOURS = "working_days", "calendar_days", "hours"
# The oracle ends with 2026: no count may run past it.
LAST = date(2026, 12, 31)


def at(day: date | str, hour: int = 9) -> datetime:
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(on, time(hour), SHANGHAI)


def monthly(day: int) -> DeadlineRule:
    return replace(free_rule("1", DAYS), unit=DeadlineUnit.DAY_OF_MONTH, count=day)


# ------------------------------------------------------------------ an independent oracle


def oracle(unit: str, count: int, start: date) -> date:
    """Counted day by day with the tables of `chinesecalendar`, without a line of ours."""
    day = start
    if unit == WORKING:
        while count:
            day += ONE_DAY
            count -= chinese_calendar.is_workday(day)
        return day
    day += timedelta(days=count)
    while not chinese_calendar.is_workday(day):
        day += ONE_DAY
    return day


def oracle_cases() -> Iterator[tuple[str, int, date]]:
    # Every fifth day walks through all days of the week and all holidays of both years.
    start = date(2024, 12, 20)
    while start < date(2026, 11, 20):
        for unit, counts in ((WORKING, (1, 3, 7, 20)), (DAYS, (1, 3, 10, 30))):
            for count in counts:
                yield unit, count, start
        start += timedelta(days=5)


CASES = list(oracle_cases())


def test_the_oracle_knows_every_day_of_both_notices() -> None:
    years = {day.year for day in chinese_calendar.constants.holidays}
    assert years >= {2025, 2026}
    day = date(2025, 1, 1)
    while day <= LAST:
        assert is_working_day(day, CALENDAR) is chinese_calendar.is_workday(day), day
        day += ONE_DAY


def test_the_table_is_large_enough() -> None:
    assert len(CASES) >= 1000
    assert all(oracle(unit, count, start) <= LAST for unit, count, start in CASES)


@pytest.mark.parametrize("unit", [WORKING, DAYS])
@pytest.mark.parametrize("year_and_month", sorted({(c[2].year, c[2].month) for c in CASES}))
def test_every_date_agrees_with_the_oracle(year_and_month: tuple[int, int], unit: str) -> None:
    wrong = []
    for case_unit, count, start in CASES:
        if case_unit == unit and (start.year, start.month) == year_and_month:
            ours = compute(free_rule(str(count), unit), at(start), CALENDAR).due_on
            if ours != oracle(unit, count, start):
                wrong.append((start, count, ours))
    assert wrong == []


# ------------------------------------------------------------------ worked out by hand


@pytest.mark.parametrize(
    ("unit", "count", "start", "due"),
    [
        # New Year 2025: only Wednesday 1 January is off; Thursday and Friday are worked.
        (WORKING, 1, "2024-12-31", "2025-01-02"),
        (DAYS, 1, "2024-12-31", "2025-01-02"),
        # Spring Festival 2025: off 28 January to 4 February; Sunday 26 January and Saturday
        # 8 February are worked.
        (WORKING, 1, "2025-01-24", "2025-01-26"),  # Friday -> Saturday off, Sunday made up
        (WORKING, 2, "2025-01-24", "2025-01-27"),
        (WORKING, 3, "2025-01-24", "2025-02-05"),  # eight days off passed over
        (WORKING, 4, "2025-02-04", "2025-02-08"),  # 5, 6, 7 and the Saturday made up
        (WORKING, 5, "2025-02-04", "2025-02-10"),
        (DAYS, 10, "2025-01-24", "2025-02-05"),  # 3 February is off, to the day after the holiday
        (DAYS, 4, "2025-02-04", "2025-02-08"),  # a made-up Saturday is a working day: it stays
        (DAYS, 5, "2025-02-04", "2025-02-10"),  # the plain Sunday after it is not
        # Tomb Sweeping 2025: Friday 4 to Sunday 6 April.
        (WORKING, 1, "2025-04-03", "2025-04-07"),
        (DAYS, 1, "2025-04-03", "2025-04-07"),
        # Labour Day 2025: 1 to 5 May, Sunday 27 April made up.
        (WORKING, 1, "2025-04-26", "2025-04-27"),
        (WORKING, 4, "2025-04-26", "2025-04-30"),
        (WORKING, 5, "2025-04-26", "2025-05-06"),
        (DAYS, 7, "2025-04-26", "2025-05-06"),
        # Dragon Boat 2025: Saturday 31 May to Monday 2 June, nothing made up.
        (WORKING, 1, "2025-05-30", "2025-06-03"),
        (DAYS, 3, "2025-05-30", "2025-06-03"),
        # National Day and Mid-Autumn 2025: 1 to 8 October; Sunday 28 September and Saturday
        # 11 October are worked, Sunday 12 October is not.
        (WORKING, 3, "2025-09-28", "2025-10-09"),
        (WORKING, 5, "2025-09-28", "2025-10-11"),
        (WORKING, 1, "2025-10-11", "2025-10-13"),
        (DAYS, 3, "2025-10-09", "2025-10-13"),
        (DAYS, 2, "2025-10-09", "2025-10-11"),
        (DAYS, 15, "2025-09-16", "2025-10-09"),
        # The turn to 2026: off Thursday 1 to Saturday 3 January, Sunday 4 January is worked.
        (WORKING, 1, "2025-12-31", "2026-01-04"),
        (WORKING, 2, "2025-12-31", "2026-01-05"),
        (DAYS, 1, "2025-12-31", "2026-01-04"),
        (DAYS, 3, "2025-12-31", "2026-01-04"),
        # Spring Festival 2026: 15 to 23 February; Saturdays 14 and 28 February are worked.
        (WORKING, 1, "2026-02-13", "2026-02-14"),
        (WORKING, 2, "2026-02-13", "2026-02-24"),
        (WORKING, 6, "2026-02-13", "2026-02-28"),
        (WORKING, 7, "2026-02-13", "2026-03-02"),
        (DAYS, 1, "2026-02-13", "2026-02-14"),
        (DAYS, 2, "2026-02-13", "2026-02-24"),
        (DAYS, 15, "2026-02-13", "2026-02-28"),
        (DAYS, 16, "2026-02-13", "2026-03-02"),
        # Tomb Sweeping 2026: Saturday 4 to Monday 6 April.
        (WORKING, 1, "2026-04-03", "2026-04-07"),
        (DAYS, 3, "2026-04-03", "2026-04-07"),
        # Labour Day 2026: 1 to 5 May; Saturday 9 May is worked.
        (WORKING, 4, "2026-04-30", "2026-05-09"),
        (WORKING, 5, "2026-04-30", "2026-05-11"),
        (DAYS, 9, "2026-04-30", "2026-05-09"),
        (DAYS, 10, "2026-04-30", "2026-05-11"),
        # Dragon Boat 2026: Friday 19 to Sunday 21 June.
        (WORKING, 1, "2026-06-18", "2026-06-22"),
        (DAYS, 20, "2026-05-31", "2026-06-22"),
        # Mid-Autumn 2026 is Friday 25 to Sunday 27 September, with Sunday 20 September worked;
        # National Day is 1 to 7 October, with Saturday 10 October worked.
        (WORKING, 1, "2026-09-19", "2026-09-20"),
        (WORKING, 5, "2026-09-19", "2026-09-24"),
        (WORKING, 6, "2026-09-19", "2026-09-28"),
        (WORKING, 9, "2026-09-19", "2026-10-08"),
        (WORKING, 11, "2026-09-19", "2026-10-10"),
        (DAYS, 6, "2026-09-19", "2026-09-28"),
        (DAYS, 12, "2026-09-19", "2026-10-08"),
        (DAYS, 21, "2026-09-19", "2026-10-10"),
        # No leap day in 2026 and none in 2025: 28 February is followed by 1 March.
        (DAYS, 1, "2025-02-27", "2025-02-28"),
        (DAYS, 3, "2025-02-28", "2025-03-03"),
        # Two leap days: Thursday 29 February 2024 and Tuesday 29 February 2028 are worked.
        (WORKING, 1, "2024-02-28", "2024-02-29"),
        (WORKING, 2, "2024-02-28", "2024-03-01"),
        (DAYS, 1, "2024-02-28", "2024-02-29"),
        (DAYS, 366, "2024-02-28", "2025-02-28"),
        (WORKING, 1, "2028-02-28", "2028-02-29"),
        (DAYS, 1, "2028-02-28", "2028-02-29"),
        (DAYS, 2, "2028-02-28", "2028-03-01"),
        # Into a year without a notice: 1 January 2027 is a Friday and off by statute.
        (WORKING, 4, "2026-12-28", "2027-01-04"),
        (DAYS, 4, "2026-12-28", "2027-01-04"),
    ],
)
def test_dates_worked_out_by_hand(unit: str, count: int, start: str, due: str) -> None:
    found = compute(free_rule(str(count), unit), at(start), CALENDAR)
    assert found.due_on == date.fromisoformat(due)
    assert found.provisional is (found.due_on.year not in CALENDAR.known_years)


@pytest.mark.parametrize(
    ("count", "start", "due"),
    [
        # Hours run on, whatever the day: 24 hours from noon of the last working day before a
        # holiday end at noon of its first day.
        (24, "2026-02-14T12:00", "2026-02-15T12:00"),
        (24, "2025-09-30T12:00", "2025-10-01T12:00"),
        (72, "2026-09-30T18:30", "2026-10-03T18:30"),
        (24, "2024-02-28T08:00", "2024-02-29T08:00"),
        (48, "2024-02-28T08:00", "2024-03-01T08:00"),
        (24, "2025-12-31T23:30", "2026-01-01T23:30"),
        (1, "2026-02-13T23:30", "2026-02-14T00:30"),
        # Summer makes no difference: China keeps one time all year.
        (24, "2026-06-30T00:00", "2026-07-01T00:00"),
    ],
)
def test_hours_run_through_holidays(count: int, start: str, due: str) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    found = compute(free_rule(str(count), HOURS), moment, CALENDAR)
    assert found.due_at == datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)
    assert found.due_on == date.fromisoformat(due[:10])
    assert (found.skipped, found.rolled, found.provisional) == ((), (), False)


@pytest.mark.parametrize(
    ("day", "start", "due"),
    [
        (2, "2026-03-01", "2026-03-02"),
        (2, "2026-03-02", "2026-04-02"),  # the day itself is the start: the next month's counts
        (2, "2026-12-31", "2027-01-02"),
        (27, "2026-01-31", "2026-02-27"),
        (28, "2024-02-28", "2024-03-28"),
        (28, "2026-01-31", "2026-02-28"),
        # National Day and a Saturday: a date named by the source does not move.
        (2, "2026-09-30", "2026-10-02"),
        (2, "2026-04-30", "2026-05-02"),
        (27, "2026-06-01", "2026-06-27"),
    ],
)
def test_a_day_of_the_month_is_the_next_one_and_stays(day: int, start: str, due: str) -> None:
    found = compute(monthly(day), at(start), CALENDAR)
    assert found.due_on == date.fromisoformat(due)
    assert not found.provisional


@pytest.mark.parametrize(
    ("ends", "count", "last"),
    [
        # Wednesday to Friday are three working days: asked for on Tuesday at the latest.
        ("2026-11-20", 3, "2026-11-17"),
        # 9 March, 2 to 6 March, the made-up 28 February, 24 to 27 February, the made-up
        # 14 February, 11 to 13 February: fifteen.
        ("2026-03-09", 15, "2026-02-10"),
        # An end on a Sunday does not count itself; Monday to Friday before it do.
        ("2026-11-22", 5, "2026-11-15"),
        # The made-up 10 October, 9 and 8 October, and over the holiday 30 September.
        ("2026-10-10", 4, "2026-09-29"),
    ],
)
def test_days_before_an_end_are_counted_back(ends: str, count: int, last: str) -> None:
    rule = replace(free_rule(str(count), WORKING), backward=True)
    found = compute(rule, at(ends), CALENDAR)
    assert found.due_on == date.fromisoformat(last)
    assert found.due_on == last_day_to_ask(date.fromisoformat(ends), count, CALENDAR)
    passed = (date.fromisoformat(ends) - found.due_on).days
    assert passed - len(found.skipped) == count


# ------------------------------------------------------------------ what always holds

# Every minute from December 2024 to June 2027.
starts = st.integers(0, 940 * 24 * 60).map(
    lambda minutes: at("2024-12-01", 0) + timedelta(minutes=minutes)
)
day_units = st.sampled_from([WORKING, DAYS])
units = st.sampled_from([WORKING, DAYS, HOURS])
counts = st.integers(1, 120)


@given(starts, units, counts, st.integers(0, 60))
def test_a_longer_limit_never_ends_earlier(
    start: datetime, unit: str, count: int, more: int
) -> None:
    short = compute(free_rule(str(count), unit), start, CALENDAR)
    long = compute(free_rule(str(count + more), unit), start, CALENDAR)
    assert short.due_at <= long.due_at
    assert unit == DAYS or (more == 0) is (short.due_at == long.due_at)


@given(starts, units, counts, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_later_start_never_ends_earlier(
    start: datetime, unit: str, count: int, later: timedelta
) -> None:
    rule = free_rule(str(count), unit)
    assert compute(rule, start, CALENDAR).due_at <= compute(rule, start + later, CALENDAR).due_at


@given(starts, day_units, counts)
@example(at("2026-09-24"), DAYS, 1)
def test_a_limit_in_days_never_ends_on_a_day_off(start: datetime, unit: str, count: int) -> None:
    found = compute(free_rule(str(count), unit), start, CALENDAR)
    assert is_working_day(found.due_on, CALENDAR)
    assert found.due_on > found.started_on
    off = {day.date for day in (*found.skipped, *found.rolled)}
    assert not any(is_working_day(day, CALENDAR) for day in off)
    assert all(is_working_day(day.date, CALENDAR) for day in found.make_up)


@given(starts, counts)
def test_a_count_of_working_days_can_be_counted_again_by_hand(start: datetime, count: int) -> None:
    found = compute(free_rule(str(count), WORKING), start, CALENDAR)
    assert (found.due_on - found.started_on).days - len(found.skipped) == count


@given(starts, units, counts, st.integers(0, 60), st.integers(0, 100))
def test_an_extension_never_shortens(
    start: datetime, unit: str, count: int, more: int, stop_after: int
) -> None:
    rule = free_rule(str(count), unit)
    whole = compute(rule, start, CALENDAR)
    assert compute_rest(rule, count + more, start, CALENDAR).due_at >= whole.due_at
    # What is left when a clock stops, counted from that moment on, ends no earlier than before.
    stopped = start + timedelta(days=stop_after)
    if stopped <= whole.due_at and unit != HOURS:
        left = time_left(DeadlineUnit(unit), start, whole.due_at, stopped, CALENDAR)
        assert compute_rest(rule, left, stopped, CALENDAR).due_at >= whole.due_at


@given(
    starts,
    st.one_of(
        units.flatmap(lambda u: counts.map(lambda c: free_rule(str(c), u))),
        st.integers(1, 28).map(monthly),
    ),
)
def test_a_stored_computation_gives_the_same_dates_when_replayed(
    start: datetime, rule: DeadlineRule
) -> None:
    found = compute(rule, start, CALENDAR)
    stored = json.loads(json.dumps(found.as_record()))
    read = Computation.from_record(stored)
    assert read == found
    assert compute(rule, start, CALENDAR).as_record() == stored
    # Counted again from what was stored alone, without a calendar.
    if rule.unit is DeadlineUnit.WORKING_DAYS:
        off = {day.date for day in read.skipped}
        days = [read.started_on + ONE_DAY * n for n in range(1, 1000)]
        assert [day for day in days if day not in off][rule.count - 1] == read.due_on
    if rule.unit is DeadlineUnit.CALENDAR_DAYS:
        nominal = read.started_on + timedelta(days=rule.count)
        assert nominal + ONE_DAY * len(read.rolled) == read.due_on


@given(starts, st.integers(1, 28))
def test_a_day_of_the_month_lies_within_the_next_month(start: datetime, day: int) -> None:
    found = compute(monthly(day), start, CALENDAR)
    assert found.due_on.day == day
    assert 0 < (found.due_on - found.started_on).days <= 31
