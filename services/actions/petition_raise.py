"""The level above is asked to supervise the case."""

from dataclasses import dataclass, replace
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.raising import superior_of
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class PetitionRaise(TaskCommand):
    """Number and day of the petition; the act adds to whom it went."""

    paper_number: str
    petitioned_on: date | None
    superior_name: str = ""


def petition_raise(frame: Frame, command: PetitionRaise) -> Receipt:
    """Record the petition; every limit of the case runs on while its answer is awaited."""
    require(command, "paper_number", "petitioned_on")
    require_not_in_future(frame, command, "petitioned_on")
    step = open_step(frame, Action.PETITION_RAISE, command)
    _office_id, name = superior_of(step.facts_record)
    step.record(replace(command, superior_name=name))
    return step.advance()
