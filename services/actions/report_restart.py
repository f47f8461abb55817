"""A plant that stopped of its own will runs again: apart from delisting."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ReportRestart(TaskCommand):
    """Who decided it, and under which paper, if any."""

    restarted_on: date | None
    approved_by: str
    paper_number: str = ""


def report_restart(frame: Frame, command: ReportRestart) -> Receipt:
    """Record the restart. After an order to stop, leave to resume takes its place."""
    require(command, "restarted_on", "approved_by")
    require_not_in_future(frame, command, "restarted_on")
    step = open_step(frame, Action.REPORT_RESTART, command)
    step.record(command)
    return step.advance()
