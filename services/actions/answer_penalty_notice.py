"""The party states its case, asks to be heard, or waives both."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class AnswerPenaltyNotice(TaskCommand):
    """`statement`: facts, reasons and evidence against the penalty, or why a hearing is asked."""

    statement: str = ""


def answer_penalty_notice(frame: Frame, command: AnswerPenaltyNotice) -> Receipt:
    """Administrative Penalty Law, articles 45, 63 and 64. A late answer is heard all the same."""
    if command.outcome is Outcome.STATED:
        require(command, "statement")
    step = open_step(frame, Action.ANSWER_PENALTY_NOTICE, command)
    step.record(command)
    return step.advance()
