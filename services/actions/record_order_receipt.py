"""Whoever carries out an order has confirmed its receipt: from here on it is in force."""

from dataclasses import dataclass, replace
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.orders import day_said, proposed_kind, require_not_before
from services.step import open_step
from workflows.vocabulary import Action, OrderKind


@dataclass(frozen=True, kw_only=True)
class RecordOrderReceipt(TaskCommand):
    """Who signed the receipt, when, and since when the order is carried out; the paper as file."""

    received_by: str
    receipt_on: date | None
    executed_on: date | None
    enforcement_kind: OrderKind | None = None


def record_order_receipt(frame: Frame, command: RecordOrderReceipt) -> Receipt:
    """Record the receipt; InvalidCommandError where it lies before the service."""
    require(command, "received_by", "receipt_on", "executed_on", "uploads")
    require_not_in_future(frame, command, "receipt_on", "executed_on")
    step = open_step(frame, Action.RECORD_ORDER_RECEIPT, command)
    record = step.facts_record
    served_on = day_said(record, Action.SERVE_ORDER, "executor_served_on")
    require_not_before(command, "receipt_on", served_on)
    stops_on = day_said(record, Action.SERVE_ORDER, "stops_at")
    require_not_before(command, "executed_on", stops_on or served_on)
    step.record(replace(command, enforcement_kind=proposed_kind(record)))
    return step.advance()
