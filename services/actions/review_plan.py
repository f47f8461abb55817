"""The competent department reviews the rectification plan."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewPlan(TaskCommand):
    """Accept, or return with what must be amended."""


def review_plan(frame: Frame, command: ReviewPlan) -> Receipt:
    """Accept the plan or return it to the enterprise."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.REVIEW_PLAN, command)
    step.record(command)
    return step.advance()
