"""A receiver acknowledges the handover."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand
from services.step import open_step
from workflows.errors import TaskNotReadyError
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class AcknowledgeHandover(TaskCommand):
    """Receipt by the territorial government or the competent department."""


def acknowledge_handover(frame: Frame, command: AcknowledgeHandover) -> Receipt:
    """Acknowledge receipt; from now on this receiver answers for its part."""
    step = open_step(frame, Action.ACKNOWLEDGE_HANDOVER, command)
    handover = step.handover
    if handover is None:
        raise TaskNotReadyError
    handover.acknowledged_at = frame.now
    step.record(command)
    return step.advance()
