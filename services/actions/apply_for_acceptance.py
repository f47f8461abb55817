"""The enterprise's principal applies for acceptance."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ApplyForAcceptance(TaskCommand):
    """What was done, when it was finished, and what it cost (CNY 10,000)."""

    finished_on: date | None
    summary: str
    spent: str


def apply_for_acceptance(frame: Frame, command: ApplyForAcceptance) -> Receipt:
    """Apply for acceptance once the work is done."""
    require(command, "finished_on", "summary")
    require_not_in_future(frame, command, "finished_on")
    step = open_step(frame, Action.APPLY_FOR_ACCEPTANCE, command)
    step.record(command)
    return step.advance()
