"""One's own stock phrases: a few short texts that nobody else sees."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.models.phrase import StockPhrase

MOST_PHRASES = 30
MOST_CHARACTERS = 200


def add_phrase(session: Session, person_id: int, text: str, now: datetime) -> None:
    """Keep a phrase; the same one again changes nothing."""
    if not text:
        raise InvalidCommandError({"text": "required"})
    if len(text) > MOST_CHARACTERS:
        raise InvalidCommandError({"text": f"too_long:{MOST_CHARACTERS}"})
    lock_until_commit(session, f"phrases {person_id}")
    own = session.scalars(sa.select(StockPhrase.text).where(StockPhrase.person_id == person_id))
    kept = set(own)
    if text in kept:
        return
    if len(kept) >= MOST_PHRASES:
        raise InvalidCommandError({"text": f"too_many_phrases:{MOST_PHRASES}"})
    session.add(StockPhrase(person_id=person_id, text=text, added_at=now))
    session.flush()


def delete_phrase(session: Session, person_id: int, phrase_id: int) -> None:
    """Drop one of the person's own phrases; one that is gone stays gone."""
    session.execute(
        sa.delete(StockPhrase).where(
            StockPhrase.id == phrase_id, StockPhrase.person_id == person_id
        )
    )
