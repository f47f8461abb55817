"""What receivers report of a handed-over case: progress of a month, and notes of tracking."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.clock import local_date
from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import Frame
from services.models.case import Handover, SupervisionCase
from services.models.handover import HandoverNote
from services.queries.handovers import may_read
from services.queries.months import Month
from services.queries.scope import get_visible_case
from workflows.handovers import (
    HandoverRefusedError,
    NoteKind,
    find_noting_post,
    note_kind,
)
from workflows.permissions import PostRecord
from workflows.vocabulary import OrganisationKind

NOTE_ID = "handover_note_id"
MOST_CHARACTERS = 2000


@dataclass(frozen=True, kw_only=True)
class WriteNote:
    """What a receiver reports. `period`: the month, of a government's progress only."""

    handover_id: int
    text: str
    period: Month | None = None


def write_note(frame: Frame, command: WriteNote) -> None:
    """Put it on record; the same one sent twice counts once.

    Raises RecordNotFoundError, CaseNotFoundError, HandoverRefusedError, InvalidCommandError.
    """
    session = frame.session
    lock_until_commit(session, f"notes on handover {command.handover_id}")
    handover = session.get(Handover, command.handover_id)
    if handover is None:
        raise RecordNotFoundError
    case = get_visible_case(session, frame.actor, handover.case_id)
    if not may_read(frame.actor, handover.receiver_id, case.listing_office_id):
        raise RecordNotFoundError
    post = _require_post(frame, handover, case)
    kind = note_kind(OrganisationKind(handover.receiver.kind))
    period = _require_sound(frame, handover, kind, command)
    if _is_there(frame, handover, period, command.text.strip()):
        return
    note = HandoverNote(
        handover_id=handover.id,
        receiver_id=handover.receiver_id,
        kind=kind.value,
        period=str(period) if period else None,
        text=command.text.strip(),
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    session.add(note)
    session.flush()
    body: Mapping[str, object] = {
        NOTE_ID: note.id,
        "handover_id": note.handover_id,
        "kind": note.kind,
        "person_id": note.person_id,
        "post_id": note.post_id,
        "at": frame.now.isoformat(),
        "content": _commitment(note),
    }
    audit.append(session, case.id, body, frame.now)


def first_changed_note(session: Session) -> int | None:
    """The id of the first note that no longer is what the chain committed to, or None."""
    return audit.first_changed(session, NOTE_ID, HandoverNote, _commitment)


def _require_post(frame: Frame, handover: Handover, case: SupervisionCase) -> PostRecord:
    post = find_noting_post(frame.actor, handover.receiver_id)
    if post is None:
        raise HandoverRefusedError(reason="no_post")
    if handover.acknowledged_at is None:
        raise HandoverRefusedError(reason="not_received")
    if case.ended_at is not None:
        raise HandoverRefusedError(reason="over")
    return post


def _require_sound(
    frame: Frame, handover: Handover, kind: NoteKind, command: WriteNote
) -> Month | None:
    problems = {}
    if not command.text.strip():
        problems["text"] = "required"
    elif len(command.text) > MOST_CHARACTERS:
        problems["text"] = f"too_long:{MOST_CHARACTERS}"
    period = command.period if kind is NoteKind.PROGRESS else None
    if kind is NoteKind.PROGRESS:
        first = Month.of(local_date(handover.handed_over_at))
        if period is None or not first <= period <= Month.of(frame.today):
            problems["period"] = "choice"
    if problems:
        raise InvalidCommandError(problems)
    return period


def _is_there(frame: Frame, handover: Handover, period: Month | None, text: str) -> bool:
    found = frame.session.scalar(
        sa.select(HandoverNote.id).where(
            HandoverNote.handover_id == handover.id,
            HandoverNote.person_id == frame.actor.person_id,
            HandoverNote.text == text,
            HandoverNote.period.is_(None) if period is None else HandoverNote.period == str(period),
        )
    )
    return found is not None


def _commitment(note: HandoverNote) -> str:
    content = [note.handover_id, note.receiver_id, note.kind, note.period, note.text]
    return commitment(note.nonce, content)
