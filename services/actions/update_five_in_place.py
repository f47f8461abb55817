"""A new version of the five-in-place list while the hazard is rectified."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.plan import FIVE_IN_PLACE, five_in_place
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class UpdateFiveInPlace(TaskCommand):
    """The whole list as it stands now; `opinion` says why it changed. Earlier versions stay."""

    measures: str
    responsibility: str
    funds: str
    time_limit: str
    contingency_plan: str
    rectification_lead: str


def update_five_in_place(frame: Frame, command: UpdateFiveInPlace) -> Receipt:
    """Put the new version on record; one that changes nothing is none."""
    require(command, *FIVE_IN_PLACE, "opinion")
    step = open_step(frame, Action.UPDATE_FIVE_IN_PLACE, command)
    before = five_in_place(step.facts_record)
    if all(before.get(name) == getattr(command, name) for name in FIVE_IN_PLACE):
        raise InvalidCommandError({"measures": "unchanged"})
    step.record(command)
    return step.advance()
