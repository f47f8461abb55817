"""Urging: who was told that a deadline is late, and which step of escalation that suggests."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.deadline import Deadline
from services.models.organisation import Organisation, Person


class Urge(Base):
    """One time that a late deadline was pointed out to whoever holds it. Never changed."""

    __tablename__ = "urge"
    __table_args__ = (sa.UniqueConstraint("deadline_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    deadline_id: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"))
    number: Mapped[int]
    lateness: Mapped[str] = mapped_column(sa.String(20))
    days_late: Mapped[int]
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    at: Mapped[datetime]

    deadline: Mapped[Deadline] = relationship()
    holder: Mapped[Organisation | None] = relationship(lazy="joined")
    recipients: Mapped[list["UrgeRecipient"]] = relationship(
        lazy="selectin", order_by="UrgeRecipient.id"
    )


class UrgeRecipient(Base):
    """One person whom an urge was addressed to: it stands on this person's home page."""

    __tablename__ = "urge_recipient"
    __table_args__ = (sa.UniqueConstraint("urge_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    urge_id: Mapped[int] = mapped_column(sa.ForeignKey("urge.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship(lazy="joined")


class EscalationSuggestion(Base):
    """A step that the decision table suggests for a late deadline; a person follows or dismisses.

    `facts` are those that the table read, `definition` is the hash of the table as it was.
    """

    __tablename__ = "escalation_suggestion"
    __table_args__ = (sa.UniqueConstraint("deadline_id", "lateness", "escalation_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    deadline_id: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"))
    lateness: Mapped[str] = mapped_column(sa.String(20))
    escalation_kind: Mapped[str] = mapped_column(sa.String(20))
    addressee: Mapped[str] = mapped_column(sa.String(20))
    ground: Mapped[str] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    definition: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    dismissed_post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    dismissal: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    nonce: Mapped[str] = mapped_column(sa.String(32))

    deadline: Mapped[Deadline] = relationship(lazy="joined")
    dismissed_by: Mapped[Person | None] = relationship(lazy="joined")
