"""The audit log: append-only, chained over the installation and within each case."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class AuditEntry(Base):
    """One link of the chain. `body` holds no personal text, only commitments to it."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.UniqueConstraint("case_id", "case_sequence"),)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    case_sequence: Mapped[int | None]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    case_previous_hash: Mapped[str] = mapped_column(sa.String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    entry_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    at: Mapped[datetime]


class AuditCheckpoint(Base):
    """A signed statement of the length and the end of the chain. `key`: the public one, as hex."""

    __tablename__ = "audit_checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    head: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(64))
    signature: Mapped[str] = mapped_column(sa.String(128))
