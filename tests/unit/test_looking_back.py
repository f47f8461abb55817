"""When a delisted hazard is looked at again."""

from datetime import date

import pytest

from workflows.looking_back import LookBackResult, LookBackState, months_after, schedule

MONTHS = (1, 3, 6)
ENDED = date(2026, 3, 31)
DUE, DONE = LookBackState.DUE, LookBackState.DONE
MISSED, UPCOMING = LookBackState.MISSED, LookBackState.UPCOMING


def states(today: date, **results: LookBackResult) -> list[LookBackState]:
    found = {int(name[1:]): (result,) for name, result in results.items()}
    return [one.state for one in schedule(ENDED, MONTHS, found, today)]


def test_a_month_ends_with_its_own_last_day() -> None:
    assert months_after(ENDED, 1) == date(2026, 4, 30)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_after(date(2026, 6, 15), 6) == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 4, 29), [UPCOMING, UPCOMING, UPCOMING]),
        (date(2026, 4, 30), [DUE, UPCOMING, UPCOMING]),
        (date(2026, 6, 29), [DUE, UPCOMING, UPCOMING]),
        (date(2026, 6, 30), [MISSED, DUE, UPCOMING]),
        (date(2027, 1, 1), [MISSED, MISSED, DUE]),
    ],
)
def test_an_earlier_check_is_missed_once_a_later_one_is_due(
    today: date, expected: list[LookBackState]
) -> None:
    assert states(today) == expected


def test_what_a_check_found_decides_what_follows() -> None:
    day = date(2026, 5, 10)
    assert states(day, m1=LookBackResult.HOLDS) == [DONE, UPCOMING, UPCOMING]
    assert states(day, m1=LookBackResult.NOT_REACHABLE) == [DUE, UPCOMING, UPCOMING]
    assert states(day, m1=LookBackResult.RECURRED) == [DONE]
