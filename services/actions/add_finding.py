"""A further finding of a hazard that has its case already: every source is kept in one case."""

from dataclasses import dataclass
from datetime import date

from services.findings import Finding, check_finding
from services.frame import Frame, Receipt, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class AddFinding(Finding):
    """Who else found the same hazard, when, and under which paper."""

    found_on: date | None
    description: str


def add_finding(frame: Frame, command: AddFinding) -> Receipt:
    """Put the finding on record; one from a higher inspection starts the clock of the answer."""
    require(command, "found_on", "description")
    require_not_in_future(frame, command, "found_on")
    check_finding(command)
    step = open_step(frame, Action.ADD_FINDING, command)
    step.record(command)
    return step.advance()
