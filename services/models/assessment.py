"""Rounds of assessment: the facts that were collected, the scores from them, what was objected."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class AssessmentRound(Base):
    """One month's round of one office. `rules` is what it was computed by, kept whole.

    `as_of` is the moment up to which the record was read. `facts_sha256` binds the facts to the
    chain. `waiting_step` follows the diagram's position; None once the round has ended.
    """

    __tablename__ = "assessment_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    period: Mapped[str] = mapped_column(sa.String(7), index=True)
    as_of: Mapped[datetime]
    rules: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    facts_sha256: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(20), index=True)
    waiting_step: Mapped[str | None] = mapped_column(sa.String(40))
    objections_until: Mapped[date | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AssessmentFact(Base):
    """One fact of one unit, with the rows that it rests on. Never changed, never deleted.

    `met`: the event counts as met (of a veto: as found). `days`: days lost in the month.
    `unnamed`: a hazard that its party reported itself and nobody listed: no party is named.
    """

    __tablename__ = "assessment_fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_round.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    indicator: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(100))
    met: Mapped[bool]
    days: Mapped[int]
    due_on: Mapped[date | None]
    happened_on: Mapped[date | None]
    unnamed: Mapped[bool]
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_case.id"))
    deadline_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deadline.id"))
    act_id: Mapped[int | None] = mapped_column(sa.ForeignKey("act.id"))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    publication_id: Mapped[int | None] = mapped_column(sa.ForeignKey("publication.id"))
    check_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lookback_check.id"))
    return_id: Mapped[int | None] = mapped_column(sa.ForeignKey("monthly_return.id"))


class AssessmentObjection(Base):
    """A unit says that a fact is wrong: on what ground, with what evidence; and the answer.

    `waiting_step` follows its own diagram; None once it is answered.
    """

    __tablename__ = "assessment_objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_round.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    fact_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_fact.id"), unique=True)
    waiting_step: Mapped[str | None] = mapped_column(sa.String(40))


class AssessmentStepTaken(Base):
    """One step of a round, or of an objection in it. Never changed, never deleted."""

    __tablename__ = "assessment_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_round.id"), index=True)
    objection_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("assessment_objection.id"), index=True
    )
    step: Mapped[str] = mapped_column(sa.String(40))
    outcome: Mapped[str] = mapped_column(sa.String(40))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    opinion: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))


class AssessmentCorrection(Base):
    """What a fact counts as from now on: the fact itself stays as it was collected.

    Made by an accepted objection, or by the finding that a recurrence was a false closure.
    """

    __tablename__ = "assessment_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_fact.id"), index=True)
    objection_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assessment_objection.id"))
    counts: Mapped[bool]
    met: Mapped[bool]
    days: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))


class AssessmentSheet(Base):
    """What a unit has scored, as computed once. A correction makes a new one; the old one stays.

    `corrections_to`: the last correction that it takes into account, 0 for none.
    """

    __tablename__ = "assessment_sheet"
    __table_args__ = (sa.UniqueConstraint("round_id", "unit_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_round.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    revision: Mapped[int]
    corrections_to: Mapped[int]
    hundredths: Mapped[int | None]
    grade: Mapped[str | None] = mapped_column(sa.String(20))
    vetoed: Mapped[bool]
    at: Mapped[datetime]


class AssessmentScore(Base):
    """The points of one indicator on a sheet."""

    __tablename__ = "assessment_score"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "indicator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_sheet.id"))
    indicator: Mapped[str] = mapped_column(sa.String(40))
    weight: Mapped[int]
    counted: Mapped[int]
    met: Mapped[int]
    days: Mapped[int]
    hundredths: Mapped[int | None]


class AssessmentCopy(Base):
    """The ranking, sent to one receiver; its receipt, as a person put it on record."""

    __tablename__ = "assessment_copy"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_round.id"), index=True)
    receiver_name: Mapped[str] = mapped_column(sa.String(100))
    sent_at: Mapped[datetime]
    received_on: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime | None]
