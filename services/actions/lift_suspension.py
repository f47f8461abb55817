"""A suspension in force is lifted, with its ground."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class LiftSuspension(TaskCommand):
    """The ground stands in the opinion."""


def lift_suspension(frame: Frame, command: LiftSuspension) -> Receipt:
    """Lift it. This neither removes the case from the list nor shows that the hazard is gone."""
    require(command, "opinion")
    step = open_step(frame, Action.LIFT_SUSPENSION, command)
    step.record(command)
    return step.advance()
