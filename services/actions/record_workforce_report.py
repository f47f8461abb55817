"""The second leg of the double report: to the workers' congress or meeting, with proof."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action

# Work Safety Law, article 41 (2): the workers' assembly or the workers' congress.
MEETING_KINDS = ("workers_meeting", "workers_congress")


@dataclass(frozen=True, kw_only=True)
class RecordWorkforceReport(TaskCommand):
    """Work Safety Law, article 41: the workforce is told as well as the regulator."""

    meeting_kind: str
    held_on: date | None
    attendees: int | None
    summary: str


def record_workforce_report(frame: Frame, command: RecordWorkforceReport) -> Receipt:
    """Record the meeting. A photo, the minutes or the posted notice must be attached."""
    require(command, "meeting_kind", "held_on", "summary", "uploads")
    if command.meeting_kind not in MEETING_KINDS:
        raise InvalidCommandError({"meeting_kind": "choice"})
    require_not_in_future(frame, command, "held_on")
    step = open_step(frame, Action.RECORD_WORKFORCE_REPORT, command)
    step.record(command)
    return step.advance()
