"""The head of the department examines whether a stopped party may resume production."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.resumption import issue_notice
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ApproveResumption(TaskCommand):
    """Agreed, or refused with a reason that the party is told."""


def approve_resumption(frame: Frame, command: ApproveResumption) -> Receipt:
    """Examined and agreed to before resuming (Work Safety Law, article 65 (1) (3)).

    Agreed to, the notice takes its number, unless the government still has to sign.
    """
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.APPROVE_RESUMPTION, command)
    act = step.record(command)
    by_government = step.standing.needs_met["resumption_by_government"]
    if command.outcome is Outcome.ACCEPTED and not by_government:
        issue_notice(frame, step.case, act)
    return step.advance()
