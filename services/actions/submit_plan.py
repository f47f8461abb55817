"""The rectification plan with its six elements."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class SubmitPlan(TaskCommand):
    """Six elements by article 15 of Order 16 (secondary copies)."""

    objectives: str
    methods: str
    funds: str
    organisation: str
    schedule: str
    safety_measures: str
    finish_on: date | None


def submit_plan(frame: Frame, command: SubmitPlan) -> Receipt:
    """Submit the plan. The planned end may not lie beyond the rectification limit."""
    require(command, "objectives", "methods", "funds", "organisation", "schedule")
    require(command, "safety_measures", "finish_on")
    step = open_step(frame, Action.SUBMIT_PLAN, command)
    limit = step.case.rectification_limit_on
    if command.finish_on is not None and limit is not None and command.finish_on > limit:
        raise InvalidCommandError({"finish_on": "beyond_limit"})
    step.record(command)
    return step.advance()
