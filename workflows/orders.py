"""Enforcement orders of a case: one row for each kind, and what the acts about them amount to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from workflows.vocabulary import Action, OrderKind, Outcome


class Signer(StrEnum):
    """Who decides on an order, and on its lifting."""

    DEPARTMENT = "department"
    GOVERNMENT = "government"


@dataclass(frozen=True)
class OrderRule:
    """What one kind of order asks for. What the law says of it stands in the reference data.

    `executed_by_others`: somebody else carries it out and confirms the receipt.
    `restored`: who carried it out confirms by paper that it was undone.
    `compels_a_decision`: it enforces a decision to stop that the party refused to obey.
    `told_beforehand`: the party is told some hours before it begins, unless there is an emergency.
    `bars_the_end`: the case cannot end while it is in force.
    """

    signer: Signer = Signer.DEPARTMENT
    reviewed_first: bool = False
    heard_first: bool = False
    executed_by_others: bool = False
    restored: bool = False
    compels_a_decision: bool = False
    told_beforehand: bool = False
    bars_the_end: bool = True


# A site that is closed for good, or a name on a list for years, outlives the supervision: a case
# may be closed because of the first and in spite of the second.
RULES: Mapping[OrderKind, OrderRule] = {
    OrderKind.GOVERNMENT_CLOSURE: OrderRule(
        signer=Signer.GOVERNMENT,
        reviewed_first=True,
        heard_first=True,
        executed_by_others=True,
        bars_the_end=False,
    ),
    # Work Safety Law, article 70: approved by the principal of the department alone, in writing
    # to the supplier; the 24 hours are said of power only.
    OrderKind.POWER_STOP: OrderRule(
        executed_by_others=True, restored=True, compels_a_decision=True, told_beforehand=True
    ),
    OrderKind.EXPLOSIVES_STOP: OrderRule(
        executed_by_others=True, restored=True, compels_a_decision=True
    ),
    OrderKind.SEALING: OrderRule(),
    OrderKind.ELECTRONIC_SEAL: OrderRule(),
    OrderKind.APPROVAL_STOP: OrderRule(reviewed_first=True, executed_by_others=True, restored=True),
    OrderKind.DISHONESTY_LIST: OrderRule(
        reviewed_first=True,
        heard_first=True,
        executed_by_others=True,
        restored=True,
        bars_the_end=False,
    ),
}
# Nothing is produced while one of these is in force.
STOPPING: frozenset[OrderKind] = frozenset(OrderKind) - {
    OrderKind.APPROVAL_STOP,
    OrderKind.DISHONESTY_LIST,
}
# Needs are named by the kind, so that a refusal says which order it is about.
NOT_PENDING: Mapping[OrderKind, str] = {kind: f"no_{kind}_pending" for kind in OrderKind}
NOT_IN_FORCE: Mapping[OrderKind, str] = {
    kind: f"no_{kind}_in_force" for kind, rule in RULES.items() if rule.bars_the_end
}
NO_ORDER_OPEN: tuple[str, ...] = (*NOT_PENDING.values(), *NOT_IN_FORCE.values())


class OrderAct(Protocol):
    """What must be known of an act, on record or on a page, to follow the orders of a case."""

    @property
    def action(self) -> Action:
        """What was done."""

    @property
    def outcome(self) -> Outcome:
        """What it decided."""

    @property
    def content(self) -> Mapping[str, object]:
        """What it put on record."""


@dataclass(frozen=True)
class Orders:
    """Where the orders of a case stand.

    `pending` was proposed and neither refused nor carried out yet; `lifting` is about to be
    lifted, and in force until it is. `in_force` names the place of the act that put it in force.
    """

    pending: OrderKind | None
    lifting: OrderKind | None
    in_force: Mapping[OrderKind, int]


_REFUSED = frozenset(
    (action, Outcome.RETURNED)
    for action in (Action.REVIEW_ORDER, Action.APPROVE_ORDER, Action.DECIDE_CLOSURE)
)
_NOT_LIFTED = frozenset(
    (action, Outcome.RETURNED)
    for action in (Action.CONFIRM_ORDER_LIFTING, Action.DECIDE_CLOSURE_LIFTING)
)


def orders_of(acts: Iterable[OrderAct]) -> Orders:
    """Follow the acts that count, in order."""
    pending: OrderKind | None = None
    lifting: OrderKind | None = None
    in_force: dict[OrderKind, int] = {}
    for place, act in enumerate(acts):
        if act.action is Action.PROPOSE_ORDER or act.action is Action.SERVE_ORDER:
            pending = kind_named(act)
        elif act.action is Action.LIFT_ORDER:
            lifting = kind_named(act)
        if (act.action, act.outcome) in _REFUSED:
            pending = None
        elif pending is not None and _begins(act, RULES[pending]):
            in_force[pending], pending = place, None
        if (act.action, act.outcome) in _NOT_LIFTED:
            lifting = None
        elif lifting is not None and _ends(act, RULES[lifting]):
            in_force.pop(lifting, None)
            lifting = None
    return Orders(pending, lifting, in_force)


def kind_named(act: OrderAct) -> OrderKind | None:
    """The kind of order that an act names, or None where its content is withheld."""
    kind = act.content.get("enforcement_kind")
    return OrderKind(str(kind)) if kind else None


def _begins(act: OrderAct, rule: OrderRule) -> bool:
    last = Action.RECORD_ORDER_RECEIPT if rule.executed_by_others else Action.SERVE_ORDER
    return act.action is last


def _ends(act: OrderAct, rule: OrderRule) -> bool:
    if rule.restored:
        return act.action is Action.RECORD_RESTORATION
    decides = {
        Signer.DEPARTMENT: Action.CONFIRM_ORDER_LIFTING,
        Signer.GOVERNMENT: Action.DECIDE_CLOSURE_LIFTING,
    }
    return (act.action, act.outcome) == (decides[rule.signer], Outcome.ACCEPTED)
