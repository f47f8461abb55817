"""The body above that listed is asked to delist."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class PetitionDelisting(TaskCommand):
    """Number and day of the petition."""

    paper_number: str
    petitioned_on: date | None


def petition_delisting(frame: Frame, command: PetitionDelisting) -> Receipt:
    """Record the petition."""
    require(command, "paper_number", "petitioned_on")
    require_not_in_future(frame, command, "petitioned_on")
    step = open_step(frame, Action.PETITION_DELISTING, command)
    step.record(command)
    return step.advance()
