"""A publication on its way: prepared, reviewed for secrecy, approved, and what each step said."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.case import SupervisionCase


class Publication(Base):
    """One publication about a case, or a bulletin of a period.

    `content` is what the public will read, as it was prepared last; nothing else is ever
    published. `waiting_step` follows the diagram's position; None once it has ended.
    """

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    period: Mapped[str | None] = mapped_column(sa.String(7))
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    state: Mapped[str] = mapped_column(sa.String(20), index=True)
    waiting_step: Mapped[str | None] = mapped_column(sa.String(40))
    due_on: Mapped[date | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    case: Mapped[SupervisionCase | None] = relationship()
    steps: Mapped[list["PublicationStep"]] = relationship(order_by="PublicationStep.id")


class PublicationStep(Base):
    """One step that one person took. Never changed, never deleted."""

    __tablename__ = "publication_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publication.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(40))
    outcome: Mapped[str] = mapped_column(sa.String(40))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    opinion: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))
