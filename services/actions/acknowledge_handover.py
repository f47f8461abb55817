"""A receiver answers a handover: acknowledges, passes it on, or disputes its competence."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt, TaskCommand, require, require_reason
from services.handovers import give_over
from services.step import open_step
from workflows.errors import TaskNotReadyError
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class AcknowledgeHandover(TaskCommand):
    """`receiver_id` is whom it is passed on to; the act adds the name, for the record."""

    receiver_id: int | None = None
    receiver_name: str = ""


def acknowledge_handover(frame: Frame, command: AcknowledgeHandover) -> Receipt:
    """Acknowledge and answer for one's part; or hand it to whoever is competent, with a reason."""
    require_reason(command, Outcome.DONE)
    if command.outcome is Outcome.PASSED_ON:
        require(command, "receiver_id")
    step = open_step(frame, Action.ACKNOWLEDGE_HANDOVER, command)
    handover = step.handover
    if handover is None:
        raise TaskNotReadyError
    if command.outcome is Outcome.PASSED_ON:
        name = give_over(frame, handover, command.receiver_id, by_office=False)
        command = replace(command, receiver_name=name)
    else:
        command = replace(command, receiver_id=None, receiver_name="")
    if command.outcome is Outcome.DONE:
        handover.acknowledged_at = frame.now
    step.record(command)
    return step.advance()
