"""The party has not obeyed an order: put on record with facts, proof and a second officer."""

from dataclasses import dataclass, replace
from datetime import date

from services.errors import InvalidCommandError
from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_other_officer,
)
from services.models.document import Document
from services.step import OpenedStep, open_step
from workflows.vocabulary import ORDERS, Action, DocumentKind


@dataclass(frozen=True, kw_only=True)
class RecordRefusal(TaskCommand):
    """Which order, when the party had it, and on which day it was found not to be obeyed.

    The act adds what kind of order that was, and its number.
    """

    order_id: int | None
    had_order_on: date | None
    refused_on: date | None
    refusal_facts: str
    co_officer: str
    order_kind: DocumentKind | None = None
    order_number: str = ""


def record_refusal(frame: Frame, command: RecordRefusal) -> Receipt:
    """Record it; it counts once the head has confirmed it."""
    require(command, "order_id", "had_order_on", "refused_on", "refusal_facts", "co_officer")
    require_not_in_future(frame, command, "had_order_on", "refused_on")
    if not command.uploads:
        raise InvalidCommandError({"uploads": "upload_required"})
    step = open_step(frame, Action.RECORD_REFUSAL, command)
    require_other_officer(frame, step.post, command.co_officer)
    order = _find_order(step, command)
    step.record(
        replace(command, order_kind=DocumentKind(order.kind), order_number=order.number or "")
    )
    return step.advance()


def _find_order(step: OpenedStep, command: RecordRefusal) -> Document:
    """The numbered order; it was issued, then reached the party, then was not obeyed."""
    order = step.frame.session.get(Document, command.order_id)
    if order is None or order.case_id != step.case.id or order.kind not in ORDERS:
        raise InvalidCommandError({"order_id": "choice"})
    if order.issued_on is None or not order.number:
        raise InvalidCommandError({"order_id": "choice"})
    assert command.had_order_on is not None
    assert command.refused_on is not None
    if command.had_order_on < order.issued_on:
        raise InvalidCommandError({"had_order_on": "before_issue"})
    if command.refused_on < command.had_order_on:
        raise InvalidCommandError({"refused_on": "before_order_reached"})
    return order
