"""Service of the listing notice on the responsible party."""

from dataclasses import dataclass
from datetime import date

from services.documents.issue import issued_notice
from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action, ServiceMethod


@dataclass(frozen=True, kw_only=True)
class ServeListingNotice(TaskCommand):
    """A refusal is answered by leaving the notice at the premises, with witnesses named."""

    method: ServiceMethod
    served_on: date | None
    received_by: str


def serve_listing_notice(frame: Frame, command: ServeListingNotice) -> Receipt:
    """Record how, when and to whom the issued notice was served."""
    require(command, "served_on", "received_by")
    require_not_in_future(frame, command, "served_on")
    if command.method is ServiceMethod.LEFT_AT_PREMISES:
        require(command, "opinion")
    step = open_step(frame, Action.SERVE_LISTING_NOTICE, command)
    notice = issued_notice(frame.session, step.case.id)
    if command.served_on is not None and notice.issued_on and command.served_on < notice.issued_on:
        raise InvalidCommandError({"served_on": "before_issue"})
    notice.served_at = frame.now
    step.record(command)
    return step.advance()
