"""An order is served on the party, and on whoever carries it out."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.clock import local_date
from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, require, require_not_in_future
from services.orders import (
    check_notice,
    day_said,
    proposed_kind,
    require_not_before,
    told_of_order,
)
from services.papers import serve
from services.queries.calendar import current_calendar
from services.serving import Service, check_entries
from services.step import OpenedStep, open_step
from workflows.orders import RULES, OrderRule, Signer
from workflows.vocabulary import Action, DocumentKind, OrderKind, ServiceMethod


@dataclass(frozen=True, kw_only=True)
class ServeOrder(Service):
    """To the party; in writing to the `executor`, where somebody else carries it out.

    `told_at`, `stops_at`: for what the party is told beforehand. The act adds what was ordered.
    """

    told_at: datetime | None = None
    stops_at: datetime | None = None
    executor: str = ""
    executor_method: ServiceMethod | None = None
    executor_served_on: date | None = None
    enforcement_kind: OrderKind | None = None
    enforcement_number: str = ""
    legal_basis: str = ""
    order_ground: str = ""
    facts_and_evidence: str = ""
    order_text: str = ""


def serve_order(frame: Frame, command: ServeOrder) -> Receipt:
    """Record the service. What nobody else carries out is in force from here on."""
    check_entries(frame, command)
    step = open_step(frame, Action.SERVE_ORDER, command)
    kind = proposed_kind(step.facts_record)
    rule = RULES[kind]
    command = _only_asked(command, rule)
    if rule.executed_by_others:
        require(command, "executor", "executor_method", "executor_served_on")
        require_not_in_future(frame, command, "executor_served_on")
    if rule.told_beforehand:
        _check_told(step, command)
    number = _number(step, command, rule)
    told = told_of_order(step.facts_record)
    step.record(
        replace(
            command,
            enforcement_kind=kind,
            enforcement_number=number,
            legal_basis=told["legal_basis"],
            order_ground=told["order_ground"],
            facts_and_evidence=told["facts_and_evidence"],
            order_text=told["order_text"],
        )
    )
    return step.advance()


def _only_asked(command: ServeOrder, rule: OrderRule) -> ServeOrder:
    """Without what this kind does not ask for."""
    if not rule.told_beforehand:
        command = replace(command, told_at=None, stops_at=None)
    if not rule.executed_by_others:
        command = replace(command, executor="", executor_method=None, executor_served_on=None)
    return command


def _check_told(step: OpenedStep, command: ServeOrder) -> None:
    """Without an emergency, which the approver has read of, the hours are kept."""
    frame = step.frame
    require(command, "told_at", "stops_at")
    assert command.told_at is not None
    assert command.stops_at is not None
    if command.told_at > frame.now:
        raise InvalidCommandError({"told_at": "in_future"})
    if command.stops_at < command.told_at:
        raise InvalidCommandError({"stops_at": "before_told"})
    approved_on = step.facts_record.last_on(Action.APPROVE_ORDER)
    if approved_on is not None and local_date(command.told_at) < approved_on:
        raise InvalidCommandError({"told_at": f"before_day:{approved_on.isoformat()}"})
    proposed = step.facts_record.last(Action.PROPOSE_ORDER)
    if proposed is None or not proposed.content.get("emergency"):
        calendar = current_calendar(frame.session, frame.office)
        check_notice(frame.office.profile, calendar, command.told_at, command.stops_at)


def _number(step: OpenedStep, command: ServeOrder, rule: OrderRule) -> str:
    """The number of the department's order, or that of the government's own decision."""
    frame, record = step.frame, step.facts_record
    if rule.signer is Signer.DEPARTMENT:
        kind = DocumentKind.ENFORCEMENT_ORDER
        approved_on = record.last_on(Action.APPROVE_ORDER)
        require_not_before(command, "executor_served_on", approved_on)
        return serve(frame, step.case.id, kind, command.served_on)
    for name in ("served_on", "executor_served_on"):
        require_not_before(command, name, day_said(record, Action.DECIDE_CLOSURE, "decided_on"))
    decided = record.last(Action.DECIDE_CLOSURE)
    return str(decided.content.get("decision_number") or "") if decided else ""
