"""An accident happened while the hazard was under supervision."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class RecordAccident(TaskCommand):
    """What is known so far; `deaths` and `injuries` are counts of people."""

    happened_on: date | None
    deaths: int
    injuries: int
    description: str


def record_accident(frame: Frame, command: RecordAccident) -> Receipt:
    """Record the accident; the department head then decides on the legal hold."""
    require(command, "happened_on", "description")
    require_not_in_future(frame, command, "happened_on")
    step = open_step(frame, Action.RECORD_ACCIDENT, command)
    step.record(command)
    return step.advance()
