"""The steps of a rectification plan, and the five-in-place list, as they stand on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.facts import CaseRecord
from workflows.vocabulary import Action

FIVE_IN_PLACE = (
    "measures",
    "responsibility",
    "funds",
    "time_limit",
    "contingency_plan",
    "rectification_lead",
)
FIVE_IN_PLACE_ACTS = (Action.SUPPLEMENT_REPORT, Action.UPDATE_FIVE_IN_PLACE)


@dataclass(frozen=True)
class PlanStep:
    """One step of a plan, or one undertaking: what, by when, and who answers for it."""

    name: str
    due_on: date
    person: str


def steps_of(content: Mapping[str, Any], name: str = "steps") -> tuple[PlanStep, ...]:
    """The steps that an act put on record under this name; those of a plan are its steps."""
    return tuple(
        PlanStep(row["name"], date.fromisoformat(row["due_on"]), row["person"])
        for row in content.get(name, ())
    )


def planned_steps(record: CaseRecord) -> frozenset[str]:
    """The names of the steps of the latest plan."""
    plan = record.last(Action.SUBMIT_PLAN)
    return frozenset(step.name for step in steps_of(plan.content)) if plan else frozenset()


def five_in_place(record: CaseRecord) -> Mapping[str, object]:
    """The five-in-place list as it stands; empty before the supplement of the report."""
    versions = [act for act in record.acts if act.action in FIVE_IN_PLACE_ACTS]
    return {name: versions[-1].content.get(name, "") for name in FIVE_IN_PLACE} if versions else {}
