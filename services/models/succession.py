"""Who acts for whom and who comes after whom: deeds, each with a second person's confirmation."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.organisation import Organisation, Person, Post


class Deed:
    """What all deeds have. After the proposal only confirmation and revocation are set, once each.

    `salt` hides the content behind its commitment in the audit chain.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    form_nonce: Mapped[str] = mapped_column(sa.String(64), unique=True)
    salt: Mapped[str] = mapped_column(sa.String(32))

    @declared_attr
    def proposed_by(cls: type[Any]) -> Mapped[Person]:  # noqa: N805  # called with the class
        return relationship(foreign_keys=f"{cls.__name__}.proposed_by_id", lazy="joined")

    @declared_attr
    def confirmed_by(cls: type[Any]) -> Mapped[Person | None]:  # noqa: N805  # called with the class
        return relationship(foreign_keys=f"{cls.__name__}.confirmed_by_id", lazy="joined")

    @declared_attr
    def revoked_by(cls: type[Any]) -> Mapped[Person | None]:  # noqa: N805  # called with the class
        return relationship(foreign_keys=f"{cls.__name__}.revoked_by_id", lazy="joined")


class Substitution(Deed, Base):
    """A written authority: for these days the substitute uses the principal's post."""

    __tablename__ = "substitution"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
    principal_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    substitute_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text)
    excluded: Mapped[list[Any]] = mapped_column(JsonValue)
    authority_sha256: Mapped[str] = mapped_column(sa.String(64))
    authority_original_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    authority_media_type: Mapped[str] = mapped_column(sa.String(60))
    authority_file_name: Mapped[str] = mapped_column(sa.String(200))

    post: Mapped[Post] = relationship(lazy="joined")
    substitute: Mapped[Person] = relationship(foreign_keys=[substitute_person_id], lazy="joined")


class Departure(Deed, Base):
    """One person leaves: posts end on a day, others take over.

    `plan`: post and successor, or nobody where others hold the same role. `content`: what was
    handed over, as it stood when confirmed. `settled_at`: drafts passed, claims released.
    """

    __tablename__ = "departure"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    last_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text)
    plan: Mapped[list[Any]] = mapped_column(JsonValue)
    content: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    settled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")


class Dissolution(Deed, Base):
    """An organisation is dissolved by a document; a successor of the same kind takes over.

    `plan`: the posts that go on at the successor. `content`: what passed, as it stood.
    """

    __tablename__ = "dissolution"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    successor_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    dissolved_on: Mapped[date]
    document_number: Mapped[str] = mapped_column(sa.String(100))
    document_sha256: Mapped[str] = mapped_column(sa.String(64))
    document_original_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    document_media_type: Mapped[str] = mapped_column(sa.String(60))
    document_file_name: Mapped[str] = mapped_column(sa.String(200))
    plan: Mapped[list[Any]] = mapped_column(JsonValue)
    content: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="joined")
    successor: Mapped[Organisation] = relationship(foreign_keys=[successor_id], lazy="joined")


class CaseSuccession(Base):
    """In one case the successor took the place of a dissolved organisation."""

    __tablename__ = "case_succession"
    __table_args__ = (sa.UniqueConstraint("dissolution_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dissolution_id: Mapped[int] = mapped_column(sa.ForeignKey("dissolution.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    relations: Mapped[list[Any]] = mapped_column(JsonValue)
    at: Mapped[datetime]

    dissolution: Mapped[Dissolution] = relationship(lazy="joined")
