"""The office says whether an answer is enough."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewEscalationAnswer(TaskCommand):
    """Accept it, or ask for another one with a reason."""


def review_escalation_answer(frame: Frame, command: ReviewEscalationAnswer) -> Receipt:
    """Accepted, the matter is settled; a stronger one can be proposed at any time after."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.REVIEW_ESCALATION_ANSWER, command)
    step.record(command)
    return step.advance()
