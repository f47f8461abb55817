"""The committee office's head decides on a proposed inquiry."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmInquiry(TaskCommand):
    """Agreed, or returned with a reason."""


def confirm_inquiry(frame: Frame, command: ConfirmInquiry) -> Receipt:
    """Agree: the inquiry begins, or goes to the leader where none is to be opened."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CONFIRM_INQUIRY, command)
    step.record(command)
    return step.advance()
