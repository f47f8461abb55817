"""What the body above decided on the delisting."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_reason,
)
from services.step import open_step
from workflows.vocabulary import Action, DelistingKind, Outcome


@dataclass(frozen=True, kw_only=True)
class RecordExternalDelisting(TaskCommand):
    """`kind` only where it agreed; the paper is kept either way."""

    paper_number: str
    decided_on: date | None
    kind: DelistingKind | None = None


def record_external_delisting(frame: Frame, command: RecordExternalDelisting) -> Receipt:
    """Record the decision with its paper; a refusal says what is to be done again."""
    require(command, "paper_number", "decided_on")
    require_not_in_future(frame, command, "decided_on")
    require_reason(command, Outcome.ACCEPTED)
    if command.outcome is Outcome.ACCEPTED:
        require(command, "kind")
    if not command.uploads:
        raise InvalidCommandError({"uploads": "upload_required"})
    step = open_step(frame, Action.RECORD_EXTERNAL_DELISTING, command)
    step.record(command)
    return step.advance()
