"""Endorsement of the application by the head of the parent company."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class EndorseAsParentCompanyHead(TaskCommand):
    """Without a parent the actual controller endorses, without an enterprise the government.

    `endorses_as` is the role under which it was done; the act puts it on record itself.
    """

    endorses_as: str = ""


def endorse_as_parent_company_head(frame: Frame, command: EndorseAsParentCompanyHead) -> Receipt:
    """Endorse the progress and result, or return the application."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.ENDORSE_AS_PARENT_COMPANY_HEAD, command)
    step.record(replace(command, endorses_as=step.post.role.value))
    return step.advance()
