"""A deadline laid out as it was counted."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.queries.case_page import DeadlineRow
from services.reference.calendar import load_calendar
from services.reference.profile import load_profile
from web.views.deadlines import DayMark, DeadlineView, days_of, deadline_view
from web.views.due import due_of
from workflows.deadlines import compute, compute_fixed
from workflows.vocabulary import DeadlineUnit

RULE = next(iter(load_profile("shuozhou").rules.values()))


def view_of(unit: DeadlineUnit, count: int, started_at: datetime) -> DeadlineView:
    rule = replace(RULE, unit=unit, count=count)
    if unit is DeadlineUnit.FIXED_DATE:
        computation = compute_fixed(rule, started_at, date(2026, 8, 31))
    else:
        computation = compute(rule, started_at, load_calendar())
    row = DeadlineRow(
        deadline_id=1,
        task_id=None,
        rule_id=rule.id,
        name=rule.name,
        basis={"unit": unit.value, "count": count, "evidence": "I"},
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
    return deadline_view(row, started_at)


def marks_of(view: DeadlineView) -> dict[int, tuple[str, int | None]]:
    return {
        cell.day.day: (cell.mark.value, cell.number)
        for month in view.months
        for week in month.weeks
        for cell in week
        if cell is not None and cell.mark is not None
    }


def test_one_working_day_over_a_weekend() -> None:
    view = view_of(DeadlineUnit.WORKING_DAYS, 1, datetime(2026, 3, 6, 1, tzinfo=UTC))
    assert marks_of(view) == {
        6: ("start", None),
        7: ("skipped", None),
        8: ("skipped", None),
        9: ("due", 1),
    }
    assert [(span.first.day, span.count) for span in view.skipped] == [(7, 2)]


def test_calendar_days_whose_last_day_moves_past_a_weekend() -> None:
    view = view_of(DeadlineUnit.CALENDAR_DAYS, 2, datetime(2026, 3, 5, 1, tzinfo=UTC))
    assert marks_of(view) == {
        5: ("start", None),
        6: ("counted", 1),
        7: ("rolled", None),
        8: ("rolled", None),
        9: ("due", None),
    }


def test_hours_count_no_days() -> None:
    view = view_of(DeadlineUnit.HOURS, 24, datetime(2026, 3, 6, 1, tzinfo=UTC))
    assert marks_of(view) == {6: ("start", None), 7: ("due", None)}


def test_days_before_an_end_are_numbered_from_the_end() -> None:
    rule = replace(RULE, unit=DeadlineUnit.WORKING_DAYS, count=3, backward=True)
    ends = datetime(2026, 3, 10, 1, tzinfo=UTC)
    computation = compute(rule, ends, load_calendar())
    cells = days_of(computation, rule.unit)
    assert [(cell.day.day, cell.mark and cell.mark.value, cell.number) for cell in cells] == [
        (5, "due", None),
        (6, "counted", 3),
        (7, "skipped", None),
        (8, "skipped", None),
        (9, "counted", 2),
        (10, "start", 1),
    ]


def test_an_end_on_a_day_off_is_not_the_first_day() -> None:
    rule = replace(RULE, unit=DeadlineUnit.WORKING_DAYS, count=1, backward=True)
    computation = compute(rule, datetime(2026, 3, 8, 1, tzinfo=UTC), load_calendar())
    cells = days_of(computation, rule.unit)
    assert [(cell.day.day, cell.number) for cell in cells] == [
        (5, None),
        (6, 1),
        (7, None),
        (8, None),
    ]


def test_other_sources_stand_beside_the_choice() -> None:
    rule = load_profile("shuozhou").rules["publish_listing"]
    view = view_of(DeadlineUnit.WORKING_DAYS, 5, datetime(2026, 3, 6, 1, tzinfo=UTC))
    assert view.conflicts == ()
    shown = replace(view, row=replace(view.row, basis=rule.as_basis()))
    assert shown.conflicts == rule.conflicts
    assert shown.counted == "5 个工作日，自起算次日起计算，休息日和法定节假日不计入"


def test_long_time_shows_its_first_and_last_month() -> None:
    view = view_of(DeadlineUnit.FIXED_DATE, 12, datetime(2026, 3, 6, 1, tzinfo=UTC))
    assert [month.first for month in view.months] == [date(2026, 3, 1), date(2026, 8, 1)]
    assert view.months_left_out
    assert all(len(week) == 7 for month in view.months for week in month.weeks)
    assert DayMark.DUE.value == marks_of(view)[31][0]


@pytest.mark.parametrize(
    ("now", "days_left", "overdue"),
    [
        (datetime(2026, 3, 8, 15, 59, tzinfo=UTC), 1, False),
        (datetime(2026, 3, 9, 15, 59, tzinfo=UTC), 0, False),
        (datetime(2026, 3, 9, 16, 1, tzinfo=UTC), -1, True),
    ],
)
def test_days_left_turn_at_midnight_in_shanghai(
    now: datetime, days_left: int, *, overdue: bool
) -> None:
    due = due_of(datetime(2026, 3, 9, 16, tzinfo=UTC), now)
    assert due is not None
    assert due.on == date(2026, 3, 9)
    assert (due.days_left, due.overdue) == (days_left, overdue)


def test_no_deadline_is_none() -> None:
    assert due_of(None, datetime(2026, 3, 9, tzinfo=UTC)) is None
