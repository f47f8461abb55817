"""The competent department reviews the rectification plan."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt, TaskCommand, require, require_reason
from services.invitations import invite
from services.step import open_step
from workflows.vocabulary import Action, InvitationPurpose, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewPlan(TaskCommand):
    """Accept, return with what must be amended, or ask an expert first.

    `question` is what the expert is to answer; the act adds the name, for the record.
    """

    expert_post_id: int | None = None
    question: str = ""
    expert: str = ""


def review_plan(frame: Frame, command: ReviewPlan) -> Receipt:
    """Accept the plan or return it to the enterprise; or come back to it with an opinion."""
    asks = command.outcome is Outcome.EXPERT_ASKED
    if asks:
        require(command, "expert_post_id", "question")
    else:
        require_reason(command, Outcome.ACCEPTED)
        command = replace(command, expert_post_id=None, question="")
    step = open_step(frame, Action.REVIEW_PLAN, command)
    if asks:
        name = invite(frame, step.case, command.expert_post_id, InvitationPurpose.PLAN)
        command = replace(command, expert=name)
    step.record(command)
    return step.advance()
