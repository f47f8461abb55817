"""Whoever carried out an order has confirmed that it was undone: here it ends."""

from dataclasses import dataclass, replace
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.orders import lifted_kind, require_not_before
from services.papers import serve
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind, OrderKind


@dataclass(frozen=True, kw_only=True)
class RecordRestoration(TaskCommand):
    """When the notice was served and on whom, and since when all is as before; paper as file."""

    executor_served_on: date | None
    received_by: str
    restored_on: date | None
    lifting_number: str = ""
    enforcement_kind: OrderKind | None = None


def record_restoration(frame: Frame, command: RecordRestoration) -> Receipt:
    """Record it; InvalidCommandError where it lies before the lifting was agreed to."""
    require(command, "executor_served_on", "received_by", "restored_on", "uploads")
    require_not_in_future(frame, command, "executor_served_on", "restored_on")
    step = open_step(frame, Action.RECORD_RESTORATION, command)
    record = step.facts_record
    agreed_on = record.last_on(Action.CONFIRM_ORDER_LIFTING)
    require_not_before(command, "executor_served_on", agreed_on)
    require_not_before(command, "restored_on", command.executor_served_on)
    kind = DocumentKind.ORDER_LIFTING_NOTICE
    number = serve(frame, step.case.id, kind, command.executor_served_on)
    step.record(replace(command, lifting_number=number, enforcement_kind=lifted_kind(record)))
    return step.advance()
