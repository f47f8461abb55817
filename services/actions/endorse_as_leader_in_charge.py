"""Endorsement of the result by the leader in charge of the sector."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class EndorseAsLeaderInCharge(TaskCommand):
    """Refusing goes back to rectification or to a new acceptance, as the diagram offers."""


def endorse_as_leader_in_charge(frame: Frame, command: EndorseAsLeaderInCharge) -> Receipt:
    """Endorse the result, or send it back to a step that the diagram offers."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.ENDORSE_AS_LEADER_IN_CHARGE, command)
    step.record(command)
    return step.advance()
