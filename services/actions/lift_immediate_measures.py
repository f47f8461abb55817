"""Lifting measures on the spot after the danger has been removed."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class LiftImmediateMeasures(TaskCommand):
    """Work Safety Law, article 65: reviewed and agreed before resuming."""


def lift_immediate_measures(frame: Frame, command: LiftImmediateMeasures) -> Receipt:
    """Lift the measures in force, with the ground for it."""
    require(command, "opinion")
    step = open_step(frame, Action.LIFT_IMMEDIATE_MEASURES, command)
    step.record(command)
    return step.advance()
