"""The government's principal signs the leave to resume production."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.resumption import issue_notice
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class SignResumption(TaskCommand):
    """Signed, or refused with a reason."""


def sign_resumption(frame: Frame, command: SignResumption) -> Receipt:
    """Approve (Coal Mine Safety Regulation, article 48); the notice takes its number."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.SIGN_RESUMPTION, command)
    act = step.record(command)
    if command.outcome is Outcome.ACCEPTED:
        issue_notice(frame, step.case, act)
    return step.advance()
