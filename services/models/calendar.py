"""Yearly holiday notices that were entered after the release, each by two persons."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class CalendarNotice(Base):
    """One notice in force. A later one of the same year takes its place; none is ever deleted."""

    __tablename__ = "calendar_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    citation: Mapped[str] = mapped_column(sa.String(300))
    off_days: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    make_up_days: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    in_force_at: Mapped[datetime]
