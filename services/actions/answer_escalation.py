"""Whoever was pressed on answers: what was done, and what will be done by when."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class AnswerEscalation(TaskCommand):
    """`answer` goes through the demands one by one."""

    answer: str


def answer_escalation(frame: Frame, command: AnswerEscalation) -> Receipt:
    """Put the answer on record; the office says whether it is enough."""
    require(command, "answer")
    step = open_step(frame, Action.ANSWER_ESCALATION, command)
    step.record(command)
    return step.advance()
