"""Copies of a case sent to persons who may see it, and when each of them read theirs."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base
from services.models.case import Act
from services.models.organisation import Person, Post


class CaseCopy(Base):
    """One sending, about the whole case or one act of it. `form_nonce`: sent twice, it is once."""

    __tablename__ = "case_copy"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    act_id: Mapped[int | None] = mapped_column(sa.ForeignKey("act.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    note: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    form_nonce: Mapped[str] = mapped_column(sa.String(64), unique=True)
    nonce: Mapped[str] = mapped_column(sa.String(32))

    act: Mapped[Act | None] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    post: Mapped[Post] = relationship(lazy="joined")
    recipients: Mapped[list["CopyRecipient"]] = relationship(
        lazy="selectin", order_by="CopyRecipient.id"
    )


class CopyRecipient(Base):
    """One person whom a copy was sent to. `read_at` is written once."""

    __tablename__ = "copy_recipient"
    __table_args__ = (
        sa.UniqueConstraint("copy_id", "person_id"),
        sa.Index(None, "person_id", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = mapped_column(sa.ForeignKey("case_copy.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    read_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")
