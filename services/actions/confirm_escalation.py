"""The head of the office confirms what was proposed to press the case on."""

from dataclasses import dataclass

from services.escalation import issue_escalation
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.facts import BY_LEADER, escalation_kind
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmEscalation(TaskCommand):
    """Confirm, or refuse with a reason."""


def confirm_escalation(frame: Frame, command: ConfirmEscalation) -> Receipt:
    """Confirmed, it takes its number; what names somebody in public goes to the leader first."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CONFIRM_ESCALATION, command)
    act = step.record(command)
    by_leader = escalation_kind(step.facts_record) in BY_LEADER
    if command.outcome is Outcome.ACCEPTED and not by_leader:
        issue_escalation(frame, step.case, step.facts_record, act)
    return step.advance()
