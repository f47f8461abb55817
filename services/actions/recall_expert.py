"""The department takes an invitation of an expert back."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.invitations import end_invitation
from services.step import open_step
from workflows.vocabulary import Action, InvitationEnd


@dataclass(frozen=True, kw_only=True)
class RecallExpert(TaskCommand):
    """With the reason: an opinion that does not come must not hold a case up."""


def recall_expert(frame: Frame, command: RecallExpert) -> Receipt:
    """Go on without this opinion; another expert can be asked."""
    require(command, "opinion")
    step = open_step(frame, Action.RECALL_EXPERT, command)
    end_invitation(frame, step.case.id, InvitationEnd.RECALLED)
    step.record(command)
    return step.advance()
