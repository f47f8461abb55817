"""Registering that the entitled person has signed on paper. It decides nothing yet."""

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.action_table import ACTIONS
from services.clock import local_date
from services.database import lock_until_commit
from services.errors import BatchNotOnPaperError, InvalidCommandError, PaperPendingError
from services.frame import Frame, TaskCommand, content_of, require, require_not_in_future
from services.models.case import SupervisionCase
from services.models.paper import PaperRegistration, PaperScan
from services.models.process import outbox
from services.queries.facts import load_record, standing_of
from services.queries.listing_batches import find_batch_id
from services.queries.paper import find_live_registration, list_signers
from services.queries.people import find_actor
from services.queries.scope import get_visible_case
from services.queries.shown import ON_DRAFT, find_listing_draft
from services.queries.tasks import TaskRow, find_open_task, who_was_faster
from services.topics import Topic
from services.uploads import keep_upload
from workflows.errors import TaskNotReadyError
from workflows.paper import PaperState, registering_post
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class PaperEntry:
    """What stands on the signed sheet: the act as its signer decided it, and where the sheet is.

    The uploads of the command are the scans of the sheet and what belongs to it.
    """

    action: Action
    command: TaskCommand
    signer_id: int | None
    signed_on: date | None
    original_place: str


def register_paper(frame: Frame, entry: PaperEntry) -> int:
    """Keep the signature until a second person confirms it; returns the id.

    The act itself is tried and rolled back, so that what it asks for is asked for now.
    """
    session, command = frame.session, entry.command
    lock_until_commit(session, f"paper of task {command.task_id}")
    case = get_visible_case(session, frame.actor, command.case_id)
    task = find_open_task(session, case.id, command.task_id)
    if task is None or task.step is not entry.action:
        raise TaskNotReadyError(**who_was_faster(session, case.id, command.task_id))
    if entry.action in ON_DRAFT and find_batch_id(session, case.id) is not None:
        raise BatchNotOnPaperError
    standing = standing_of(session, case, load_record(session, case, frame.office.profile))
    receiver = standing.receiver_at(task.process_id, task.position)
    post = registering_post(frame.actor, entry.action, standing, receiver)
    live = find_live_registration(session, command.task_id)
    if live is not None:
        raise PaperPendingError(person=live.registrar.name, at=live.registered_at.isoformat())
    _check_entry(frame, entry, task)
    signers = list_signers(session, entry.action, standing, receiver, frame.today)
    if entry.signer_id not in {signer.person_id for signer in signers}:
        raise InvalidCommandError({"signer_id": "choice"})
    _try(frame, entry)
    return _store(frame, case, entry, post)


def _check_entry(frame: Frame, entry: PaperEntry, task: TaskRow) -> None:
    require(entry, "signer_id", "signed_on", "original_place")
    require_not_in_future(frame, entry, "signed_on")
    if not entry.command.uploads:
        raise InvalidCommandError({"uploads": "paper_scan"})
    if entry.signer_id == frame.actor.person_id:
        raise InvalidCommandError({"signer_id": "own_signature"})
    assert entry.signed_on is not None
    if entry.signed_on < local_date(task.opened_at):
        raise InvalidCommandError({"signed_on": "before_step"})
    if entry.action in ON_DRAFT and entry.signed_on < _rendered_on(frame.session, task):
        raise InvalidCommandError({"signed_on": "before_draft"})


def _rendered_on(session: Session, task: TaskRow) -> date:
    """The day on which the draft had pages; the step's own day while the worker has not said."""
    draft = find_listing_draft(session, task.case_id)
    key = f"{Topic.RENDER_DRAFT}:{draft.id}" if draft else ""
    done_at = (
        session.connection()
        .execute(sa.select(outbox.c.done_at).where(outbox.c.idempotency_key == key))
        .scalar()
    )
    return local_date(done_at or task.opened_at)


def _try(frame: Frame, entry: PaperEntry) -> None:
    with frame.session.begin_nested() as trial:
        signer = signing_actor(frame, entry.signer_id or 0)
        on_sheet = replace(frame, actor=signer, signed_on_paper=True)
        ACTIONS[entry.action].carry_out(on_sheet, entry.command)
        trial.rollback()


def signing_actor(frame: Frame, person_id: int) -> Actor:
    """Who signed, with the posts held now."""
    actor = find_actor(frame.session, person_id, frame.today)
    assert actor is not None, "persons are never deleted"
    return actor


def _store(frame: Frame, case: SupervisionCase, entry: PaperEntry, post: PostRecord) -> int:
    command = entry.command
    assert entry.signer_id is not None
    assert entry.signed_on is not None
    registration = PaperRegistration(
        case_id=case.id,
        task_id=command.task_id,
        action=entry.action.value,
        outcome=command.outcome.value,
        opinion=command.opinion,
        content=content_of(command),
        shown_sha256=command.shown,
        draft_sha256=_draft_sha256(frame.session, entry),
        signer_id=entry.signer_id,
        signed_on=entry.signed_on,
        original_place=entry.original_place,
        registrar_id=frame.actor.person_id,
        registrar_post_id=post.post_id,
        organisation_id=post.organisation_id,
        registered_at=frame.now,
        state=PaperState.PENDING.value,
    )
    for upload in command.uploads:
        stored = keep_upload(frame.office.files, upload)
        registration.scans.append(
            PaperScan(
                sha256=stored.sha256,
                original_sha256=stored.original_sha256,
                size=stored.size,
                media_type=stored.media_type,
                file_name=upload.file_name,
            )
        )
    frame.session.add(registration)
    frame.session.flush()
    put_on_chain(frame, registration, PaperState.PENDING)
    return registration.id


def _draft_sha256(session: Session, entry: PaperEntry) -> str | None:
    draft = find_listing_draft(session, entry.command.case_id)
    return draft.draft_sha256 if draft and entry.action in ON_DRAFT else None


def put_on_chain(frame: Frame, registration: PaperRegistration, state: PaperState) -> None:
    """One link of the audit chain for what happened to a registration."""
    body = {
        "paper_registration": registration.id,
        "state": state.value,
        "action": registration.action,
        "person_id": frame.actor.person_id,
        "signer_id": registration.signer_id,
        "signed_on": registration.signed_on.isoformat(),
        "scans": [scan.sha256 for scan in registration.scans],
        "at": frame.now.isoformat(),
    }
    audit.append(frame.session, registration.case_id, body, frame.now)
