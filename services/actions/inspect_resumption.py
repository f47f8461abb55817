"""Inspection before production resumes, by one member of the acceptance group of at least two."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_reason,
)
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class InspectResumption(TaskCommand):
    """Each inspector signs an own finding; nobody signs twice on one application."""

    inspected_on: date | None
    findings: str


def inspect_resumption(frame: Frame, command: InspectResumption) -> Receipt:
    """Record what was found on the spot: passed, or failed with its ground."""
    require(command, "inspected_on", "findings")
    require_not_in_future(frame, command, "inspected_on")
    require_reason(command, Outcome.PASSED)
    step = open_step(frame, Action.INSPECT_RESUMPTION, command)
    applied_on = step.facts_record.last_on(Action.APPLY_FOR_RESUMPTION)
    if command.inspected_on and applied_on and command.inspected_on < applied_on:
        raise InvalidCommandError({"inspected_on": "before_resumption_application"})
    step.record(command)
    return step.advance()
