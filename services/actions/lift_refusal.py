"""A refusal no longer stands: the party has obeyed, or it was confirmed in error."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class LiftRefusal(TaskCommand):
    """The reason stands in the opinion."""


def lift_refusal(frame: Frame, command: LiftRefusal) -> Receipt:
    """Lift it from now on; that the party had refused stays on record."""
    require(command, "opinion")
    step = open_step(frame, Action.LIFT_REFUSAL, command)
    step.record(command)
    return step.advance()
