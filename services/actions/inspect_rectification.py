"""Inspection of the rectification by one member of the acceptance group; at least two sign."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class InspectRectification(TaskCommand):
    """Each inspector signs an own finding; nobody signs twice in one round."""

    inspected_on: date | None
    findings: str


def inspect_rectification(frame: Frame, command: InspectRectification) -> Receipt:
    """Record this inspector's finding: passed or failed."""
    require(command, "inspected_on", "findings")
    if command.inspected_on is not None and command.inspected_on > frame.today:
        raise InvalidCommandError({"inspected_on": "in_future"})
    if command.outcome not in (Outcome.PASSED, Outcome.FAILED):
        raise InvalidCommandError({"outcome": "choice"})
    step = open_step(frame, Action.INSPECT_RECTIFICATION, command)
    step.record(command)
    return step.advance()
