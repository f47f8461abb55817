"""What happens after delisting: checks on site, and what the public says is not put right."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class LookBackCheck(Base):
    """One check after delisting, as one person recorded it. Never changed, never deleted.

    `months` is the count after which it was due; what is due follows from the end of the case.
    """

    __tablename__ = "lookback_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    months: Mapped[int]
    due_on: Mapped[date]
    done_on: Mapped[date]
    result: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))


class PublicAlert(Base):
    """Somebody says of a published case that it was not put right (未整改到位). Nobody knows who.

    Set aside by a person of the listing office, once, with a reason.
    """

    __tablename__ = "public_alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    received_on: Mapped[date]
    set_aside_at: Mapped[datetime | None]
    set_aside_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    set_aside_post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    nonce: Mapped[str] = mapped_column(sa.String(32))
