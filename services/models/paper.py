"""What was signed on paper: its registration, the scans, and the acts that came of it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.case import SupervisionCase
from services.models.organisation import Organisation, Person, Post


class PaperRegistration(Base):
    """A signature on paper for an open step, waiting for its second person, or decided.

    What was registered is never changed; only `state` and what belongs to the decision are set,
    once. A pending one whose step is done otherwise counts as void.
    """

    __tablename__ = "paper_registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    task_id: Mapped[str] = mapped_column(sa.String(32), index=True)
    action: Mapped[str] = mapped_column(sa.String(40))
    outcome: Mapped[str] = mapped_column(sa.String(40))
    opinion: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    shown_sha256: Mapped[str] = mapped_column(sa.String(64))
    draft_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    signer_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    signed_on: Mapped[date]
    original_place: Mapped[str] = mapped_column(sa.String(200))
    registrar_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    registrar_post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    registered_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(20), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    obstacle: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)

    case: Mapped[SupervisionCase] = relationship()
    signer: Mapped[Person] = relationship(foreign_keys=[signer_id], lazy="joined")
    registrar: Mapped[Person] = relationship(foreign_keys=[registrar_id], lazy="joined")
    registrar_post: Mapped[Post] = relationship(lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    scans: Mapped[list["PaperScan"]] = relationship(lazy="selectin", order_by="PaperScan.id")


class PaperScan(Base):
    """One file of a registration. The bytes lie in the content-addressed store."""

    __tablename__ = "paper_scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("paper_registration.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    original_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(200))


class PaperAct(Base):
    """The mark of an act that was done on paper. Never changed, never deleted."""

    __tablename__ = "paper_act"

    act_id: Mapped[int] = mapped_column(
        sa.ForeignKey("act.id"), primary_key=True, autoincrement=False
    )
    manner: Mapped[str] = mapped_column(sa.String(20))
    registration_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("paper_registration.id"), unique=True
    )
    registrar_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    confirmer_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    signed_on: Mapped[date]
    original_place: Mapped[str] = mapped_column(sa.String(200))
    scan_sha256: Mapped[str] = mapped_column(sa.String(64))

    registrar: Mapped[Person] = relationship(foreign_keys=[registrar_id], lazy="joined")
    confirmer: Mapped[Person] = relationship(foreign_keys=[confirmer_id], lazy="joined")


class PaperCase(Base):
    """A case listed on paper, act by act as typed, waiting for its second person, or decided.

    The case itself begins to exist with the confirmation: until then nothing of it is seen.
    """

    __tablename__ = "paper_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_name: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    preview: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    recorder_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    recorded_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(20), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    obstacle: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_case.id"))

    recorder: Mapped[Person] = relationship(foreign_keys=[recorder_id], lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    scans: Mapped[list["PaperCaseScan"]] = relationship(
        lazy="selectin", order_by="PaperCaseScan.id"
    )


class PaperCaseScan(Base):
    """One file that the acts of a paper case refer to by its name."""

    __tablename__ = "paper_case_scan"
    __table_args__ = (sa.UniqueConstraint("paper_case_id", "file_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_case_id: Mapped[int] = mapped_column(sa.ForeignKey("paper_case.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    original_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(200))


class PaperNumber(Base):
    """A number that was given on paper: outside the register's series, never given again."""

    __tablename__ = "paper_number"

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.String(60), unique=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    issued_on: Mapped[date]
    recorded_at: Mapped[datetime]
