"""The case officer asks that an order in force be lifted."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.orders import orders_of
from workflows.vocabulary import Action, OrderKind


@dataclass(frozen=True, kw_only=True)
class LiftOrder(TaskCommand):
    """Which one; the ground stands in the opinion."""

    enforcement_kind: OrderKind


def lift_order(frame: Frame, command: LiftOrder) -> Receipt:
    """Ask; the order stays in force until whoever imposes such orders has agreed."""
    require(command, "opinion")
    step = open_step(frame, Action.LIFT_ORDER, command)
    if command.enforcement_kind not in orders_of(step.facts_record.acts).in_force:
        raise InvalidCommandError({"enforcement_kind": "order_not_in_force"})
    step.record(command)
    return step.advance()
