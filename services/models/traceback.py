"""Tracebacks: why one began, the steps taken, the report, and what came of it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class Traceback(Base):
    """One traceback of one case. `source` is what called for it, once for each case.

    Without a proposer it was proposed by rule. `content` is the report as it was compiled last;
    `waiting_step` follows the diagram's position, None once it has ended.
    """

    __tablename__ = "traceback"
    __table_args__ = (sa.UniqueConstraint("case_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    trigger: Mapped[str] = mapped_column(sa.String(20))
    source: Mapped[str] = mapped_column(sa.String(80))
    ground: Mapped[str] = mapped_column(sa.Text)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    content: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    waiting_step: Mapped[str | None] = mapped_column(sa.String(40))
    decision: Mapped[str | None] = mapped_column(sa.String(20))
    number: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    ended_at: Mapped[datetime | None]


class TracebackStepTaken(Base):
    """One step that one person took. Never changed, never deleted."""

    __tablename__ = "traceback_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    traceback_id: Mapped[int] = mapped_column(sa.ForeignKey("traceback.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(40))
    outcome: Mapped[str] = mapped_column(sa.String(40))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    opinion: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))


class Disposition(Base):
    """A talk, a circular, or what an organ reported back. Never changed, never deleted."""

    __tablename__ = "traceback_disposition"

    id: Mapped[int] = mapped_column(primary_key=True)
    traceback_id: Mapped[int] = mapped_column(sa.ForeignKey("traceback.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    subject: Mapped[str] = mapped_column(sa.String(200))
    organ_name: Mapped[str] = mapped_column(sa.String(200))
    document_number: Mapped[str] = mapped_column(sa.String(100))
    done_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))


class TracebackReport(Base):
    """The report as a document, from the decision on. `inputs` is what its pages are made from.

    No document of the case: nobody reads it but whoever takes a step in a traceback of the case.
    `sha256` is None while the pages are being made.
    """

    __tablename__ = "traceback_report"

    traceback_id: Mapped[int] = mapped_column(sa.ForeignKey("traceback.id"), primary_key=True)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("traceback_step.id"))
    inputs: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    signatures: Mapped[list[dict[str, str]] | None] = mapped_column(JsonValue)


class TracebackLook(Base):
    """Somebody took the pages of a report. Never changed, never deleted."""

    __tablename__ = "traceback_look"

    id: Mapped[int] = mapped_column(primary_key=True)
    traceback_id: Mapped[int] = mapped_column(sa.ForeignKey("traceback.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))
