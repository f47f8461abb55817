"""The enterprise accepts the rectification of a hazard that it listed itself."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class AcceptOwnRectification(TaskCommand):
    """`evaluator` is `own_experts` or `agency`; who took part is named in `participants`."""

    accepted_on: date | None
    evaluator: str
    participants: str
    conclusion: str


def accept_own_rectification(frame: Frame, command: AcceptOwnRectification) -> Receipt:
    """Record the enterprise's own acceptance with its proof."""
    require(command, "accepted_on", "evaluator", "participants", "conclusion")
    require_not_in_future(frame, command, "accepted_on")
    if not command.uploads:
        raise InvalidCommandError({"uploads": "upload_required"})
    step = open_step(frame, Action.ACCEPT_OWN_RECTIFICATION, command)
    step.record(command)
    return step.advance()
