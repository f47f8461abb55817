"""The committee office proposes to ask the level above to supervise a case."""

from dataclasses import dataclass, replace

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.queries.superiors import list_superiors
from services.step import OpenedStep, open_step
from workflows.vocabulary import Action, RaiseGround


@dataclass(frozen=True, kw_only=True)
class ProposeRaise(TaskCommand):
    """The office above, where it is registered here; else its name as typed."""

    raise_ground: RaiseGround
    reason: str
    superior_office_id: int | None = None
    superior_name: str = ""


def propose_raise(frame: Frame, command: ProposeRaise) -> Receipt:
    """Propose; nothing leaves the office before its head has agreed."""
    require(command, "raise_ground", "reason")
    step = open_step(frame, Action.PROPOSE_RAISE, command)
    step.record(replace(command, superior_name=_name_of(step, command)))
    return step.advance()


def _name_of(step: OpenedStep, command: ProposeRaise) -> str:
    if command.superior_office_id is None:
        require(command, "superior_name")
        return command.superior_name
    if command.superior_name:
        raise InvalidCommandError({"superior_name": "superior_twice"})
    offered = dict(list_superiors(step.frame.session, step.case))
    if command.superior_office_id not in offered:
        raise InvalidCommandError({"superior_office_id": "choice"})
    return offered[command.superior_office_id]
