"""Earlier cases of the same kind in words."""

from dataclasses import dataclass

from services.queries.case_page import ActRow
from services.queries.earlier_cases import EarlierCase
from web.labels import STAMPS
from web.labels.looking_back import LIKENESS
from web.views.acts import content_of

_GROUNDS = ("same_clause", "like_place", "like_name")


@dataclass(frozen=True)
class ClosingAct:
    """One act on the way to the end, with what it put on record."""

    row: ActRow
    content: tuple[tuple[str, str | bool], ...]


@dataclass(frozen=True)
class EarlierLine:
    """One earlier case: in what it is alike, and how it came to its end."""

    row: EarlierCase
    ending: str
    alike: str
    acts: tuple[ClosingAct, ...]


def earlier_lines(earlier: tuple[EarlierCase, ...]) -> tuple[EarlierLine, ...]:
    """Each with its grounds."""
    return tuple(
        EarlierLine(
            row,
            STAMPS[row.ending],
            "、".join(LIKENESS[name] for name in _GROUNDS if getattr(row, name)),
            tuple(ClosingAct(act, content_of(act)) for act in row.acts),
        )
        for row in earlier
    )
