"""The leader in charge of the sector countersigns the draft."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.listing_batches import open_on_draft
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class CountersignListing(TaskCommand):
    """`comes_back` says how a returned draft is handed in again: `step_by_step` or `straight`."""

    comes_back: str = "step_by_step"


def countersign_listing(frame: Frame, command: CountersignListing) -> Receipt:
    """Countersign the draft or return it. Its pages must exist, to be read."""
    require_reason(command, Outcome.ACCEPTED)
    return open_on_draft(frame, Action.COUNTERSIGN_LISTING, command).complete(command)
