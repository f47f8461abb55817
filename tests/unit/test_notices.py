"""Yearly notices typed in as lines: what they say, and what cannot be read."""

from datetime import date

import pytest

from services.reference.calendar import load_calendar
from workflows.working_days import (
    DaySource,
    NoticeTextError,
    explain,
    is_known,
    read_notice,
    with_notices,
)

OFF = "2027-01-01 至 2027-01-03 元旦\n2027-02-05 至 2027-02-13  春节\n\n2027-04-05 清明节"
WORKED = "2027-02-20 春节调休上班"


def test_a_notice_replaces_what_was_known_of_its_year_and_of_no_other() -> None:
    before = load_calendar()
    assert not is_known(date(2027, 2, 10), before)
    after = with_notices(before, [read_notice(2027, "某通知（某号）", OFF, WORKED)])
    assert is_known(date(2027, 2, 10), after)
    assert explain(date(2027, 2, 8), after).source is DaySource.NOTICE
    assert explain(date(2027, 2, 8), after).reason == "春节"
    assert explain(date(2027, 2, 20), after).is_working
    # 1 May 2027 is a Saturday that this notice does not name.
    assert explain(date(2027, 5, 3), after).is_working
    for day in (date(2026, 10, 1), date(2026, 10, 10), date(2025, 1, 1)):
        assert explain(day, after) == explain(day, before)
    assert after.notices[2027] == "某通知（某号）"


def test_the_later_notice_of_a_year_counts() -> None:
    first = read_notice(2027, "一", "2027-01-01 元旦", "")
    second = read_notice(2027, "二", "2027-01-04 元旦", "")
    after = with_notices(load_calendar(), [first, second])
    assert explain(date(2027, 1, 1), after).is_working
    assert not explain(date(2027, 1, 4), after).is_working


@pytest.mark.parametrize(
    ("off", "worked", "code"),
    [
        ("元旦", "", "notice_line"),
        ("2027-01-01", "", "notice_line"),
        ("2027-02-30 春节", "", "notice_line"),
        ("2026-12-31 元旦", "", "notice_line"),
        ("2027-01-03 至 2027-01-01 元旦", "", "notice_line"),
        ("2027-01-01 至 2027-12-31 元旦", "", "notice_line"),
        ("2027-02-20 春节", "2027-02-20 调休", "both_off_and_worked"),
        ("2027-02-05 春节", "2027-02-22 调休", "make_up_on_a_weekday"),
    ],
)
def test_what_cannot_be_a_notice_is_refused_with_its_line(off: str, worked: str, code: str) -> None:
    with pytest.raises(NoticeTextError) as refused:
        read_notice(2027, "", off, worked)
    assert refused.value.code == code
    assert refused.value.line
