"""The list of one's duties, by who holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.queries.duties import DutyRow
from services.queries.duty_groups import DutyGroup, GroupCount, HeldDutyRow
from services.queries.own_work import OwnCounts
from web.views.due import Due, due_of
from workflows.vocabulary import Action

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
class PageAsked:
    """Which page of which group, of all duties or of one kind; and how many there are."""

    group: DutyGroup
    count: GroupCount
    number: int
    step: Action | None

    @property
    def offset(self) -> int:
        """How many duties come before this page."""
        return (self.number - 1) * PAGE_SIZE


@dataclass(frozen=True)
class DutiesView:
    """The list: one's own, those free to several, those that colleagues have taken."""

    mine: DutySection
    shared: DutySection
    others: DutySection
    counts: OwnCounts
    step: Action | None

    @property
    def total(self) -> int:
        """What is listed and waits for the person, alone or with others."""
        return self.mine.total + self.shared.total


def page_number(text: str) -> int:
    """The page asked for; the first when the address says nothing sensible."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def step_asked_for(text: str) -> Action | None:
    """The one kind of duty asked for; None when the address names none."""
    return next((action for action in Action if action.value == text), None)


def duties_view(
    rows: Mapping[DutyGroup, list[HeldDutyRow]],
    pages: Sequence[PageAsked],
    counts: OwnCounts,
    now: datetime,
) -> DutiesView:
    """Rows of one page of each group with their deadlines."""
    sections = {
        asked.group: DutySection(
            asked.group,
            tuple(
                DutyLine(
                    item.duty, due_of(item.duty.due_at, now), item.holder_name, item.held_since
                )
                for item in rows[asked.group]
            ),
            total=asked.count.total,
            number=asked.number,
            pages=max(1, -(-asked.count.total // PAGE_SIZE)),
        )
        for asked in pages
    }
    return DutiesView(
        sections[DutyGroup.MINE],
        sections[DutyGroup.SHARED],
        sections[DutyGroup.OTHERS],
        counts,
        pages[0].step,
    )
