"""The head of the committee office reviews the draft notice."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.listing_batches import open_on_draft
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewDraft(TaskCommand):
    """Accept, or return to the proposal with a reason."""


def review_draft(frame: Frame, command: ReviewDraft) -> Receipt:
    """Accept the draft or return it. Its pages must exist, to be read."""
    require_reason(command, Outcome.ACCEPTED)
    return open_on_draft(frame, Action.REVIEW_DRAFT, command).complete(command)
