"""The legality of a proposed order is reviewed before it is told or approved."""

from dataclasses import dataclass

from services.documents.issue import issue_document
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.orders import proposed_kind
from services.step import open_step
from workflows.orders import RULES
from workflows.vocabulary import Action, DocumentKind, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewOrder(TaskCommand):
    """Passed, or returned with a reason."""


def review_order(frame: Frame, command: ReviewOrder) -> Receipt:
    """Passed, the notice of a kind that the party is heard on takes its number."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.REVIEW_ORDER, command)
    act = step.record(command)
    heard_first = RULES[proposed_kind(step.facts_record)].heard_first
    if heard_first and command.outcome is Outcome.ACCEPTED:
        kind = DocumentKind.ORDER_NOTICE
        issue_document(frame.session, frame.office, step.case, kind, act, frame.now)
    return step.advance()
