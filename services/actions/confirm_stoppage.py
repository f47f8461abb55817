"""Somebody else checks on the spot whether the plant has really stopped."""

from dataclasses import dataclass
from datetime import date

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
class ConfirmStoppage(TaskCommand):
    """`findings` says whether the risk is under control while nothing runs."""

    checked_on: date | None
    findings: str


def confirm_stoppage(frame: Frame, command: ConfirmStoppage) -> Receipt:
    """Confirm the stoppage, or say what was found instead."""
    require(command, "checked_on", "findings")
    require_not_in_future(frame, command, "checked_on")
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CONFIRM_STOPPAGE, command)
    step.record(command)
    return step.advance()
