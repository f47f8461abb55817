"""The enterprise's principal signs the supplemented report."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class SignDoubleReport(TaskCommand):
    """The principal answers for what the report says."""


def sign_double_report(frame: Frame, command: SignDoubleReport) -> Receipt:
    """Sign the report as supplemented."""
    step = open_step(frame, Action.SIGN_DOUBLE_REPORT, command)
    step.record(command)
    return step.advance()
