"""The second person: only the confirmation carries out what was signed on paper."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from services.action_table import ACTIONS
from services.database import lock_until_commit
from services.errors import (
    CaseNotFoundError,
    DraftOutdatedError,
    InvalidCommandError,
    PaperDecidedError,
    PaperNotFoundError,
    ShownChangedError,
)
from services.frame import Frame, Receipt, TaskCommand
from services.models.paper import PaperAct, PaperRegistration
from services.paper.rebuilt import typed_content
from services.paper.registration import put_on_chain, signing_actor
from services.queries.facts import load_record, standing_of
from services.queries.paper import in_question, is_live
from services.queries.scope import find_visible_case
from services.queries.tasks import who_was_faster
from services.uploads import kept_upload
from workflows.errors import RuleError, TaskNotReadyError
from workflows.paper import PaperManner, PaperState, check_confirmer
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Outcome

# The case has moved on, or the signer may not sign any more: waiting would not help.
_FINAL = (
    TaskNotReadyError,
    ShownChangedError,
    InvalidCommandError,
    PermissionRefusedError,
    CaseNotFoundError,
    DraftOutdatedError,
)


@dataclass(frozen=True)
class Confirmation:
    """What came of a confirmation: the act's receipt, or why the registration became void."""

    case_id: int
    receipt: Receipt | None
    obstacle: RuleError | None = None


def confirm_paper(frame: Frame, registration_id: int) -> Confirmation:
    """Carry the act out in the name of its signer, with every rule that holds for it now.

    Raises PaperNotFoundError, PaperDecidedError, PermissionRefusedError; and what may pass by
    itself (a need not met yet, a draft not rendered yet), leaving the registration as it is.
    """
    registration = _taken(frame, registration_id)
    try:
        if not is_live(frame.session, registration):
            raise TaskNotReadyError(**_faster(frame.session, registration))
        with frame.session.begin_nested():
            receipt = _carry_out(frame, registration)
    except _FINAL as error:
        if error.detail.get("reason") == "need_unmet":
            raise
        _decide(frame, registration, PaperState.VOID)
        registration.obstacle = {"code": error.code, "detail": dict(error.detail)}
        frame.session.flush()
        return Confirmation(registration.case_id, None, error)
    _decide(frame, registration, PaperState.CONFIRMED)
    return Confirmation(registration.case_id, receipt)


def refuse_paper(frame: Frame, registration_id: int, reason: str) -> int:
    """The sheet does not say what was registered; the reason is told. Returns the case's id."""
    if not reason.strip():
        raise InvalidCommandError({"reason": "required"})
    registration = _taken(frame, registration_id)
    registration.reason = reason.strip()
    _decide(frame, registration, PaperState.REFUSED)
    return registration.case_id


def _taken(frame: Frame, registration_id: int) -> PaperRegistration:
    """The registration, undecided, for this second person alone until the transaction ends."""
    session = frame.session
    lock_until_commit(session, f"paper {registration_id}")
    registration = session.get(PaperRegistration, registration_id)
    if registration is None:
        raise PaperNotFoundError
    case = find_visible_case(session, frame.actor, registration.case_id)
    if case is None:
        raise PaperNotFoundError
    if registration.state != PaperState.PENDING:
        assert registration.decided_by is not None
        assert registration.decided_at is not None
        raise PaperDecidedError(
            person=registration.decided_by.name, at=registration.decided_at.isoformat()
        )
    standing = standing_of(session, case, load_record(session, case, frame.office.profile))
    check_confirmer(frame.actor, in_question(registration), standing)
    return registration


def _carry_out(frame: Frame, registration: PaperRegistration) -> Receipt:
    action = Action(registration.action)
    signer = signing_actor(frame, registration.signer_id)
    receipt = ACTIONS[action].carry_out(
        replace(frame, actor=signer, signed_on_paper=True), _command(frame, action, registration)
    )
    frame.session.add(
        PaperAct(
            act_id=receipt.act_id,
            manner=PaperManner.SIGNED.value,
            registration_id=registration.id,
            registrar_id=registration.registrar_id,
            confirmer_id=frame.actor.person_id,
            signed_on=registration.signed_on,
            original_place=registration.original_place,
            scan_sha256=registration.scans[0].sha256,
        )
    )
    frame.session.flush()
    return receipt


def _command(frame: Frame, action: Action, registration: PaperRegistration) -> TaskCommand:
    uploads = tuple(
        kept_upload(
            frame.office.files,
            scan.file_name,
            scan.sha256,
            scan.media_type,
            scan.original_sha256,
        )
        for scan in registration.scans
    )
    return ACTIONS[action].command(
        case_id=registration.case_id,
        task_id=registration.task_id,
        shown=registration.shown_sha256,
        outcome=Outcome(registration.outcome),
        opinion=registration.opinion,
        uploads=uploads,
        **typed_content(action, registration.content),
    )


def _decide(frame: Frame, registration: PaperRegistration, state: PaperState) -> None:
    registration.state = state.value
    registration.decided_by_id = frame.actor.person_id
    registration.decided_at = frame.now
    frame.session.flush()
    put_on_chain(frame, registration, state)


def _faster(session: Session, registration: PaperRegistration) -> Mapping[str, str]:
    return who_was_faster(session, registration.case_id, registration.task_id)
