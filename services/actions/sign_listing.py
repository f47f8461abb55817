"""The authorised signatory signs the frozen draft: the hazard is listed."""

from dataclasses import dataclass

from services.errors import ShownChangedError
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.handovers import name_receivers, proposed_supporters
from services.listing_batches import open_on_draft
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class SignListing(TaskCommand):
    """`draft_sha256` is the hash of the pages that were shown and are being signed.

    `comes_back` says how a returned draft is handed in again: `step_by_step` or `straight`.
    """

    draft_sha256: str
    comes_back: str = "step_by_step"


def sign_listing(frame: Frame, command: SignListing) -> Receipt:
    """Sign exactly the bytes shown, or return them. Signing names the receivers."""
    require_reason(command, Outcome.ACCEPTED)
    opened = open_on_draft(frame, Action.SIGN_LISTING, command)
    if opened.draft_sha256 != command.draft_sha256:
        raise ShownChangedError
    if command.outcome is Outcome.ACCEPTED:
        for step in opened.steps:
            name_receivers(frame, step.case, proposed_supporters(step.facts_record))
    return opened.complete(command)
