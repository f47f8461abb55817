"""The committee office answers a request for coordination."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class AnswerCoordination(TaskCommand):
    """`decision` says who does what by when; or why the request is not taken up."""

    decision: str


def answer_coordination(frame: Frame, command: AnswerCoordination) -> Receipt:
    """Answer; whoever asked reads it on the case."""
    require(command, "decision")
    step = open_step(frame, Action.ANSWER_COORDINATION, command)
    step.record(command)
    return step.advance()
