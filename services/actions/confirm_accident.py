"""The department head decides whether the case is put under legal hold after an accident."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ConfirmAccident(TaskCommand):
    """Under legal hold nothing is accepted or closed; the reason is asked for either way."""


def confirm_accident(frame: Frame, command: ConfirmAccident) -> Receipt:
    """Put the case under legal hold, or say why the accident has nothing to do with it."""
    require(command, "opinion")
    step = open_step(frame, Action.CONFIRM_ACCIDENT, command)
    step.record(command)
    return step.advance()
