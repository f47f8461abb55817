"""The database: connections, transactions, and types that mean the same on both kinds."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_SETTINGS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": "15000",
    "foreign_keys": "ON",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Stores UTC, refuses naive values, returns aware ones on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonValue(sa.types.TypeDecorator[Any]):
    """JSON; binary on PostgreSQL, which does not keep the order of keys."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB())
        return dialect.type_descriptor(sa.JSON())


class Base(DeclarativeBase):
    """All tables, mapped or not, live on this metadata."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012  SQLAlchemy reads it as a plain dict


def create_engine_for(url: str) -> Engine:
    """An engine with the settings that the promises of durability and isolation rest on."""
    if not url.startswith("sqlite"):
        # Duties ask one long condition: to compile it to machine code takes minutes, to ask it
        # milliseconds.
        return sa.create_engine(url, pool_pre_ping=True, connect_args={"options": "-c jit=off"})
    engine = sa.create_engine(url)
    event.listen(engine, "connect", _set_up_sqlite_connection)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # sqlite3 must not begin by itself
    for name, value in SQLITE_SETTINGS.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin_sqlite(connection: Connection) -> None:
    reading_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading_only else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One user action: everything inside is kept, or nothing. The only place that commits."""
    with Session(engine, autoflush=False, expire_on_commit=False) as session, session.begin():
        session.connection()  # begin before the first read, so that nothing is decided on old rows
        yield session


def lock_until_commit(session: Session, name: str) -> None:
    """Let one transaction at a time hold this name. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for looking; leaving it rolls back."""
    with Session(engine.execution_options(read_only=True), autoflush=False) as session:
        yield session
