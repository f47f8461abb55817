"""Files of the ledger that came in or went out, and the numbers of the national database."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.organisation import Person


class NationalNumberEntry(Base):
    """One change of a case's number in the national hazard database. Never changed."""

    __tablename__ = "national_number_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    old_number: Mapped[str | None] = mapped_column(sa.String(60))
    new_number: Mapped[str | None] = mapped_column(sa.String(60))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")


class LedgerImport(Base):
    """A ledger that was handed in: the bytes by their hash, what the check found, what came in."""

    __tablename__ = "ledger_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    checked_at: Mapped[datetime]
    checked: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    imported_at: Mapped[datetime | None]
    imported: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)


class LedgerExport(Base):
    """A ledger that somebody took out: what was asked for, and how many cases it held."""

    __tablename__ = "ledger_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    format: Mapped[str] = mapped_column(sa.String(10))
    asked: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    case_count: Mapped[int]
    total: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
