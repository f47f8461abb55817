"""What the tables of walled modules have in common; each module adds whose rows they are."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class WalledRecord(Base):
    """One record with its process: the diagram it is bound to, steps claimed, sealed state."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    version: Mapped[int] = mapped_column(default=0)
    state: Mapped[bytes | None]


class WalledOpenStep(Base):
    """A step that waits for somebody, and until when."""

    __abstract__ = True

    task_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    step: Mapped[str] = mapped_column(sa.String(40))
    standing: Mapped[bool]
    due_at: Mapped[datetime | None]
    rule_id: Mapped[str] = mapped_column(sa.String(60), default="")


class WalledAct(Base):
    """One step that somebody took. Append-only."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(sa.String(40))
    outcome: Mapped[str] = mapped_column(sa.String(40))
    opinion: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))


class WalledAuditEntry(Base):
    """One link of a chain that no public head counts. The module says whose `record_id` it is."""

    __abstract__ = True

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_id: Mapped[int]
    record_sequence: Mapped[int]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    record_previous_hash: Mapped[str] = mapped_column(sa.String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    entry_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
