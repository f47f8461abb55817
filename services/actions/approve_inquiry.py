"""The leader in charge approves the finding of an inquiry, or that none is opened."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ApproveInquiry(TaskCommand):
    """Approved, or returned with a reason."""


def approve_inquiry(frame: Frame, command: ApproveInquiry) -> Receipt:
    """Approve: from here on the inquiry no longer bars closing."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.APPROVE_INQUIRY, command)
    step.record(command)
    return step.advance()
