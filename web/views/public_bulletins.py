"""A bulletin as a page.

Its content: `title`, `period`, `sections`; a section: `heading`, `paragraphs` (texts) and `rows`
(lists of texts, of which the first is the head of a table).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.queries.public.bulletins import BulletinRow
from web.labels.public import bulletin_title


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
    sections: tuple[BulletinSection, ...]


def bulletin_view(row: BulletinRow) -> BulletinView:
    """What was published of a month."""
    sections = row.content.get("sections", ())
    title = row.content.get("title") or bulletin_title(row.period)
    return BulletinView(row, title, tuple(_section(section) for section in sections))


def _section(section: Mapping[str, Any]) -> BulletinSection:
    rows = tuple(tuple(str(cell) for cell in row) for row in section.get("rows", ()))
    return BulletinSection(
        heading=section.get("heading", ""),
        paragraphs=tuple(section.get("paragraphs", ())),
        head=rows[0] if rows else (),
        rows=rows[1:],
    )
