"""What goes with a handover: the letter to its receiver, and what the receiver reports of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class HandoverLetter(Base):
    """The letter by which one receiver was given a case.

    Without a handover a national organ was written to: it is asked, and has no clock here.
    `verification` is what the pages show of `verification_code`. `sealed_by_id`: the organ whose
    seal they bear; none where another receiver passed the case on, and the organ decided nothing.
    `sha256`, `signatures` and `enclosed`, what is listed as enclosed, come with the pages.
    """

    __tablename__ = "handover_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    handover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("handover.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[str] = mapped_column(sa.String(60), unique=True)
    made_at: Mapped[datetime]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    verification: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    verification_code: Mapped[str | None] = mapped_column(sa.String(24), unique=True, index=True)
    sealed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    signatures: Mapped[list[dict[str, str]] | None] = mapped_column(JsonValue)
    enclosed: Mapped[list[dict[str, str]] | None] = mapped_column(JsonValue)


class HandoverNote(Base):
    """One report on a handed-over case by its receiver. Never changed, never deleted.

    A government's progress tells of a month, its `period`; a department's note of tracking of none.
    """

    __tablename__ = "handover_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(sa.ForeignKey("handover.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    period: Mapped[str | None] = mapped_column(sa.String(7))
    text: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))
