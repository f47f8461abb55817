"""Verification on the spot by the case officer: is it a major hazard, by which clause?"""

from dataclasses import dataclass
from datetime import date

from services.criterion import CriterionEntry, freeze_criterion, require_scan
from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.former_values import keep_former
from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_other_officer,
)
from services.models.case import SupervisionCase
from services.step import open_step
from workflows.vocabulary import Action, Outcome

# What a verification adds where it is missing.
MENDED = ("place", "description", "found_on", "measures_taken")


@dataclass(frozen=True, kw_only=True)
class VerifyHazard(TaskCommand):
    """`listing_conditions` are keys of the conditions for listing that are met."""

    verified_on: date | None
    findings: str
    co_officer: str
    listing_conditions: tuple[str, ...] = ()
    crosses_counties: bool = False
    county_unable: bool = False
    may_cause_mass_casualties: bool = False
    production_stopped: bool = False
    place: str = ""
    description: str = ""
    found_on: date | None = None
    measures_taken: str = ""
    criterion: CriterionEntry | None = None


def verify_hazard(frame: Frame, command: VerifyHazard) -> Receipt:
    """Record the finding. A major hazard needs a clause; what was missing is added."""
    require(command, "verified_on", "findings", "co_officer")
    require_scan(command.criterion, command.uploads)
    require_not_in_future(frame, command, "verified_on", "found_on")
    step = open_step(frame, Action.VERIFY_HAZARD, command)
    require_other_officer(frame, step.post, command.co_officer)
    found_on = step.case.found_on or command.found_on
    if command.verified_on and found_on and command.verified_on < found_on:
        raise InvalidCommandError({"verified_on": "before_finding"})
    of_case = SupervisionCase.id == step.case.id
    keep_former(frame.session, SupervisionCase, MENDED, frame.now, of_case)
    for name in MENDED:
        if not getattr(step.case, name) and getattr(command, name):
            setattr(step.case, name, getattr(command, name))
    lock_until_commit(frame.session, f"criterion of {command.case_id}")
    freeze_criterion(frame, step.case, command.criterion, step.post)
    if command.outcome is Outcome.MAJOR and step.case.criterion is None:
        raise InvalidCommandError({"criterion": "required"})
    step.record(command)
    return step.advance()
