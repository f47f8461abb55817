"""Copies on the page of a case: what one has received and sent, and whether one may send."""

from dataclasses import dataclass

from services.frame import Frame
from services.queries.case_page import CasePage
from services.queries.copies import ReceivedCopyRow, SentCopyRow, list_received, list_sent

MOST_RECEIVED = 20


@dataclass(frozen=True)
class CopiesView:
    """What the reader of the page has to do with copies of the case."""

    may_send: bool
    sent: tuple[SentCopyRow, ...]
    received: tuple[ReceivedCopyRow, ...]


def copies_view(frame: Frame, case: CasePage) -> CopiesView:
    """For a case that the reader has been allowed to see."""
    return CopiesView(
        may_send=case.is_inside or any(step.is_mine for step in case.open_steps),
        sent=list_sent(frame.session, frame.actor, case.case_id),
        received=list_received(frame.session, frame.actor, MOST_RECEIVED, case_id=case.case_id),
    )
