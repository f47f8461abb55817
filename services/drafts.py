"""What a person typed and kept for later. Nothing in it is checked, and nobody else sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import FormDraft
from workflows.errors import RuleError

TypedValues = Mapping[str, list[str]]


MOST_CHARACTERS = 60_000


class DraftTooLargeError(RuleError):
    """More text than any form of ours can hold."""

    code = "draft_too_large"


@dataclass(frozen=True)
class Draft:
    """The values as the browser sent them, and when they were kept."""

    values: TypedValues
    saved_at: datetime


def save_draft(
    session: Session, person_id: int, form_key: str, values: TypedValues, now: datetime
) -> None:
    """Keep what was typed, in place of what was kept before."""
    if sum(len(text) for texts in values.values() for text in texts) > MOST_CHARACTERS:
        raise DraftTooLargeError
    drop_draft(session, person_id, form_key)
    session.add(
        FormDraft(person_id=person_id, form_key=form_key, values=dict(values), saved_at=now)
    )
    session.flush()


def find_draft(session: Session, person_id: int, form_key: str) -> Draft | None:
    """What was kept for this form, or None."""
    row = session.scalars(
        sa.select(FormDraft).where(FormDraft.person_id == person_id, FormDraft.form_key == form_key)
    ).one_or_none()
    return None if row is None else Draft(row.values, row.saved_at)


def drop_draft(session: Session, person_id: int, form_key: str) -> None:
    """The form was handed in, or its draft is replaced."""
    session.execute(
        sa.delete(FormDraft).where(FormDraft.person_id == person_id, FormDraft.form_key == form_key)
    )
