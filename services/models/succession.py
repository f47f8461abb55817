"""Who acts for whom: written authorities of substitutes."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.organisation import Person, Post


class Substitution(Base):
    """A written authority: for these days the substitute uses the principal's post.

    Nothing is changed after the proposal but confirmation and revocation, each set once.
    """

    __tablename__ = "substitution"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
    principal_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    substitute_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text)
    excluded: Mapped[list[Any]] = mapped_column(JsonValue)
    authority_sha256: Mapped[str] = mapped_column(sa.String(64))
    authority_media_type: Mapped[str] = mapped_column(sa.String(60))
    authority_file_name: Mapped[str] = mapped_column(sa.String(200))
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    form_nonce: Mapped[str] = mapped_column(sa.String(64), unique=True)
    salt: Mapped[str] = mapped_column(sa.String(32))

    post: Mapped[Post] = relationship(lazy="joined")
    substitute: Mapped[Person] = relationship(foreign_keys=[substitute_person_id], lazy="joined")
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id], lazy="joined")
    confirmed_by: Mapped[Person | None] = relationship(
        foreign_keys=[confirmed_by_id], lazy="joined"
    )
    revoked_by: Mapped[Person | None] = relationship(foreign_keys=[revoked_by_id], lazy="joined")
