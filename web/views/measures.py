"""What is in force against the party: since when, by which document, and what lifts it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.clock import local_date
from services.queries.case_page import ActRow, CasePage, OpenStepRow
from services.reference.order_bases import OrderBasis, order_bases
from web.labels import LIFTED_BY, SUSPENSION, label_of
from workflows.orders import RULES, OrderRule, Signer, orders_of
from workflows.vocabulary import Action, DocumentKind, Outcome


@dataclass(frozen=True)
class Measure:
    """One measure in force; `step`: the reader may end it, or ask for it, there."""

    name: str
    since: date
    number: str
    lifted_by: str
    is_being_lifted: bool
    bars_the_end: bool
    basis: OrderBasis | None
    step: OpenStepRow | None


def measures_in_force(page: CasePage) -> tuple[Measure, ...]:
    """Of all kinds, the oldest first, as far as the reader is told of them."""
    found = [*_immediate(page), *_suspension(page), *_orders(page)]
    return tuple(sorted(found, key=lambda measure: measure.since))


def _immediate(page: CasePage) -> Iterator[Measure]:
    ordered = _last(page, Action.ORDER_IMMEDIATE_MEASURES)
    if ordered is None or _has_ended(page, Action.LIFT_IMMEDIATE_MEASURES, ordered):
        return
    yield Measure(
        name=label_of(DocumentKind.IMMEDIATE_MEASURES_ORDER),
        since=local_date(ordered.at),
        number=_number_signed_by(page, ordered),
        lifted_by=LIFTED_BY["resumption_or_officer"],
        is_being_lifted=False,
        bars_the_end=True,
        basis=None,
        step=_step(page, Action.LIFT_IMMEDIATE_MEASURES)
        or _step(page, Action.APPLY_FOR_RESUMPTION),
    )


def _suspension(page: CasePage) -> Iterator[Measure]:
    served = _last(page, Action.SERVE_SUSPENSION)
    if served is None or _has_ended(page, Action.LIFT_SUSPENSION, served):
        return
    yield Measure(
        name=SUSPENSION,
        since=_day(served, "served_on"),
        number=str(served.content.get("unit_number") or ""),
        lifted_by=LIFTED_BY["resumption_or_head"],
        is_being_lifted=False,
        bars_the_end=True,
        basis=None,
        step=_step(page, Action.LIFT_SUSPENSION) or _step(page, Action.APPLY_FOR_RESUMPTION),
    )


def _orders(page: CasePage) -> Iterator[Measure]:
    acts = page.counting_acts
    orders = orders_of(acts)
    for kind, place in orders.in_force.items():
        begun, rule = acts[place], RULES[kind]
        served = next(act for act in acts[place::-1] if act.action is Action.SERVE_ORDER)
        name = "executed_on" if rule.executed_by_others else "served_on"
        yield Measure(
            name=label_of(kind),
            since=_day(begun, name),
            number=str(served.content.get("enforcement_number") or ""),
            lifted_by=_lifted_by(rule),
            is_being_lifted=orders.lifting is kind,
            bars_the_end=rule.bars_the_end,
            basis=order_bases()[kind],
            step=_step(page, Action.LIFT_ORDER),
        )


def _lifted_by(rule: OrderRule) -> str:
    if rule.signer is Signer.GOVERNMENT:
        return LIFTED_BY["government"]
    return LIFTED_BY["head_and_receipt" if rule.restored else "head"]


def _last(page: CasePage, action: Action) -> ActRow | None:
    return next((act for act in reversed(page.counting_acts) if act.action is action), None)


def _has_ended(page: CasePage, lifting: Action, act: ActRow) -> bool:
    """Lifted since, or followed by leave to resume production."""
    return any(
        later.action is lifting
        or (later.action is Action.SERVE_RESUMPTION and later.outcome is Outcome.DONE)
        for later in page.counting_acts
        if later.act_id > act.act_id
    )


def _day(act: ActRow, name: str) -> date:
    return date.fromisoformat(str(act.content[name]))


def _number_signed_by(page: CasePage, act: ActRow) -> str:
    documents = (row for row in page.documents if row.signed_by_act_id == act.act_id)
    return next((row.number or "" for row in documents), "")


def _step(page: CasePage, action: Action) -> OpenStepRow | None:
    steps = (row for row in page.open_steps if row.task.step is action)
    return next((row for row in steps if row.is_mine and row.may_act), None)
