"""The principal of the department approves an order, or petitions the government for it."""

from dataclasses import dataclass

from services.documents.issue import issue_document
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.orders import proposed_kind
from services.step import open_step
from workflows.orders import RULES, Signer
from workflows.vocabulary import Action, DocumentKind, Outcome

_DOCUMENTS = {
    Signer.DEPARTMENT: DocumentKind.ENFORCEMENT_ORDER,
    Signer.GOVERNMENT: DocumentKind.CLOSURE_PETITION,
}


@dataclass(frozen=True, kw_only=True)
class ApproveOrder(TaskCommand):
    """Approved, or not, with a reason."""


def approve_order(frame: Frame, command: ApproveOrder) -> Receipt:
    """Approved, the order or the petition takes its number; nothing is in force yet."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.APPROVE_ORDER, command)
    act = step.record(command)
    if command.outcome is Outcome.ACCEPTED:
        kind = _DOCUMENTS[RULES[proposed_kind(step.facts_record)].signer]
        issue_document(frame.session, frame.office, step.case, kind, act, frame.now)
    return step.advance()
