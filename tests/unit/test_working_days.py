"""Working days of 2025 and 2026 against the notices and against the `holidays` library."""

from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from services.reference.calendar import load_calendar, read_calendar
from services.reference.errors import ReferenceDataError
from workflows.working_days import Calendar, DaySource, explain, is_known, is_working_day


def test_calendar_agrees_with_the_holidays_library_on_every_day_with_a_notice() -> None:
    calendar = load_calendar()
    assert calendar.known_years == {2025, 2026}
    for year in sorted(calendar.known_years):
        library = holidays.country_holidays("CN", years=[year])
        days = [date(year, 1, 1) + timedelta(days=step) for step in range(365)]
        ours = [day for day in days if is_working_day(day, calendar)]
        assert ours == [day for day in days if library.is_working_day(day)]


@pytest.mark.parametrize(
    ("day", "working", "reason", "source"),
    [
        (date(2026, 11, 20), True, "", DaySource.ORDINARY),
        (date(2026, 11, 21), False, "周末休息日", DaySource.WEEKEND),
        (date(2026, 2, 14), True, "春节调休上班", DaySource.MAKE_UP),
        (date(2026, 2, 15), False, "春节", DaySource.NOTICE),
        (date(2026, 2, 23), False, "春节", DaySource.NOTICE),
        (date(2026, 2, 24), True, "", DaySource.ORDINARY),
        (date(2025, 10, 8), False, "国庆节、中秋节", DaySource.NOTICE),
        (date(2025, 9, 28), True, "国庆节、中秋节调休上班", DaySource.MAKE_UP),
        (date(2025, 10, 11), True, "国庆节、中秋节调休上班", DaySource.MAKE_UP),
        (date(2027, 10, 1), False, "国庆节", DaySource.STATUTORY),
        (date(2027, 10, 9), False, "周末休息日", DaySource.WEEKEND),
    ],
)
def test_each_day_says_why_it_is_worked_or_not(
    day: date, working: bool, reason: str, source: DaySource
) -> None:
    explained = explain(day, load_calendar())
    assert (explained.is_working, explained.reason, explained.source) == (working, reason, source)


def test_year_without_a_notice_is_not_known() -> None:
    assert is_known(date(2026, 12, 31), load_calendar())
    assert not is_known(date(2027, 1, 1), load_calendar())


def test_notice_is_cited_by_title_and_number() -> None:
    expected = "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
    assert load_calendar().notices[2026] == expected


def test_make_up_day_wins_over_the_weekend_it_falls_on() -> None:
    saturday = date(2030, 6, 1)
    calendar = Calendar({}, {saturday: "make-up"}, frozenset({2030}))
    assert is_working_day(saturday, calendar)
    assert not is_working_day(saturday + timedelta(days=1), calendar)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('notice = "N"', "`year` is missing"),
        ('year = "2030"', "`year` must be int"),
        ('year = 2030\nnotice = "N"\nnumber = "1"', "without days off"),
        (
            'year = 2030\n[[off]]\nname = "A"\nfrom = 2030-01-02\nto = 2030-01-01',
            "`to` lies before `from`",
        ),
        (
            (
                'year = 2030\n[[make_up]]\nname = "B"\ndays = [2030-01-01]\n[[off]]\nname = "A"'
                "\nfrom = 2030-01-01\nto = 2030-01-01"
            ),
            "both a day off and a working day",
        ),
        ("year = ", "Invalid value"),
    ],
)
def test_broken_notice_is_refused_by_name(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "weekend.toml").write_text('name = "weekend"', encoding="utf-8")
    (tmp_path / "2030.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=fault):
        read_calendar(tmp_path)
