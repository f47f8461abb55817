"""The printed code: never taken for another one, whatever hand copies it."""

import random
import re

import pytest
import segno

from services.documents.verification_code import (
    LENGTH,
    LETTERS,
    RANDOM_LETTERS,
    make_code,
    make_verification,
    read_code,
)

HIGHEST = len(LETTERS) ** RANDOM_LETTERS - 1
# The same ones in every process that collects these tests.
CHANCE = random.Random("codes")
NUMBERS = (0, 1, HIGHEST, *(CHANCE.randrange(HIGHEST) for _ in range(20)))
LEAST_BITS = 80


def test_a_code_cannot_be_guessed_and_has_no_letters_that_look_alike() -> None:
    assert len(LETTERS) ** RANDOM_LETTERS >= 2**LEAST_BITS
    assert len(set(LETTERS)) == len(LETTERS)
    assert not set(LETTERS) & set("01IO")
    made = {make_verification("https://guapai.example/verify").code for _ in range(100)}
    assert len(made) == 100


@pytest.mark.parametrize("number", NUMBERS)
def test_a_code_is_read_however_it_is_written(number: int) -> None:
    code = make_code(number)
    plain = code.replace("-", "")
    assert len(plain) == LENGTH
    for typed in (code, plain, code.lower(), f" {code.replace('-', ' ')} ", code.replace("-", "—")):
        assert read_code(typed) == code
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in plain)
    assert read_code(full_width) == code


@pytest.mark.parametrize("number", NUMBERS)
def test_one_wrong_letter_or_two_exchanged_are_a_typing_mistake(number: int) -> None:
    plain = make_code(number).replace("-", "")
    for place, right in enumerate(plain):
        for wrong in set(LETTERS) - {right}:
            assert read_code(plain[:place] + wrong + plain[place + 1 :]) is None
        swapped = [*plain]
        swapped[place - 1], swapped[place] = swapped[place], swapped[place - 1]
        if place and "".join(swapped) != plain:
            assert read_code("".join(swapped)) is None


@pytest.mark.parametrize(
    "typed", ["", "-", "ABCD", "0" * LENGTH, "喆" * LENGTH, "2" * 21, "⒈" * 20]
)
def test_what_is_no_code_is_not_read_as_one(typed: str) -> None:
    assert read_code(typed) is None


def test_the_picture_leads_to_the_page_with_the_code() -> None:
    made = make_verification("https://guapai.example/verify")
    expected = segno.make(f"https://guapai.example/verify?code={made.code}", error="m", micro=False)
    dark = {
        (x, int(y))
        for left, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", made.picture.path)
        for x in range(int(left), int(left) + int(width))
    }
    assert made.picture.size == len(expected.matrix)
    assert dark == {
        (x, y) for y, row in enumerate(expected.matrix) for x, square in enumerate(row) if square
    }
