"""The enterprise reports the progress of rectification."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.plan import planned_steps
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ReportProgress(TaskCommand):
    """`percent` is the enterprise's own estimate, 0 to 100; `steps_done` names steps of the plan.

    The files of the report are the evidence of these steps.
    """

    percent: int | None
    progress: str
    next_steps: str
    steps_done: tuple[str, ...] = ()


def report_progress(frame: Frame, command: ReportProgress) -> Receipt:
    """Report the progress; a new report waits until this one has been reviewed."""
    require(command, "percent", "progress")
    if command.percent is not None and not 0 <= command.percent <= 100:
        raise InvalidCommandError({"percent": "range"})
    if command.steps_done:
        require(command, "uploads")
    step = open_step(frame, Action.REPORT_PROGRESS, command)
    if not planned_steps(step.facts_record).issuperset(command.steps_done):
        raise InvalidCommandError({"steps_done": "choice"})
    step.record(command)
    return step.advance()
