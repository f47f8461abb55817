"""The list of one's duties."""

from dataclasses import dataclass
from datetime import datetime

from services.queries.duties import DutyRow
from services.queries.own_work import OwnCounts
from web.views.due import Due, due_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class DutyLine:
    """One duty with its deadline as it stands now."""

    row: DutyRow
    due: Due | None


@dataclass(frozen=True)
class DutiesView:
    """One page of the list."""

    lines: tuple[DutyLine, ...]
    counts: OwnCounts
    total: int
    overdue: int
    number: int
    pages: int


def page_number(text: str) -> int:
    """The page asked for; the first when the address says nothing sensible."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def duties_view(
    rows: list[DutyRow], counts: OwnCounts, overdue: int, number: int, now: datetime
) -> DutiesView:
    """Rows of one page with their deadlines."""
    return DutiesView(
        lines=tuple(DutyLine(row, due_of(row.due_at, now)) for row in rows),
        counts=counts,
        total=counts.duties,
        overdue=overdue,
        number=number,
        pages=max(1, -(-counts.duties // PAGE_SIZE)),
    )
