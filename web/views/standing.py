"""What the visitor may do on a case at any time, under the headings it is looked for."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.queries.case_page import CasePage
from web.labels import DAILY_ACTS, STANDING_GROUPS, heading_of
from web.views.open_step import OpenStep


@dataclass(frozen=True)
class StandingGroup:
    """The acts under one heading; `criterion` adds the review of the criterion to them."""

    heading: str
    steps: tuple[OpenStep, ...]
    criterion: bool

    @property
    def count(self) -> int:
        """How many acts there are."""
        return len(self.steps) + self.criterion

    @property
    def has_deadline(self) -> bool:
        """Whether one of them is on the clock, so that it must not be folded away."""
        return any(step.due for step in self.steps)


def standing_groups(case: CasePage, steps: Iterable[OpenStep]) -> tuple[StandingGroup, ...]:
    """Only what the visitor may do now, the usual acts first; an empty heading is left out."""
    under: dict[str, list[OpenStep]] = {heading: [] for heading in STANDING_GROUPS}
    for step in steps:
        row = step.row
        if row.task.standing and row.is_mine and row.may_act:
            under[heading_of(row.task.step)].append(step)
    groups = (
        StandingGroup(
            heading,
            tuple(sorted(found, key=_place)),
            criterion=heading == DAILY_ACTS and case.may_confirm_criterion,
        )
        for heading, found in under.items()
    )
    return tuple(group for group in groups if group.count)


def _place(step: OpenStep) -> int:
    """Where a step stands under its heading; what has no place comes last."""
    acts = STANDING_GROUPS[heading_of(step.row.task.step)]
    return acts.index(step.row.task.step) if step.row.task.step in acts else len(acts)
