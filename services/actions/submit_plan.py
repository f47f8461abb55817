"""The rectification plan with its six elements."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.plan import PlanStep
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class SubmitPlan(TaskCommand):
    """Six elements by article 15 of Order 16 (secondary copies), who leads, and the steps if any.

    The lead is the principal, named with the post held.
    """

    rectification_lead: str
    lead_post: str
    objectives: str
    methods: str
    funds: str
    organisation: str
    schedule: str
    safety_measures: str
    finish_on: date | None
    steps: tuple[PlanStep, ...] = ()


def submit_plan(frame: Frame, command: SubmitPlan) -> Receipt:
    """Submit the plan. The planned end may not lie beyond the rectification limit."""
    require(command, "rectification_lead", "lead_post")
    require(command, "objectives", "methods", "funds", "organisation", "schedule")
    require(command, "safety_measures", "finish_on")
    _refuse_impossible_steps(command)
    step = open_step(frame, Action.SUBMIT_PLAN, command)
    limit = step.case.rectification_limit_on
    if command.finish_on is not None and limit is not None and command.finish_on > limit:
        raise InvalidCommandError({"finish_on": "beyond_limit"})
    step.record(command)
    return step.advance()


def _refuse_impossible_steps(command: SubmitPlan) -> None:
    """Each step has a name of its own, and is done by the end of the plan."""
    names = [step.name for step in command.steps]
    if len(set(names)) < len(names):
        raise InvalidCommandError({"steps": "step_twice"})
    if any(command.finish_on and step.due_on > command.finish_on for step in command.steps):
        raise InvalidCommandError({"steps": "step_after_end"})
