"""The second leg of the double report: to the workers' congress or meeting, with proof."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


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
    require_not_in_future(frame, command, "held_on")
    step = open_step(frame, Action.RECORD_WORKFORCE_REPORT, command)
    step.record(command)
    return step.advance()
