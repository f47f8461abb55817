"""The committee office proposes the listing and freezes the draft notice."""

from dataclasses import dataclass

from services.documents.issue import freeze_draft
from services.documents.listing_notice import listing_notice_inputs
from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind


@dataclass(frozen=True, kw_only=True)
class ProposeListing(TaskCommand):
    """Body and level follow from the verdict; the notice says why and what is demanded."""

    reason: str
    requirements: str


def propose_listing(frame: Frame, command: ProposeListing) -> Receipt:
    """Propose the listing; the notice is frozen as it will be reviewed and signed."""
    require(command, "reason", "requirements")
    step = open_step(frame, Action.PROPOSE_LISTING, command)
    if step.case.rectification_limit_on is None:
        raise InvalidCommandError({"requirements": "no_rectification_order"})
    step.record(command)
    inputs = listing_notice_inputs(
        frame.session, frame.office, step.case, command.requirements, frame.now
    )
    freeze_draft(
        frame.session,
        step.case,
        DocumentKind.LISTING_NOTICE,
        step.case.listing_body_id,
        inputs,
        frame.now,
    )
    return step.advance()
