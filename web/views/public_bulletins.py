"""A bulletin as a page.

Its content: `title`, `organ`, `sections`; a section: `heading`, `paragraphs` (texts) and `rows`
(lists of texts, of which the first is the head of a table).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.queries.public.bulletins import BulletinRow


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
    sections = tuple(_section(section) for section in row.content["sections"])
    return BulletinView(row, row.content["title"], row.content["organ"], sections)


def _section(section: Mapping[str, Any]) -> BulletinSection:
    rows = tuple(tuple(row) for row in section["rows"])
    return BulletinSection(
        heading=section["heading"],
        paragraphs=tuple(section["paragraphs"]),
        head=rows[0] if rows else (),
        rows=rows[1:],
    )
