"""The answer to those who found the hazard and sent it down."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class AnswerFinder(TaskCommand):
    """One answer covers every finding that waits for one."""

    answered_on: date | None
    answer: str
    paper_number: str = ""


def answer_finder(frame: Frame, command: AnswerFinder) -> Receipt:
    """Record what was answered, when and under which number."""
    require(command, "answered_on", "answer")
    require_not_in_future(frame, command, "answered_on")
    step = open_step(frame, Action.ANSWER_FINDER, command)
    step.record(command)
    return step.advance()
