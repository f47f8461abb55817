"""Withdrawal of a case, with its reason."""

from dataclasses import dataclass

from services.documents.issue import void_notice
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class WithdrawCase(TaskCommand):
    """The record is kept; whatever is open in the case ends."""


def withdraw_case(frame: Frame, command: WithdrawCase) -> Receipt:
    """Withdraw the case. The reason stays on record."""
    require(command, "opinion")
    step = open_step(frame, Action.WITHDRAW_CASE, command)
    void_notice(frame.session, step.case.id)
    step.record(command)
    return step.advance()
