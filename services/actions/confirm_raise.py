"""The committee office's head decides whether the level above is asked."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmRaise(TaskCommand):
    """Agreed, or returned with a reason."""


def confirm_raise(frame: Frame, command: ConfirmRaise) -> Receipt:
    """Agree: the petition may be sent, and no delisting is decided before its answer."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CONFIRM_RAISE, command)
    step.record(command)
    return step.advance()
