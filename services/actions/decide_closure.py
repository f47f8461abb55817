"""The government decides whether a party is closed down (Work Safety Law, article 113)."""

from dataclasses import dataclass

from services.frame import Frame, Receipt
from services.government import GovernmentDecision, check_decision
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class DecideClosure(GovernmentDecision):
    """Closed down by the government's own document, or not, with a reason."""


def decide_closure(frame: Frame, command: DecideClosure) -> Receipt:
    """The petition of the department is granted or refused; the case officer serves what came."""
    check_decision(frame, command)
    step = open_step(frame, Action.DECIDE_CLOSURE, command)
    step.record(command)
    return step.advance()
