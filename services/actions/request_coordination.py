"""Somebody asks the committee office for what cannot be solved where the hazard is."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class RequestCoordination(TaskCommand):
    """`obstacle` says what stands in the way, `tried` what was done about it, `wanted` by whom."""

    obstacle: str
    tried: str
    wanted: str


def request_coordination(frame: Frame, command: RequestCoordination) -> Receipt:
    """Ask; every limit of the case runs on, and the wait is shown beside it."""
    require(command, "obstacle", "tried", "wanted")
    step = open_step(frame, Action.REQUEST_COORDINATION, command)
    step.record(command)
    return step.advance()
