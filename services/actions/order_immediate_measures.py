"""Measures on the spot: withdraw people, stop work, take equipment out of use."""

from dataclasses import dataclass

from services.documents.issue import issue_document
from services.frame import Frame, Receipt, TaskCommand, require, require_other_officer
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind


@dataclass(frozen=True, kw_only=True)
class OrderImmediateMeasures(TaskCommand):
    """Work Safety Law, article 65 (2)-(3). Lawful before any verdict."""

    measures: str
    area: str
    co_officer: str


def order_immediate_measures(frame: Frame, command: OrderImmediateMeasures) -> Receipt:
    """Order the measures and give the order its number. Never held up by an incomplete file."""
    require(command, "measures", "co_officer")
    step = open_step(frame, Action.ORDER_IMMEDIATE_MEASURES, command)
    require_other_officer(frame, step.post, command.co_officer)
    act = step.record(command)
    issue_document(
        frame.session,
        frame.office,
        step.case,
        DocumentKind.IMMEDIATE_MEASURES_ORDER,
        act,
        frame.now,
    )
    return step.advance()
