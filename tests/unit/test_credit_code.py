"""Unified social credit codes: right ones, and each way to be wrong."""

import pytest

from workflows.credit_code import check_character, is_valid_credit_code

# Codes of well-known companies, as they stand on every invoice of theirs.
REAL = ("91440300708461136T", "914403001922038216", "91330100799655058B")


@pytest.mark.parametrize("code", REAL)
def test_real_code_is_valid(code: str) -> None:
    assert is_valid_credit_code(code)
    assert check_character(code[:-1]) == code[-1]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91440300708461136",
        "91440300708461136TT",
        "91440300708461136t",
        "914403007084611360",
        "91440300708461163T",
        "9I440300708461136T",
        "91440300708461136O",
        "９1440300708461136T",
    ],
)
def test_wrong_code_is_refused(code: str) -> None:
    assert not is_valid_credit_code(code)


@pytest.mark.parametrize("place", range(17))
def test_any_single_wrong_character_is_found(place: int) -> None:
    code = REAL[0]
    other = "7" if code[place] != "7" else "8"
    assert not is_valid_credit_code(code[:place] + other + code[place + 1 :])


def test_check_character_needs_seventeen_characters() -> None:
    with pytest.raises(ValueError, match="seventeen"):
        check_character("123")
