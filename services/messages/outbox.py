"""The outbox: what the world is to be told or given, written with the act that asks for it."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.process import outbox
from services.topics import Topic


def put(
    session: Session,
    key: str,
    topic: Topic,
    payload: Mapping[str, object],
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Ask for something once: a second message with the same key is refused by the database."""
    session.connection().execute(
        sa.insert(outbox).values(
            idempotency_key=key,
            topic=topic.value,
            payload=dict(payload),
            made_at=now,
            not_before=not_before or now,
            attempts=0,
        )
    )
