"""The committee office checks on the spot what has passed acceptance."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_other_officer,
)
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class RecordSpotCheck(TaskCommand):
    """Problems found bar the delisting until acceptance has been passed again."""

    checked_on: date | None
    co_officer: str
    findings: str
    problems_found: str


def record_spot_check(frame: Frame, command: RecordSpotCheck) -> Receipt:
    """Record what at least two people found; the check lies between acceptance and today."""
    require(command, "checked_on", "co_officer", "findings")
    if command.outcome is Outcome.FAILED:
        require(command, "problems_found")
    require_not_in_future(frame, command, "checked_on")
    step = open_step(frame, Action.RECORD_SPOT_CHECK, command)
    require_other_officer(frame, step.post, command.co_officer)
    accepted_on = step.facts_record.last_on(Action.APPROVE_ACCEPTANCE)
    if command.checked_on and accepted_on and command.checked_on < accepted_on:
        raise InvalidCommandError({"checked_on": "before_acceptance"})
    step.record(command)
    return step.advance()
