"""The head of the committee office reviews the draft notice."""

from dataclasses import dataclass

from services.documents.issue import draft_decided_on
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewDraft(TaskCommand):
    """Accept, or return to the proposal with a reason."""


def review_draft(frame: Frame, command: ReviewDraft) -> Receipt:
    """Accept the draft or return it. Its pages must exist, to be read."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.REVIEW_DRAFT, command)
    draft_decided_on(frame.session, step.case, command.outcome)
    step.record(command)
    return step.advance()
