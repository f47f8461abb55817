"""The answer of the body above to the petition for an extension."""

from dataclasses import dataclass, replace
from datetime import date

from services.deadlines import extend_limit, extension_bounds
from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_reason,
)
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class RecordExternalExtension(TaskCommand):
    """The paper that came, its date, and the day until which it extends the limit."""

    paper_number: str
    paper_on: date | None
    granted_until: date | None = None
    former_limit_on: date | None = None


def record_external_extension(frame: Frame, command: RecordExternalExtension) -> Receipt:
    """Record the answer; granted, it moves the limit as a decision of one's own would."""
    require(command, "paper_number", "paper_on")
    require_not_in_future(frame, command, "paper_on")
    require_reason(command, Outcome.ACCEPTED)
    granting = command.outcome is Outcome.ACCEPTED
    if granting:
        require(command, "granted_until")
    step = open_step(frame, Action.RECORD_EXTERNAL_EXTENSION, command)
    bounds = extension_bounds(frame.session, frame.office, step.case)
    if granting:
        bounds.refuse_outside("granted_until", command.granted_until)
    granted_until = command.granted_until if granting else None
    act = step.record(
        replace(command, granted_until=granted_until, former_limit_on=bounds.limit_on)
    )
    if granted_until is not None:
        extend_limit(frame.session, frame.office, step.case, granted_until, act.id, frame.now)
    return step.advance()
