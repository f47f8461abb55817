"""The committee office proposes the listing of one case or of several, and freezes the draft."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.documents.context import ListingNoticeInputs
from services.documents.issue import Proposed, freeze_batch, freeze_draft
from services.documents.listing_notice import listing_notice_inputs
from services.errors import BatchChangedError, InvalidCommandError, ShownChangedError
from services.frame import Frame, Receipt, TaskCommand, require
from services.handovers import supporting_names
from services.listing_batches import hold_cases
from services.queries.listing_batches import MOST_CASES
from services.queries.scope import get_visible_case
from services.step import OpenedStep, open_step
from workflows.assignments import StepClaimedError
from workflows.errors import TaskNotReadyError
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
    step = _open(frame, command)
    names = supporting_names(frame, step.case, command.supporting_receiver_ids)
    step.record(replace(command, supporting_receivers=names))
    freeze_draft(
        frame.session,
        step.case,
        DocumentKind.LISTING_NOTICE,
        step.case.listing_body_id,
        _notice(frame, step, command).as_record(),
        frame.now,
    )
    return step.advance()


def propose_batch(frame: Frame, commands: Sequence[ProposeListing]) -> tuple[Receipt, ...]:
    """Propose several cases by one notice: all of them or none, in the order of their ids.

    Raises InvalidCommandError for too few or too many cases or cases that one notice cannot
    list; BatchChangedError naming every case that can no longer be proposed as it was shown.
    """
    commands = sorted(commands, key=lambda command: command.case_id)
    case_ids = [command.case_id for command in commands]
    if len(set(case_ids)) != len(case_ids) or not 2 <= len(case_ids) <= MOST_CASES:
        raise InvalidCommandError({"case_ids": f"batch_size:{MOST_CASES}"})
    for command in commands:
        require(command, "reason", "requirements")
        get_visible_case(frame.session, frame.actor, command.case_id)
    hold_cases(frame, case_ids)
    steps = _open_all(frame, commands)
    if len({_listed_by(step) for step in steps}) != 1:
        raise InvalidCommandError({"case_ids": "other_body"})
    notices: dict[int, ListingNoticeInputs] = {}
    for step, command in zip(steps, commands, strict=True):
        notices[step.case.id] = _notice(frame, step, command)
    organ_id = steps[0].case.listing_body_id
    proposed = Proposed(organ_id, frame.actor.person_id, frame.now)
    batch = freeze_batch(frame.session, notices, proposed)
    receipts = []
    for step, command in zip(steps, commands, strict=True):
        step.record(command).batch_id = batch.id
        step.found = None  # one of several is not taken back alone
        receipts.append(step.advance())
    return tuple(receipts)


def _open(frame: Frame, command: ProposeListing) -> OpenedStep:
    step = open_step(frame, Action.PROPOSE_LISTING, command)
    if step.case.rectification_limit_on is None:
        raise InvalidCommandError({"requirements": "no_rectification_order"})
    return step


def _open_all(frame: Frame, commands: Sequence[ProposeListing]) -> list[OpenedStep]:
    steps: list[OpenedStep] = []
    changed: list[int] = []
    for command in commands:
        try:
            steps.append(_open(frame, command))
        except (ShownChangedError, TaskNotReadyError, StepClaimedError):
            changed.append(command.case_id)
    if changed:
        raise BatchChangedError(changed)
    return steps


def _listed_by(step: OpenedStep) -> tuple[int, int, int | None]:
    case = step.case
    return case.listing_body_id, case.listing_office_id, case.safety_committee_id


def _notice(frame: Frame, step: OpenedStep, command: ProposeListing) -> ListingNoticeInputs:
    return listing_notice_inputs(
        frame.session, frame.office, step.case, command.requirements, frame.now
    )
