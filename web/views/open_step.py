"""An open step of a case, as its page shows it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.queries.assignments import ClaimRow
from services.queries.case_page import CasePage, OpenStepRow
from web.labels import NEEDS
from web.views.due import Due, due_of


@dataclass(frozen=True)
class OpenStep:
    """One open step with its deadline, and what it still waits for; vacant: nobody may do it."""

    row: OpenStepRow
    due: Due | None
    obstacle: str
    claim: ClaimRow | None
    is_vacant: bool

    @property
    def is_held_by_another(self) -> bool:
        """Whether somebody else has claimed it."""
        return self.claim is not None and not self.claim.is_mine


def open_steps(
    case: CasePage, claims: Mapping[str, ClaimRow], vacant: Collection[str], now: datetime
) -> tuple[OpenStep, ...]:
    """The open steps of a case as its page shows them."""
    return tuple(
        OpenStep(
            row,
            due_of(row.task.due_at, now),
            NEEDS.get(row.refusal_detail, ""),
            claims.get(row.task.task_id),
            is_vacant=row.task.task_id in vacant,
        )
        for row in case.open_steps
    )
