"""The legal hold ends when the accident has been dealt with."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class LiftLegalHold(TaskCommand):
    """`paper_number` is that of the paper which ends the investigation."""

    paper_number: str


def lift_legal_hold(frame: Frame, command: LiftLegalHold) -> Receipt:
    """Lift the hold on the ground of a paper, with the reason."""
    require(command, "paper_number", "opinion")
    step = open_step(frame, Action.LIFT_LEGAL_HOLD, command)
    step.record(command)
    return step.advance()
