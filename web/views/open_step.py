"""An open step of a case, as its page shows it."""

from dataclasses import dataclass

from services.queries.assignments import ClaimRow
from services.queries.case_page import OpenStepRow
from web.views.due import Due


@dataclass(frozen=True)
class OpenStep:
    """One open step with its deadline, and what it still waits for."""

    row: OpenStepRow
    due: Due | None
    obstacle: str
    claim: ClaimRow | None

    @property
    def is_held_by_another(self) -> bool:
        """Whether somebody else has claimed it."""
        return self.claim is not None and not self.claim.is_mine
