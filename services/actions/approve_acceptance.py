"""The department head decides on acceptance."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require, require_reason
from services.invitations import end_invitation
from services.step import open_step
from workflows.vocabulary import Action, InvitationEnd, Outcome


@dataclass(frozen=True, kw_only=True)
class ApproveAcceptance(TaskCommand):
    """Failure starts the next round; the rectification limit stays."""


def approve_acceptance(frame: Frame, command: ApproveAcceptance) -> Receipt:
    """Pass, or fail with the reason."""
    require_reason(command, Outcome.PASSED)
    step = open_step(frame, Action.APPROVE_ACCEPTANCE, command)
    if command.outcome is Outcome.PASSED and step.facts_record.failed_inspections_this_round():
        require(command, "opinion")
    end_invitation(frame, step.case.id, InvitationEnd.SUPERSEDED)
    step.record(command)
    return step.advance()
