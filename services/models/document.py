"""Official documents, the register of their numbers, and their service."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.organisation import Organisation


class ListingBatch(Base):
    """One listing notice for several cases, as a whole. Each case has its extract as a document.

    From `dissolved_at` on nobody may agree to it any more; its cases are proposed anew.
    """

    __tablename__ = "listing_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    organ_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    inputs: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    draft_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    issued_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    number: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    issued_on: Mapped[date | None]
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    dissolved_at: Mapped[datetime | None]
    signatures: Mapped[list[dict[str, str]] | None] = mapped_column(JsonValue)
    verification_code: Mapped[str | None] = mapped_column(sa.String(24), unique=True, index=True)


class Document(Base):
    """An official document from frozen draft to service. `inputs` is what it is rendered from.

    With a batch it is the extract that concerns its case; number and date are the batch's.
    `signatures`: who signed the issued pages, in order; none in pages that came from paper.
    `verification_code`: the code printed on them, as it is printed. `corrects_id`: the document
    in which this one corrects a mistake.
    """

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    organ_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(sa.String(20))
    origin: Mapped[str] = mapped_column(sa.String(20), default="system", server_default="system")
    inputs: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    draft_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    issued_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    number: Mapped[str | None] = mapped_column(sa.String(60))
    issued_on: Mapped[date | None]
    signed_by_act_id: Mapped[int | None] = mapped_column(sa.ForeignKey("act.id"))
    served_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    signatures: Mapped[list[dict[str, str]] | None] = mapped_column(JsonValue)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listing_batch.id"), index=True)
    verification_code: Mapped[str | None] = mapped_column(sa.String(24), unique=True, index=True)
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"), index=True)

    organ: Mapped[Organisation] = relationship(lazy="joined")
    batch: Mapped[ListingBatch | None] = relationship(lazy="joined")

    @property
    def signed_sha256(self) -> str | None:
        """Hash of the pages that are decided on: those of the whole batch, where there is one."""
        return self.batch.draft_sha256 if self.batch else self.draft_sha256


class DocumentOpening(Base):
    """The first time that somebody of the organisation that a document is for opened it."""

    __tablename__ = "document_opening"
    __table_args__ = (sa.UniqueConstraint("document_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]


class NumberSeries(Base):
    """The last number given in one series of one organ in one year. Numbers have no gaps."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    organ_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]


class NumberEntry(Base):
    """One number as it was given, and what for. A void number stays here as void."""

    __tablename__ = "number_entry"
    __table_args__ = (sa.UniqueConstraint("series", "organ_id", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(sa.String(60))
    organ_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    year: Mapped[int]
    number: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(60), unique=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"))
    given_at: Mapped[datetime]
    void_reason: Mapped[str | None] = mapped_column(sa.String(200))
