"""What an inquiry has found: the cause, what units answer for, and what is to be done."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class RecordInquiryFinding(TaskCommand):
    """About units only: what follows for persons is decided elsewhere and not written here."""

    concluded_on: date | None
    inquiry_cause: str
    unit_responsibility: str
    inquiry_measures: str


def record_inquiry_finding(frame: Frame, command: RecordInquiryFinding) -> Receipt:
    """Record it with the report that the members have signed."""
    require(command, "concluded_on", "inquiry_cause", "unit_responsibility", "inquiry_measures")
    require_not_in_future(frame, command, "concluded_on")
    if not command.uploads:
        raise InvalidCommandError({"uploads": "upload_required"})
    step = open_step(frame, Action.RECORD_INQUIRY_FINDING, command)
    step.record(command)
    return step.advance()
