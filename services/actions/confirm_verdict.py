"""The department head confirms what the hazard is, and so how it is handled."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmVerdict(TaskCommand):
    """Only tracks whose path exists are offered: listed, or leaving as an ordinary hazard."""


def confirm_verdict(frame: Frame, command: ConfirmVerdict) -> Receipt:
    """Confirm as major (to be listed), as ordinary, or send the verification back."""
    require_reason(command, Outcome.MAJOR)
    step = open_step(frame, Action.CONFIRM_VERDICT, command)
    step.record(command)
    return step.advance()
