"""Organisations, persons, and the posts that persons hold at organisations between two dates."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base


class Organisation(Base):
    """A government, department, committee, office, discipline organ or enterprise.

    One that is dissolved keeps its name for what was done in it; another has succeeded it.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    level: Mapped[str | None] = mapped_column(sa.String(20))
    division_code: Mapped[str | None] = mapped_column(sa.String(12))
    credit_code: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    mark: Mapped[str | None] = mapped_column(sa.String(20))
    sector: Mapped[str | None] = mapped_column(sa.String(40))
    affiliation: Mapped[str | None] = mapped_column(sa.String(20))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    supervised_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    dissolved_on: Mapped[date | None]
    succeeded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    inferred: Mapped[bool] = mapped_column(default=False)
    source_note: Mapped[str] = mapped_column(sa.Text, default="")


class Person(Base):
    """A human being who acts. Acts stay theirs whatever post they hold later."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))


class Post(Base):
    """A role held at an organisation from one day to another (the last day included)."""

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40), index=True)
    title: Mapped[str] = mapped_column(sa.String(100))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    sectors: Mapped[list["PostSector"]] = relationship(lazy="selectin")


class PostSector(Base):
    """A sector that a leader in charge answers for."""

    __tablename__ = "post_sector"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), primary_key=True)
    sector: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
