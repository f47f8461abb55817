"""The case officer proposes an enforcement order: what, against what, on which facts."""

from dataclasses import dataclass, replace

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.orders import basis_of
from services.step import open_step
from workflows.orders import RULES, orders_of
from workflows.vocabulary import Action, OrderKind


@dataclass(frozen=True, kw_only=True)
class ProposeOrder(TaskCommand):
    """`order_text` goes to the party word for word; `decision_refused` names what it disobeys.

    `emergency`: why the party cannot be told beforehand. The act adds the provision as it is known.
    """

    enforcement_kind: OrderKind
    order_ground: str
    facts_and_evidence: str
    order_text: str
    decision_refused: str = ""
    emergency: str = ""
    legal_basis: str = ""


def propose_order(frame: Frame, command: ProposeOrder) -> Receipt:
    """Propose; of each kind one order at a time is in force."""
    require(command, "order_ground", "facts_and_evidence", "order_text")
    rule = RULES[command.enforcement_kind]
    if rule.compels_a_decision:
        require(command, "decision_refused")
    if command.emergency and not rule.told_beforehand:
        raise InvalidCommandError({"emergency": "told_afterwards_anyway"})
    step = open_step(frame, Action.PROPOSE_ORDER, command)
    if command.enforcement_kind in orders_of(step.facts_record.acts).in_force:
        raise InvalidCommandError({"enforcement_kind": "order_in_force"})
    step.record(replace(command, legal_basis=basis_of(command.enforcement_kind)))
    return step.advance()
