"""Sending copies of a case to persons who may see it anyway, and their receipts."""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.database import lock_until_commit
from services.errors import CaseNotFoundError, InvalidCommandError
from services.frame import Frame
from services.models.case import Act
from services.models.copy import CaseCopy, CopyRecipient
from services.queries.assignments import get_standing
from services.queries.copies import may_send_copies
from services.queries.people import find_actor
from services.queries.scope import get_visible_case
from workflows.errors import RuleError
from workflows.permissions import CaseStanding, may_view

MOST_CHARACTERS = 500
MOST_READERS = 30


class CopyRefusedError(RuleError):
    """Copies are sent by those who see the case inside or have a duty in it."""

    code = "copy_refused"


@dataclass(frozen=True, kw_only=True)
class SendCopy:
    """A copy of a case, or of one act in it. The nonce comes with the form."""

    case_id: int
    act_id: int | None
    person_ids: tuple[int, ...]
    note: str
    nonce: str


def send_copy(frame: Frame, command: SendCopy) -> None:
    """Send to each once; the same form sent twice takes effect once."""
    session, profile = frame.session, frame.office.profile
    lock_until_commit(session, command.nonce)
    if not may_send_copies(session, frame.actor, command.case_id, profile):
        raise CopyRefusedError
    if session.scalar(sa.select(CaseCopy.id).where(CaseCopy.form_nonce == command.nonce)):
        return
    _check(frame, command)
    copy = CaseCopy(
        case_id=command.case_id,
        act_id=command.act_id,
        person_id=frame.actor.person_id,
        post_id=frame.actor.posts[0].post_id,
        note=command.note,
        at=frame.now,
        form_nonce=command.nonce,
        nonce=secrets.token_hex(16),
        recipients=[
            CopyRecipient(person_id=number) for number in dict.fromkeys(command.person_ids)
        ],
    )
    session.add(copy)
    session.flush()
    body = {
        "copy_id": copy.id,
        "act_id_copied": copy.act_id,
        "person_id": copy.person_id,
        "post_id": copy.post_id,
        "recipients": [item.person_id for item in copy.recipients],
        "at": frame.now.isoformat(),
        "content": _commitment(copy),
    }
    audit.append(session, copy.case_id, body, frame.now)


def mark_read(frame: Frame, copy_id: int) -> int:
    """Put the receipt on record, once, and return the case; CaseNotFoundError."""
    session = frame.session
    row = session.execute(
        sa.select(CopyRecipient.id, CaseCopy.case_id)
        .join(CaseCopy, CaseCopy.id == CopyRecipient.copy_id)
        .where(CopyRecipient.copy_id == copy_id, CopyRecipient.person_id == frame.actor.person_id)
    ).first()
    if row is None:
        raise CaseNotFoundError
    get_visible_case(session, frame.actor, row.case_id)
    written = session.execute(
        sa.update(CopyRecipient)
        .where(CopyRecipient.id == row.id, CopyRecipient.read_at.is_(None))
        .values(read_at=frame.now)
        .returning(CopyRecipient.id)
    ).first()
    if written is not None:
        body = {
            "copy_read_id": row.id,
            "person_id": frame.actor.person_id,
            "at": frame.now.isoformat(),
        }
        audit.append(session, row.case_id, body, frame.now)
    return int(row.case_id)


def first_changed_copy(session: Session) -> int | None:
    """The id of the first copy that no longer fits what the chain committed to."""
    return audit.first_changed(session, "copy_id", CaseCopy, _commitment)


def _commitment(copy: CaseCopy) -> str:
    readers = [item.person_id for item in copy.recipients]
    content = [copy.act_id, copy.person_id, copy.post_id, readers, copy.note]
    return commitment(copy.nonce, content)


def _check(frame: Frame, command: SendCopy) -> None:
    """InvalidCommandError naming what is wrong."""
    if not command.person_ids:
        raise InvalidCommandError({"person_ids": "choose"})
    if len(command.person_ids) > MOST_READERS:
        raise InvalidCommandError({"person_ids": f"too_many_people:{MOST_READERS}"})
    if len(command.note) > MOST_CHARACTERS:
        raise InvalidCommandError({"note": f"too_long:{MOST_CHARACTERS}"})
    if command.act_id is not None:
        act = frame.session.get(Act, command.act_id)
        if act is None or act.case_id != command.case_id:
            raise InvalidCommandError({"act_id": "choice"})
    profile = frame.office.profile
    standing = get_standing(frame.session, frame.actor, command.case_id, profile)
    if not all(_may_read(frame, standing, number) for number in command.person_ids):
        raise InvalidCommandError({"person_ids": "may_not_see"})


def _may_read(frame: Frame, standing: CaseStanding, person_id: int) -> bool:
    """A copy never widens access: only who may see the case today."""
    reader = find_actor(frame.session, person_id, frame.today)
    if reader is None or person_id == frame.actor.person_id:
        return False
    return may_view(reader, standing)
