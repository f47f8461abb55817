"""The government decides whether the closing down of a party is lifted."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt
from services.government import GovernmentDecision, check_decision
from services.orders import lifted_kind
from services.step import open_step
from workflows.vocabulary import Action, OrderKind


@dataclass(frozen=True, kw_only=True)
class DecideClosureLifting(GovernmentDecision):
    """Lifted by the government's own document, or not, with a reason. The act adds the kind."""

    enforcement_kind: OrderKind | None = None


def decide_closure_lifting(frame: Frame, command: DecideClosureLifting) -> Receipt:
    """Lifted, the party is closed down no longer; whether it may produce is another decision."""
    check_decision(frame, command)
    step = open_step(frame, Action.DECIDE_CLOSURE_LIFTING, command)
    step.record(replace(command, enforcement_kind=lifted_kind(step.facts_record)))
    return step.advance()
