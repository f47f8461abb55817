"""Time limits counted by hand, day by day, and compared."""

import json
from datetime import UTC, date, datetime

import pytest

from services.reference.calendar import load_calendar
from workflows.deadlines import (
    ENDED,
    MET,
    PASSED_ON,
    SHANGHAI,
    SUSPENDED,
    Clock,
    Computation,
    DeadlineRule,
    Evidence,
    FixedDateRefusedError,
    InvalidDeadlineRuleError,
    compute,
    compute_fixed,
    days_left,
    end_of_day,
    hours_left,
    is_overdue,
    last_day,
    rules_started_by,
)
from workflows.vocabulary import DeadlineUnit
from workflows.working_days import DaySource

WORKING, CALENDAR_DAYS = DeadlineUnit.WORKING_DAYS, DeadlineUnit.CALENDAR_DAYS
HOURS, FIXED = DeadlineUnit.HOURS, DeadlineUnit.FIXED_DATE


def a_rule(
    unit: DeadlineUnit,
    count: int,
    starts: str = "step:verify_hazard",
    effective_to: date | None = None,
) -> DeadlineRule:
    return DeadlineRule(
        id="a_rule",
        version=1,
        name="示例时限",
        starts=starts,
        ends=("verify_hazard",),
        unit=unit,
        count=count,
        document="示例文件",
        article="",
        words="",
        evidence=Evidence.INFERENCE,
        verified=False,
        note="",
        effective_from=date(2025, 1, 1),
        effective_to=effective_to,
    )


def in_china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def counted(unit: DeadlineUnit, count: int, started: str) -> Computation:
    return compute(a_rule(unit, count), in_china(started), load_calendar())


@pytest.mark.parametrize(
    ("unit", "count", "started", "due_on"),
    [
        # An ordinary week: Wednesday, five working days, over one weekend.
        (WORKING, 5, "2026-11-18T09:00", "2026-11-25"),
        (WORKING, 1, "2026-11-18T23:59:59", "2026-11-19"),
        (WORKING, 1, "2026-11-20T09:00", "2026-11-23"),
        # Started on a day off: the day after is still day one only if it is worked.
        (WORKING, 1, "2026-11-21T09:00", "2026-11-23"),
        # Spring Festival 2026: off 15 to 23 February, worked on Saturdays 14 and 28 February.
        (WORKING, 2, "2026-02-12T10:00", "2026-02-14"),
        (WORKING, 3, "2026-02-12T10:00", "2026-02-24"),
        (WORKING, 5, "2026-02-14T10:00", "2026-02-28"),
        (WORKING, 6, "2026-02-14T10:00", "2026-03-02"),
        # National Day 2025: off 1 to 8 October, worked on 28 September and 11 October.
        (WORKING, 3, "2025-09-26T10:00", "2025-09-30"),
        (WORKING, 5, "2025-09-28T10:00", "2025-10-11"),
        (WORKING, 6, "2025-09-28T10:00", "2025-10-13"),
        # Over the turn of the year: off 1 to 3 January 2026, worked on Sunday 4 January.
        (WORKING, 3, "2025-12-30T10:00", "2026-01-05"),
        # Calendar days: the last day moves over a weekend or a holiday, and over both.
        (CALENDAR_DAYS, 10, "2026-11-10T10:00", "2026-11-20"),
        (CALENDAR_DAYS, 11, "2026-11-10T10:00", "2026-11-23"),
        (CALENDAR_DAYS, 10, "2025-09-21T10:00", "2025-10-09"),
        (CALENDAR_DAYS, 10, "2026-09-21T10:00", "2026-10-08"),
        (CALENDAR_DAYS, 30, "2026-01-20T10:00", "2026-02-24"),
        # A last day on a make-up working Saturday stays there.
        (CALENDAR_DAYS, 5, "2026-02-23T10:00", "2026-02-28"),
        (CALENDAR_DAYS, 4, "2026-10-06T10:00", "2026-10-10"),
        # Sunday 20 September 2026 is worked; days off in the middle of a count do not matter.
        (CALENDAR_DAYS, 2, "2026-09-18T10:00", "2026-09-20"),
        # Just after midnight in China is still the day before in UTC.
        (CALENDAR_DAYS, 1, "2026-11-19T00:00:01", "2026-11-20"),
    ],
)
def test_last_day_is_the_one_counted_by_hand(
    unit: DeadlineUnit, count: int, started: str, due_on: str
) -> None:
    computation = counted(unit, count, started)
    assert computation.due_on == date.fromisoformat(due_on)
    assert computation.due_at == end_of_day(computation.due_on)
    assert not computation.provisional


def test_last_day_ends_at_midnight_in_china() -> None:
    computation = counted(WORKING, 1, "2026-11-18T09:00")
    assert computation.due_at == datetime(2026, 11, 19, 16, tzinfo=UTC)
    assert computation.due_at.tzinfo is UTC


def test_started_on_is_the_date_in_china() -> None:
    rule = a_rule(WORKING, 1)
    late_in_utc = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)
    assert compute(rule, late_in_utc, load_calendar()).started_on == date(2026, 11, 19)


def test_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compute(a_rule(WORKING, 1), datetime(2026, 11, 18), load_calendar())  # noqa: DTZ001 - the point


def test_working_days_name_each_day_skipped_and_each_make_up_day() -> None:
    computation = counted(WORKING, 5, "2026-02-14T10:00")
    skipped = [(day.date.day, day.reason, day.source) for day in computation.skipped]
    assert skipped == [(day, "春节", DaySource.NOTICE) for day in range(15, 24)]
    assert [day.date for day in computation.make_up] == [date(2026, 2, 28)]
    assert computation.rolled == ()


def test_calendar_days_name_the_days_off_that_moved_the_last_day() -> None:
    computation = counted(CALENDAR_DAYS, 11, "2026-11-10T10:00")
    assert [day.date for day in computation.rolled] == [date(2026, 11, 21), date(2026, 11, 22)]
    assert computation.rolled_by_reading
    assert computation.skipped == ()


def test_roll_over_a_holiday_alone_is_not_marked_as_our_reading() -> None:
    computation = counted(CALENDAR_DAYS, 10, "2025-09-21T10:00")
    assert [day.date.day for day in computation.rolled] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert not computation.rolled_by_reading


def test_hours_run_through_holidays_to_the_minute() -> None:
    computation = counted(HOURS, 24, "2026-10-01T15:20")
    assert computation.due_at == datetime(2026, 10, 2, 7, 20, tzinfo=UTC)
    assert computation.due_on == date(2026, 10, 2)
    assert computation.rolled == ()
    assert not computation.provisional


@pytest.mark.parametrize(
    ("unit", "count", "started", "due_on", "provisional"),
    [
        (WORKING, 3, "2026-12-28T10:00", "2026-12-31", False),
        # 1 January 2027 is off by the statutory days; how the days around it fall is not known.
        (WORKING, 4, "2026-12-28T10:00", "2027-01-04", True),
        (WORKING, 5, "2027-09-29T10:00", "2027-10-11", True),
        (CALENDAR_DAYS, 10, "2027-03-01T10:00", "2027-03-11", True),
        (CALENDAR_DAYS, 5, "2026-12-29T10:00", "2027-01-04", True),
        (HOURS, 24, "2027-10-01T10:00", "2027-10-02", False),
    ],
)
def test_year_without_notice_gives_a_provisional_limit(
    unit: DeadlineUnit, count: int, started: str, due_on: str, provisional: bool
) -> None:
    computation = counted(unit, count, started)
    assert computation.due_on == date.fromisoformat(due_on)
    assert computation.provisional is provisional


@pytest.mark.parametrize("unit", [WORKING, CALENDAR_DAYS, HOURS])
def test_computation_survives_being_stored(unit: DeadlineUnit) -> None:
    computation = counted(unit, 11, "2026-09-20T10:00")
    stored = json.loads(json.dumps(computation.as_record()))
    assert Computation.from_record(stored) == computation


def test_fixed_date_stands_as_it_was_set_even_on_a_day_off() -> None:
    computation = compute_fixed(a_rule(FIXED, 12), in_china("2026-01-31T10:00"), date(2026, 10, 1))
    assert computation.due_on == date(2026, 10, 1)
    assert computation.due_at == end_of_day(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("months", "started", "latest"),
    [
        (12, "2026-03-02T10:00", date(2027, 3, 2)),
        (12, "2028-02-29T10:00", date(2029, 2, 28)),
        (1, "2026-01-31T10:00", date(2026, 2, 28)),
        (1, "2026-12-15T10:00", date(2027, 1, 15)),
    ],
)
def test_fixed_date_may_not_pass_the_longest_time(months: int, started: str, latest: date) -> None:
    rule = a_rule(FIXED, months)
    assert compute_fixed(rule, in_china(started), latest).due_on == latest
    with pytest.raises(FixedDateRefusedError) as refused:
        compute_fixed(rule, in_china(started), date.fromordinal(latest.toordinal() + 1))
    assert refused.value.detail["latest"] == latest.isoformat()


def test_fixed_date_may_be_today_but_not_yesterday() -> None:
    rule = a_rule(FIXED, 0)
    assert compute_fixed(rule, in_china("2026-03-02T10:00"), date(2026, 3, 2)).rolled == ()
    with pytest.raises(FixedDateRefusedError):
        compute_fixed(rule, in_china("2026-03-02T10:00"), date(2026, 3, 1))


def test_fixed_date_rule_cannot_be_counted_and_a_counted_rule_not_fixed() -> None:
    with pytest.raises(InvalidDeadlineRuleError):
        compute(a_rule(FIXED, 12), in_china("2026-03-02T10:00"), load_calendar())
    with pytest.raises(InvalidDeadlineRuleError):
        compute_fixed(a_rule(WORKING, 5), in_china("2026-03-02T10:00"), date(2026, 3, 9))


def test_act_at_the_last_moment_is_in_time_and_one_second_later_is_not() -> None:
    due_at = end_of_day(date(2026, 11, 19))
    assert not is_overdue(due_at, in_china("2026-11-20T00:00:00"))
    assert is_overdue(due_at, in_china("2026-11-20T00:00:01"))
    assert last_day(due_at) == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("unit", "now", "left"),
    [
        (WORKING, "2026-02-12T10:00", 3),
        (WORKING, "2026-02-16T10:00", 1),
        (WORKING, "2026-02-24T23:59:59", 0),
        (WORKING, "2026-02-25T00:00", -1),
        (WORKING, "2026-03-02T09:00", -5),
        (CALENDAR_DAYS, "2026-02-12T10:00", 12),
        (CALENDAR_DAYS, "2026-03-02T09:00", -6),
        (HOURS, "2026-02-24T09:00", 0),
        (FIXED, "2026-02-14T09:00", 10),
    ],
)
def test_days_left_are_counted_in_the_unit_of_the_rule(
    unit: DeadlineUnit, now: str, left: int
) -> None:
    due_at = end_of_day(date(2026, 2, 24))
    assert days_left(due_at, in_china(now), load_calendar(), unit) == left


def test_hours_left_are_full_hours() -> None:
    due_at = in_china("2026-11-20T10:00")
    assert hours_left(due_at, in_china("2026-11-20T08:30")) == 1
    assert hours_left(due_at, in_china("2026-11-20T10:30")) == -1


def test_rule_applies_from_its_first_day_to_its_last() -> None:
    rule = a_rule(WORKING, 5, effective_to=date(2025, 12, 31))
    in_force = {
        day: rule.is_in_force(day)
        for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    }
    assert list(in_force.values()) == [False, True, True, False]


def test_rules_are_found_by_what_starts_them_and_by_the_day() -> None:
    old = a_rule(WORKING, 5, effective_to=date(2025, 12, 31))
    other = a_rule(WORKING, 5, starts="act:verify_hazard")
    rules = {"old": old, "other": other}
    assert rules_started_by(rules, "step:verify_hazard", date(2025, 6, 1)) == (old,)
    assert rules_started_by(rules, "step:verify_hazard", date(2026, 6, 1)) == ()
    assert rules_started_by(rules, "act:verify_hazard", date(2026, 6, 1)) == (other,)


@pytest.mark.parametrize(
    ("count", "starts", "effective_to", "field"),
    [
        (0, "step:verify_hazard", None, "count"),
        (5, "verify_hazard", None, "starts"),
        (5, "step:", None, "starts"),
        (5, "when:verify_hazard", None, "starts"),
        (5, "step:verify_hazard", date(2024, 1, 1), "effective_to"),
    ],
)
def test_rule_that_cannot_be_counted_is_refused(
    count: int, starts: str, effective_to: date | None, field: str
) -> None:
    with pytest.raises(InvalidDeadlineRuleError) as refused:
        a_rule(WORKING, count, starts, effective_to)
    assert refused.value.detail["field"] == field


DUE, IN_TIME, LATE = (
    end_of_day(date(2026, 3, 31)),
    in_china("2026-03-31T09:00"),
    in_china("2026-04-03T09:00"),
)


@pytest.mark.parametrize(
    ("ended_at", "ended_as", "met", "fell_away", "days"),
    [
        (IN_TIME, MET, True, False, 0),
        (LATE, MET, False, False, 3),
        (None, None, False, False, 10),
        (IN_TIME, PASSED_ON, False, True, 0),
        (LATE, PASSED_ON, False, False, 3),
        (IN_TIME, ENDED, False, True, 0),
        (LATE, ENDED, False, False, 3),
        (IN_TIME, SUSPENDED, False, True, 0),
        (LATE, SUSPENDED, False, True, 0),
    ],
)
def test_a_clock_is_late_by_its_end_and_by_how_it_ended(
    ended_at: datetime | None, ended_as: str | None, met: bool, fell_away: bool, days: int
) -> None:
    clock = Clock(DUE, ended_at, ended_as)
    assert (clock.is_met, clock.fell_away) == (met, fell_away)
    assert clock.days_late(date(2026, 4, 10)) == days
    assert clock.days_late(date(2026, 3, 31)) == 0


def test_the_days_of_all_months_are_the_days_in_all() -> None:
    clock = Clock(DUE, None, None)
    march, april, may = (date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31))
    assert [clock.days_late(day) for day in (march, april, may)] == [0, 30, 61]
