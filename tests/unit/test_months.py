"""A calendar month: how it is written, and where it begins and ends in Asia/Shanghai."""

from datetime import UTC, date, datetime

import pytest

from services.queries.months import Month


def test_a_month_is_written_as_it_is_read() -> None:
    for text in ("2026-01", "2026-11", "2028-02"):
        assert str(Month.read(text)) == text


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "1999-11", " 2026-11", "x"]
)
def test_anything_else_is_no_month(text: str) -> None:
    assert Month.read(text) is None


def test_a_month_lies_between_two_midnights_of_the_office() -> None:
    month = Month(2028, 2)
    assert (month.first_on, month.last_on) == (date(2028, 2, 1), date(2028, 2, 29))
    assert month.begins_at == datetime(2028, 1, 31, 16, tzinfo=UTC)
    assert month.ends_at == datetime(2028, 2, 29, 16, tzinfo=UTC)
    assert month.ends_at == month.after().begins_at


def test_years_meet_in_winter() -> None:
    assert Month(2026, 12).after() == Month(2027, 1)
    assert Month(2027, 1).before() == Month(2026, 12)
    assert Month.of(date(2026, 12, 31)) < Month.of(date(2027, 1, 1))
