"""An installation's database as the callers above the services hold it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services import database

WorkSession: TypeAlias = Session
Work: TypeAlias = AbstractContextManager[WorkSession]


@dataclass(frozen=True)
class Connection:
    """One database; the engine pools its connections."""

    engine: Engine

    @classmethod
    def to(cls, url: str) -> "Connection":
        """The database at this address."""
        return cls(database.create_engine_for(url))

    def transaction(self) -> Work:
        """One user action: everything inside is kept, or nothing."""
        return database.transaction(self.engine)

    def reading(self) -> Work:
        """A session for looking."""
        return database.reading(self.engine)
