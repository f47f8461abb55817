"""The competent department reviews a progress report."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewProgress(TaskCommand):
    """Accept, or point out what is wrong; both are kept."""


def review_progress(frame: Frame, command: ReviewProgress) -> Receipt:
    """Review the report. Either way the next report can follow."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.REVIEW_PROGRESS, command)
    step.record(command)
    return step.advance()
