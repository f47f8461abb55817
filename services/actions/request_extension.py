"""The principal asks for a later rectification limit, with the measures that hold until then."""

from dataclasses import dataclass, replace
from datetime import date

from services.deadlines import extension_bounds
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class RequestExtension(TaskCommand):
    """`reason` says why the limit cannot be kept, `safeguards` what protects people meanwhile.

    The act adds the limit that it wants moved, and whether it comes later than it should: a late
    request is marked, and a person decides on it all the same.
    """

    asked_until: date | None
    reason: str
    progress: str
    safeguards: str
    current_limit_on: date | None = None
    ask_by: date | None = None
    late: bool = False


def request_extension(frame: Frame, command: RequestExtension) -> Receipt:
    """Ask; the limit stays until somebody with the authority has decided."""
    require(command, "asked_until", "reason", "progress", "safeguards")
    step = open_step(frame, Action.REQUEST_EXTENSION, command)
    bounds = extension_bounds(frame.session, frame.office, step.case)
    bounds.refuse_outside("asked_until", command.asked_until)
    step.record(
        replace(
            command,
            current_limit_on=bounds.limit_on,
            ask_by=bounds.ask_by,
            late=frame.today > bounds.ask_by,
        )
    )
    return step.advance()
