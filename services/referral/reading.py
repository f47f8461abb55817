"""What a receiver does beside the steps: looks, which are noted, and notes of one's own."""

import sqlalchemy as sa

from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.referral import ReferralLook, ReferralNote
from services.referral.step import get_received, get_sent
from services.referral.wall import WALL

PAGE, FILE, MEDIUM = "page", "file", "medium"
MOST_NOTE = 2000


def note_look(frame: Frame, referral_id: int, kind: str) -> None:
    """Put on record that the actor looks at a package; ReferralNotFoundError."""
    _, standing = get_received(frame, referral_id)
    assert standing.receiver_id is not None
    _note(frame, referral_id, standing.receiver_id, kind)


def note_sent_look(frame: Frame, referral_id: int, kind: str) -> None:
    """Put on record that the sender took the package; ReferralNotFoundError."""
    _, standing = get_sent(frame, referral_id)
    assert standing.sender_id is not None
    _note(frame, referral_id, standing.sender_id, kind)


def _note(frame: Frame, referral_id: int, organisation_id: int, kind: str) -> None:
    look = ReferralLook(
        referral_id=referral_id,
        organisation_id=organisation_id,
        person_id=frame.actor.person_id,
        person_name=frame.actor.name,
        kind=kind,
        at=frame.now,
    )
    frame.session.add(look)
    frame.session.flush()
    body = {
        "look_id": look.id,
        "kind": kind,
        "person_id": look.person_id,
        "at": frame.now.isoformat(),
    }
    WALL.append(frame.session, referral_id, body)


def write_note(frame: Frame, referral_id: int, text: str, nonce: str) -> None:
    """Keep a note of the receiver's own; the same form sent twice makes one.

    ReferralNotFoundError, InvalidCommandError.
    """
    _, standing = get_received(frame, referral_id)
    words = text.strip()
    if not words or len(words) > MOST_NOTE:
        raise InvalidCommandError({"text": f"too_long:{MOST_NOTE}" if words else "required"})
    lock_until_commit(frame.session, f"referral note {nonce}")
    known = sa.select(ReferralNote.id).where(ReferralNote.nonce == nonce)
    if frame.session.scalar(known) is not None:
        return
    frame.session.add(
        ReferralNote(
            referral_id=referral_id,
            organisation_id=standing.receiver_id,
            person_id=frame.actor.person_id,
            person_name=frame.actor.name,
            text=words,
            at=frame.now,
            nonce=nonce,
        )
    )
    frame.session.flush()
