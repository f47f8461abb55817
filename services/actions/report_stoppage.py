"""The plant has stopped: on record, and no substitute for eliminating the hazard."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action, StoppageKind


@dataclass(frozen=True, kw_only=True)
class ReportStoppage(TaskCommand):
    """`stoppage_kind` says whether it was ordered, or the party's own decision."""

    stoppage_kind: StoppageKind
    stopped_on: date | None
    scope: str


def report_stoppage(frame: Frame, command: ReportStoppage) -> Receipt:
    """Record what has stopped since when; every clock of the case runs on."""
    require(command, "stoppage_kind", "stopped_on", "scope")
    require_not_in_future(frame, command, "stopped_on")
    step = open_step(frame, Action.REPORT_STOPPAGE, command)
    step.record(command)
    return step.advance()
