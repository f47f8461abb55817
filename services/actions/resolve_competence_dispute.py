"""The committee office decides who receives a handover whose receiver disputes its competence."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt, TaskCommand, require
from services.handovers import give_over
from services.step import open_step
from workflows.errors import TaskNotReadyError
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ResolveCompetenceDispute(TaskCommand):
    """`receiver_id` is the other receiver; whom the decision names can dispute no more."""

    receiver_id: int | None = None
    receiver_name: str = ""


def resolve_competence_dispute(frame: Frame, command: ResolveCompetenceDispute) -> Receipt:
    """Keep the receiver or name another, always with the reason."""
    require(command, "opinion")
    if command.outcome is Outcome.REASSIGNED:
        require(command, "receiver_id")
    step = open_step(frame, Action.RESOLVE_COMPETENCE_DISPUTE, command)
    handover = step.handover
    if handover is None:
        raise TaskNotReadyError
    if command.outcome is Outcome.REASSIGNED:
        give_over(frame, handover, command.receiver_id, by_office=True)
    step.record(
        replace(
            command,
            receiver_id=handover.receiver_id,
            receiver_name=handover.receiver.name,
        )
    )
    return step.advance()
