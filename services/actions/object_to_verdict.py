"""The party objects to the verdict that its hazard is a major one."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ObjectToVerdict(TaskCommand):
    """Facts and reasons stand in `opinion`. Measures and rectification go on meanwhile."""


def object_to_verdict(frame: Frame, command: ObjectToVerdict) -> Receipt:
    """Put the objection on record; somebody who did not judge decides on it."""
    require(command, "opinion")
    step = open_step(frame, Action.OBJECT_TO_VERDICT, command)
    step.record(command)
    return step.advance()
