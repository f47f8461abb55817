"""Decision on an objection, by somebody who had no part in the verdict."""

from dataclasses import dataclass

from services.documents.issue import void_notice
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class DecideObjection(TaskCommand):
    """Upheld, supervision ends; rejected, the verdict stands. Either way the reason is given."""


def decide_objection(frame: Frame, command: DecideObjection) -> Receipt:
    """Uphold or reject the objection."""
    require(command, "opinion")
    step = open_step(frame, Action.DECIDE_OBJECTION, command)
    if command.outcome is Outcome.ACCEPTED:
        void_notice(frame.session, step.case.id, frame.now)
    step.record(command)
    return step.advance()
