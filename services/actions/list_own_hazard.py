"""An enterprise that reported its own hazard and stopped lists it itself."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ListOwnHazard(TaskCommand):
    """`supervisor` answers for the rectification; the limit is never later than the order's."""

    paper_number: str
    listed_on: date | None
    supervisor: str
    limit_on: date | None


def list_own_hazard(frame: Frame, command: ListOwnHazard) -> Receipt:
    """Record the enterprise's own listing."""
    require(command, "paper_number", "listed_on", "supervisor", "limit_on")
    require_not_in_future(frame, command, "listed_on")
    step = open_step(frame, Action.LIST_OWN_HAZARD, command)
    ordered = step.case.rectification_limit_on
    if command.limit_on and ordered and command.limit_on > ordered:
        raise InvalidCommandError({"limit_on": "beyond_limit"})
    step.record(command)
    return step.advance()
