"""Deadlines: one row each, with the rule and the computation it came from."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.case import Act
from services.models.organisation import Organisation, Person


class Deadline(Base):
    """A duty with a date that can be defended: rule, legal basis, and how it was counted."""

    __tablename__ = "deadline"
    __table_args__ = (
        # What the sweep polls: only what still runs, soonest first.
        sa.Index(
            "ix_deadline_to_look_at",
            "next_look_at",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    rule_id: Mapped[str] = mapped_column(sa.String(60))
    rule_version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    basis: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    computation: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    due_on: Mapped[date]
    provisional: Mapped[bool]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None] = mapped_column(sa.String(20))
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    # Of the sweep (services/sweep.py): when to look next, what it found, what it failed at.
    next_look_at: Mapped[datetime | None]
    lateness: Mapped[str | None] = mapped_column(sa.String(20))
    look_failures: Mapped[int] = mapped_column(default=0, server_default="0")
    look_incident: Mapped[str | None] = mapped_column(sa.String(60))

    holder: Mapped[Organisation | None] = relationship(lazy="joined")
    changes: Mapped[list["DeadlineChange"]] = relationship(order_by="DeadlineChange.id")


class DeadlineChange(Base):
    """A limit that was moved: what it was, how that had been counted, and on what ground.

    The ground is an act (an extension), or a changed calendar and who accepted the new count.
    """

    __tablename__ = "deadline_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"), index=True)
    act_id: Mapped[int | None] = mapped_column(sa.ForeignKey("act.id"))
    calendar_notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("calendar_notice.id"))
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    former_due_at: Mapped[datetime]
    former_due_on: Mapped[date]
    former_computation: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    due_on: Mapped[date]
    at: Mapped[datetime]

    act: Mapped[Act | None] = relationship()
    changed_by: Mapped[Person | None] = relationship()
