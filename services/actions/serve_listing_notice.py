"""Service of the listing notice on the responsible party."""

from dataclasses import dataclass

from services.frame import Frame, Receipt
from services.serving import Service, check_entries, notice_served_by
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ServeListingNotice(Service):
    """The first service of the notice."""


def serve_listing_notice(frame: Frame, command: ServeListingNotice) -> Receipt:
    """Record how, when and to whom the issued notice was served."""
    check_entries(frame, command)
    step = open_step(frame, Action.SERVE_LISTING_NOTICE, command)
    notice = notice_served_by(step, command)
    notice.served_at = frame.now
    step.record(command)
    return step.advance()
