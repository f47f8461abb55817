"""Lifting measures on the spot after the danger has been removed."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.facts import judged_major
from workflows.vocabulary import Action, LiftingGround


@dataclass(frozen=True, kw_only=True)
class LiftImmediateMeasures(TaskCommand):
    """On what ground, spelt out in the opinion."""

    lifting_ground: LiftingGround


def lift_immediate_measures(frame: Frame, command: LiftImmediateMeasures) -> Receipt:
    """Lift the measures in force, with the ground for it.

    Where the hazard is a major one, nothing resumes because the danger is said to be over: that
    is examined and agreed to (Work Safety Law, article 65 (1) (3)).
    """
    require(command, "lifting_ground", "opinion")
    step = open_step(frame, Action.LIFT_IMMEDIATE_MEASURES, command)
    danger_removed = command.lifting_ground is LiftingGround.DANGER_REMOVED
    if danger_removed and judged_major(step.facts_record):
        raise InvalidCommandError({"lifting_ground": "resumption_needed"})
    step.record(command)
    return step.advance()
