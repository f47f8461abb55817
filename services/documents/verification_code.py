"""The code printed on issued pages, by which anybody looks them up where they came from."""

import secrets
import unicodedata
from itertools import groupby

import segno

from services.documents.context import Picture, Verification

# Without 0 and O, 1 and I, which are taken for each other when a code is copied by hand.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RANDOM_LETTERS = 18
CHECK_LETTERS = 2
LENGTH = RANDOM_LETTERS + CHECK_LETTERS
_BASE = len(LETTERS)
# The largest prime that two letters hold: one wrong letter, or two exchanged, never go unnoticed.
_MODULUS = 1021
_GROUP = 4
_BETWEEN_GROUPS = "-"


def make_verification(address: str) -> Verification:
    """A new code, with the page on which it is looked up and the picture that leads there."""
    code = make_code(secrets.randbelow(_BASE**RANDOM_LETTERS))
    return Verification(code=code, address=address, picture=picture_of(f"{address}?code={code}"))


def make_code(number: int) -> str:
    """A number in letters, with those that tell a typing mistake from an unknown code."""
    shifted = number * _BASE**CHECK_LETTERS
    return _in_groups(_letters_of(shifted + (1 - shifted) % _MODULUS))


def read_code(typed: str) -> str | None:
    """The code that was typed, blanks and case aside; None for a typing mistake."""
    text = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(char for char in text if char.isalnum())
    if len(code) != LENGTH or not set(code) <= set(LETTERS):
        return None
    number = 0
    for letter in code:
        number = number * _BASE + LETTERS.index(letter)
    return _in_groups(code) if number % _MODULUS == 1 else None


def picture_of(text: str) -> Picture:
    """The QR code of a text, without its margin: each run of dark squares is one oblong."""
    path = []
    rows = segno.make(text, error="m", micro=False).matrix
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row, bool):
            length = len(list(run))
            if dark:
                path.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return Picture(size=len(rows), path="".join(path))


def _letters_of(number: int) -> str:
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, _BASE)
        letters.append(LETTERS[rest])
    return "".join(reversed(letters))


def _in_groups(code: str) -> str:
    groups = (code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))
    return _BETWEEN_GROUPS.join(groups)
