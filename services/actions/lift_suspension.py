"""A suspension in force is lifted, with its ground."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action, LiftingGround


@dataclass(frozen=True, kw_only=True)
class LiftSuspension(TaskCommand):
    """On what ground, spelt out in the opinion."""

    lifting_ground: LiftingGround


def lift_suspension(frame: Frame, command: LiftSuspension) -> Receipt:
    """Lift it, where it was revoked or there is nothing left to stop.

    Production resumes otherwise by leave alone; nothing of it takes the case off the list.
    """
    require(command, "lifting_ground", "opinion")
    if command.lifting_ground is LiftingGround.DANGER_REMOVED:
        raise InvalidCommandError({"lifting_ground": "resumption_needed"})
    step = open_step(frame, Action.LIFT_SUSPENSION, command)
    step.record(command)
    return step.advance()
