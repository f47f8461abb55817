"""The department invites an expert to the acceptance."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt, TaskCommand, require
from services.invitations import invite
from services.step import open_step
from workflows.vocabulary import Action, InvitationPurpose


@dataclass(frozen=True, kw_only=True)
class InviteExpert(TaskCommand):
    """`question` is what the expert is to answer; the act adds the name, for the record."""

    expert_post_id: int | None
    question: str
    expert: str = ""


def invite_expert(frame: Frame, command: InviteExpert) -> Receipt:
    """Invite one expert of the pool; the inspection does not wait for the opinion."""
    require(command, "expert_post_id", "question")
    step = open_step(frame, Action.INVITE_EXPERT, command)
    purpose = InvitationPurpose.ACCEPTANCE
    name = invite(frame, step.case, command.expert_post_id, purpose)
    step.record(replace(command, expert=name))
    return step.advance()
