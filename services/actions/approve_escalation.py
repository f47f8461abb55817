"""The leader in charge approves what names somebody in public or before others."""

from dataclasses import dataclass

from services.escalation import issue_escalation
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ApproveEscalation(TaskCommand):
    """Approve, or refuse with a reason."""


def approve_escalation(frame: Frame, command: ApproveEscalation) -> Receipt:
    """Approved, a circular takes its number; an exposure has none."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.APPROVE_ESCALATION, command)
    act = step.record(command)
    if command.outcome is Outcome.ACCEPTED:
        issue_escalation(frame, step.case, step.facts_record, act)
    return step.advance()
