"""Monthly returns of units to the office of the committee, and the steps that made them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class MonthlyReturn(Base):
    """What one unit owes for one month.

    `content` is what was filled in last; `waiting_step` follows the diagram's position, None once
    it has ended. `first_submitted_at` says whether it was late, however often it came back.
    `sha256`: the pages of what was submitted last. `paper_received_on`: it came on paper, that day.
    """

    __tablename__ = "monthly_return"
    __table_args__ = (sa.UniqueConstraint("unit_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    period: Mapped[str] = mapped_column(sa.String(7), index=True)
    rule_id: Mapped[str] = mapped_column(sa.String(60))
    rule_version: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(20), index=True)
    waiting_step: Mapped[str | None] = mapped_column(sa.String(40))
    content: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    opened_at: Mapped[datetime]
    first_submitted_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    paper_received_on: Mapped[date | None]


class MonthlyReturnStep(Base):
    """One step that one person took. Never changed, never deleted."""

    __tablename__ = "monthly_return_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("monthly_return.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(40))
    outcome: Mapped[str] = mapped_column(sa.String(40))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    opinion: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))


class PaperReturn(Base):
    """A return as it came to the office on paper, put on record by one person for a second.

    What was registered is never changed; only `state` and what belongs to the decision are set,
    once. One that is pending while the unit has reported otherwise meanwhile counts for nothing.
    """

    __tablename__ = "paper_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("monthly_return.id"), index=True)
    received_on: Mapped[date]
    delivered_by: Mapped[str] = mapped_column(sa.String(60))
    signed_by: Mapped[str] = mapped_column(sa.String(60))
    original_place: Mapped[str] = mapped_column(sa.String(200))
    scans: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    registrar_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    registrar_post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    registered_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(20))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    nonce: Mapped[str] = mapped_column(sa.String(32))
