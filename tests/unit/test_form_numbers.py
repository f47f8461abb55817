"""The number by which a form that is sent twice counts once."""

import pytest

from web.forms.base import numbered

KEPT = "0123456789abcdef" * 2


def test_a_number_is_kept() -> None:
    assert numbered(KEPT) == KEPT


@pytest.mark.parametrize("typed", [None, "", KEPT[:-1], KEPT + "0", KEPT.upper(), "x" * 300])
def test_whatever_is_no_number_gets_another_that_fits_its_column(typed: str | None) -> None:
    given = numbered(typed)
    assert given != typed
    assert numbered(given) == given
    assert numbered(typed) != given
