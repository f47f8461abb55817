"""A bulletin as a page.

Its content: `title`, `organ`, `sections`; a section: `heading`, `paragraphs` (texts), `rows`
(lists of texts, of which the first is the head of a table) and `cases` (of each other row).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.queries.public.bulletins import BulletinRow
from web.labels.public import TAKEN_DOWN


@dataclass(frozen=True)
class BulletinSection:
    """A part with its heading, texts and table."""

    heading: str
    paragraphs: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class BulletinView:
    """One bulletin as its page shows it."""

    row: BulletinRow
    title: str
    organ: str
    sections: tuple[BulletinSection, ...]


def bulletin_view(row: BulletinRow) -> BulletinView:
    """What was published of a month."""
    sections = tuple(_section(section, row.taken_down) for section in row.content["sections"])
    return BulletinView(row, row.content["title"], row.content["organ"], sections)


def _section(section: Mapping[str, Any], taken_down: frozenset[int]) -> BulletinSection:
    head, *told = tuple(tuple(row) for row in section["rows"]) or ((),)
    rows = tuple(
        _emptied(row) if case in taken_down else row
        for row, case in zip(told, section["cases"], strict=True)
    )
    return BulletinSection(
        heading=section["heading"],
        paragraphs=tuple(section["paragraphs"]),
        head=head,
        rows=rows,
    )


def _emptied(row: tuple[str, ...]) -> tuple[str, ...]:
    return (TAKEN_DOWN, *("—" for _ in row[1:]))
