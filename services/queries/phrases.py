"""A person's stock phrases."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.phrase import StockPhrase


@dataclass(frozen=True)
class PhraseRow:
    """One phrase."""

    phrase_id: int
    text: str


def list_phrases(session: Session, person_id: int) -> tuple[PhraseRow, ...]:
    """All of a person's phrases, oldest first."""
    rows = session.execute(
        sa.select(StockPhrase.id, StockPhrase.text)
        .where(StockPhrase.person_id == person_id)
        .order_by(StockPhrase.id)
        .limit(100)
    )
    return tuple(PhraseRow(row.id, row.text) for row in rows)
