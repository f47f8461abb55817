"""A body above has listed the hazard: on record here, and supervised here on its behalf."""

from dataclasses import dataclass
from datetime import date

from services.documents.numbers import take_case_number
from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.handovers import name_receivers
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class RecordExternalListing(TaskCommand):
    """The body above decides on extension and delisting; here both can only be asked for."""

    listed_by: str
    paper_number: str
    listed_on: date | None
    limit_on: date | None


def record_external_listing(frame: Frame, command: RecordExternalListing) -> Receipt:
    """Record the listing with its paper; the case gets its own number and its receivers."""
    require(command, "listed_by", "paper_number", "listed_on", "limit_on")
    require_not_in_future(frame, command, "listed_on")
    if not command.uploads:
        raise InvalidCommandError({"uploads": "upload_required"})
    step = open_step(frame, Action.RECORD_EXTERNAL_LISTING, command)
    take_case_number(frame.session, frame.office.profile, step.case, frame.now, frame.paper)
    name_receivers(frame, step.case, ())
    step.record(command)
    return step.advance()
