"""A receiver reports what came of the handover."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.errors import TaskNotReadyError
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ReportHandoverResult(TaskCommand):
    """The result that the receiver answers for."""

    result: str


def report_handover_result(frame: Frame, command: ReportHandoverResult) -> Receipt:
    """Report the result; delisting waits for every receiver's."""
    require(command, "result")
    step = open_step(frame, Action.REPORT_HANDOVER_RESULT, command)
    handover = step.handover
    if handover is None:
        raise TaskNotReadyError
    handover.reported_at = frame.now
    step.record(command)
    return step.advance()
