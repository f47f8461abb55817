"""The committee office proposes the listing and freezes the draft notice."""

from dataclasses import dataclass, replace

from services.documents.issue import freeze_draft
from services.documents.listing_notice import listing_notice_inputs
from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.handovers import supporting_names
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind


@dataclass(frozen=True, kw_only=True)
class ProposeListing(TaskCommand):
    """Body and level follow from the verdict; the notice says why and what is demanded.

    `supporting_receiver_ids` name who supports the two receivers of the handovers; the act adds
    their names, for the record.
    """

    reason: str
    requirements: str
    supporting_receiver_ids: tuple[int, ...] = ()
    supporting_receivers: tuple[str, ...] = ()


def propose_listing(frame: Frame, command: ProposeListing) -> Receipt:
    """Propose the listing; the notice is frozen as it will be reviewed and signed."""
    require(command, "reason", "requirements")
    step = open_step(frame, Action.PROPOSE_LISTING, command)
    if step.case.rectification_limit_on is None:
        raise InvalidCommandError({"requirements": "no_rectification_order"})
    names = supporting_names(frame, step.case, command.supporting_receiver_ids)
    step.record(replace(command, supporting_receivers=names))
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
