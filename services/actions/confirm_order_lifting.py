"""The principal of the department agrees to the lifting of an order, or petitions for it."""

from dataclasses import dataclass, replace

from services.documents.issue import issue_document
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.orders import lifted_kind
from services.step import open_step
from workflows.orders import RULES, Signer
from workflows.vocabulary import Action, DocumentKind, OrderKind, Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmOrderLifting(TaskCommand):
    """Agreed, or not, with a reason. The act adds the kind."""

    enforcement_kind: OrderKind | None = None


def confirm_order_lifting(frame: Frame, command: ConfirmOrderLifting) -> Receipt:
    """Agreed, the notice of the lifting takes its number; the government has numbers of its own."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CONFIRM_ORDER_LIFTING, command)
    kind = lifted_kind(step.facts_record)
    act = step.record(replace(command, enforcement_kind=kind))
    if command.outcome is Outcome.ACCEPTED and RULES[kind].signer is Signer.DEPARTMENT:
        document = DocumentKind.ORDER_LIFTING_NOTICE
        issue_document(frame.session, frame.office, step.case, document, act, frame.now)
    return step.advance()
