"""What the public is told. Written by approved publications alone; public pages read nothing else.

No row holds an act, a person, a file name or an address inside the system.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class PublicCase(Base):
    """One listed hazard as it was last published. `exposure` says how much of it is told.

    Without a name `party_name` is empty; only counted, all texts are. Taken down, it keeps what
    says so and why, and nothing else. `division_code` is the county's.
    """

    __tablename__ = "public_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), unique=True)
    exposure: Mapped[str] = mapped_column(sa.String(20), index=True)
    sector: Mapped[str] = mapped_column(sa.String(40), index=True)
    division_code: Mapped[str] = mapped_column(sa.String(12), index=True)
    listing_body_name: Mapped[str] = mapped_column(sa.String(200))
    department_name: Mapped[str | None] = mapped_column(sa.String(200))
    case_number: Mapped[str | None] = mapped_column(sa.String(40))
    notice_number: Mapped[str | None] = mapped_column(sa.String(60))
    title: Mapped[str | None] = mapped_column(sa.String(200))
    party_name: Mapped[str | None] = mapped_column(sa.String(200))
    place: Mapped[str | None] = mapped_column(sa.String(200))
    basis: Mapped[str | None] = mapped_column(sa.String(300))
    summary: Mapped[str | None] = mapped_column(sa.Text)
    progress: Mapped[str | None] = mapped_column(sa.Text)
    result: Mapped[str | None] = mapped_column(sa.Text)
    listed_on: Mapped[date]
    limit_on: Mapped[date | None]
    delisted_on: Mapped[date | None]
    ending: Mapped[str | None] = mapped_column(sa.String(20))
    published_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    taken_down_at: Mapped[datetime | None]


class PublicEntry(Base):
    """One line of the public log of a case: what was published, corrected or taken down, and why.

    `fields`: names of the fields that a correction changed; their old values are not kept here.
    """

    __tablename__ = "public_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_case_id: Mapped[int] = mapped_column(sa.ForeignKey("public_case.id"), index=True)
    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publication.id"), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    basis: Mapped[str] = mapped_column(sa.String(300))
    fields: Mapped[list[str]] = mapped_column(JsonValue)
    at: Mapped[datetime] = mapped_column(index=True)


class PublicPicture(Base):
    """A picture, encoded anew for the public. Its address ends with the token, once revoked."""

    __tablename__ = "public_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_case_id: Mapped[int] = mapped_column(sa.ForeignKey("public_case.id"), index=True)
    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publication.id"))
    token: Mapped[str] = mapped_column(sa.String(43), unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    media_type: Mapped[str] = mapped_column(sa.String(40))
    caption: Mapped[str] = mapped_column(sa.String(200))
    revoked_at: Mapped[datetime | None]


class PublicBulletin(Base):
    """A monthly bulletin as published. `period` is `2026-10`; the head anchors the audit chain.

    `content` is what its pages are made from; `sha256` the printed file, once it is there.
    """

    __tablename__ = "public_bulletin"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publication.id"), unique=True)
    number: Mapped[str] = mapped_column(sa.String(60), unique=True)
    period: Mapped[str] = mapped_column(sa.String(7), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    audit_size: Mapped[int]
    audit_head: Mapped[str] = mapped_column(sa.String(64))
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    published_at: Mapped[datetime]
