"""Inspection of the rectification by one member of the acceptance group; at least two sign."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class InspectRectification(TaskCommand):
    """Each inspector signs an own finding; nobody signs twice in one round."""

    inspected_on: date | None
    findings: str


def inspect_rectification(frame: Frame, command: InspectRectification) -> Receipt:
    """Record this inspector's finding: passed or failed."""
    require(command, "inspected_on", "findings")
    require_not_in_future(frame, command, "inspected_on")
    step = open_step(frame, Action.INSPECT_RECTIFICATION, command)
    applied_on = step.facts_record.last_on(Action.APPLY_FOR_ACCEPTANCE)
    if command.inspected_on and applied_on and command.inspected_on < applied_on:
        raise InvalidCommandError({"inspected_on": "before_application"})
    step.record(command)
    return step.advance()
