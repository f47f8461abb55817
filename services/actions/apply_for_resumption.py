"""A party that has been stopped asks for leave to resume production."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ApplyForResumption(TaskCommand):
    """When it checked itself and what came of it, and what has been mended."""

    self_checked_on: date | None
    self_check: str
    mended: str


def apply_for_resumption(frame: Frame, command: ApplyForResumption) -> Receipt:
    """Apply, with proof. Nothing restarts by it, and no clock of the case stops."""
    require(command, "self_checked_on", "self_check", "mended", "uploads")
    require_not_in_future(frame, command, "self_checked_on")
    step = open_step(frame, Action.APPLY_FOR_RESUMPTION, command)
    step.record(command)
    return step.advance()
