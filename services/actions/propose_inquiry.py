"""A hazard is to be handled as if it were an accident: an inquiry, or why there is none."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.inquiry import check_members
from services.step import open_step
from workflows.vocabulary import Action, InquiryKind


@dataclass(frozen=True, kw_only=True)
class ProposeInquiry(TaskCommand):
    """`inquiry_members` one a line; empty where no inquiry is to be opened."""

    inquiry_kind: InquiryKind
    inquiry_ground: str
    inquiry_members: str = ""


def propose_inquiry(frame: Frame, command: ProposeInquiry) -> Receipt:
    """Propose; the committee office's head decides, and the leader in charge approves."""
    require(command, "inquiry_kind", "inquiry_ground")
    step = open_step(frame, Action.PROPOSE_INQUIRY, command)
    if command.inquiry_kind is InquiryKind.OPENED:
        check_members(step, command.inquiry_members)
    elif command.inquiry_members:
        raise InvalidCommandError({"inquiry_members": "no_inquiry"})
    step.record(command)
    return step.advance()
