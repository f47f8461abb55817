"""The beat of a worker: its sign of life in the database, so that a silent one is noticed."""

import os
import socket
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from services.database import transaction
from services.models.process import worker_beat

# An idle poll asks nothing of the database for it; only now and then is it written.
BEAT_EVERY = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(days=1)


class Pulse:
    """The beats of one worker. Its row is made at the first beat, and anew where it was cleared."""

    def __init__(self, engine: Engine, started_at: datetime) -> None:
        self._engine = engine
        self._started_at = started_at
        self._row_id = 0
        self._beat_at: datetime | None = None
        self._worked_at: datetime | None = None

    def beat(self, now: datetime) -> bool:
        """Be heard and forget workers long silent; False where that was a moment ago."""
        # A clock that was set back must not keep the worker silent.
        if self._beat_at is not None and abs(now - self._beat_at) < BEAT_EVERY:
            return False
        with transaction(self._engine) as session:
            connection = session.connection()
            connection.execute(
                sa.delete(worker_beat).where(worker_beat.c.beat_at < now - FORGOTTEN_AFTER)
            )
            known = connection.execute(
                sa.update(worker_beat)
                .where(worker_beat.c.id == self._row_id)
                .values(beat_at=now, worked_at=self._worked_at)
                .returning(worker_beat.c.id)
            ).first()
            row_id = self._row_id if known else self._make_row(connection, now)
        self._row_id, self._beat_at = row_id, now
        return True

    def note_work(self, now: datetime) -> None:
        """Something was done: told with the next beat."""
        self._worked_at = now

    def stop(self) -> None:
        """The worker ends as it was told to: nobody has to wonder about its silence."""
        with transaction(self._engine) as session:
            session.connection().execute(
                sa.delete(worker_beat).where(worker_beat.c.id == self._row_id)
            )

    def _make_row(self, connection: Connection, now: datetime) -> int:
        made = connection.execute(
            sa.insert(worker_beat)
            .values(
                name=f"{socket.gethostname()}:{os.getpid()}",
                started_at=self._started_at,
                beat_at=now,
                worked_at=self._worked_at,
            )
            .returning(worker_beat.c.id)
        )
        return int(made.scalar_one())
