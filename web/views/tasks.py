"""The list of one's duties, by who holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.queries.duties import DutyRow
from services.queries.duty_groups import DutyGroup, HeldDutyRow
from services.queries.own_work import OwnCounts
from web.views.due import Due, due_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class DutyLine:
    """One duty with its deadline as it stands now, and who holds it."""

    row: DutyRow
    due: Due | None
    holder_name: str
    held_since: datetime | None


@dataclass(frozen=True)
class DutySection:
    """One page of one group."""

    group: DutyGroup
    lines: tuple[DutyLine, ...]
    total: int
    number: int
    pages: int


@dataclass(frozen=True)
class DutiesView:
    """The list: one's own, those free to several, those that colleagues have taken."""

    mine: DutySection
    shared: DutySection
    others: DutySection
    counts: OwnCounts


def page_number(text: str) -> int:
    """The page asked for; the first when the address says nothing sensible."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def duties_view(
    rows: Mapping[DutyGroup, list[HeldDutyRow]],
    numbers: Mapping[DutyGroup, int],
    counts: OwnCounts,
    now: datetime,
) -> DutiesView:
    """Rows of one page of each group with their deadlines."""
    sections = {
        group: DutySection(
            group,
            tuple(
                DutyLine(
                    item.duty, due_of(item.duty.due_at, now), item.holder_name, item.held_since
                )
                for item in rows[group]
            ),
            total=counts.groups[group].total,
            number=numbers[group],
            pages=max(1, -(-counts.groups[group].total // PAGE_SIZE)),
        )
        for group in DutyGroup
    }
    return DutiesView(
        sections[DutyGroup.MINE], sections[DutyGroup.SHARED], sections[DutyGroup.OTHERS], counts
    )
