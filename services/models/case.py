"""One hazard under supervision, what was done about it, and what belongs to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base, JsonValue
from services.models.organisation import Organisation, Person, Post
from workflows.vocabulary import HandoverKind, PhotoStage

# In the content of an act: hash of a copy that is shown -> hash of the file as it was sent.
ORIGINALS = "originals"
# In the content of an act: hash of a photograph -> of which time and place it tells.
PHOTOS = "photos"


@dataclass(frozen=True)
class PhotoMark:
    """What a photograph shows: the place, before or after rectification."""

    stage: PhotoStage
    place: str


class SupervisionCase(Base):
    """One hazard under supervision. `phase` and `round_number` follow the diagram's positions,
    `track`, `flags`, `escalation_addressee` and `correction_signatory` the acts; none of them is
    assigned by hand.
    """

    __tablename__ = "supervision_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    case_number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    national_number: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    import_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    hazard_name: Mapped[str] = mapped_column(sa.String(200))
    place: Mapped[str | None] = mapped_column(sa.String(300))
    description: Mapped[str | None] = mapped_column(sa.Text)
    measures_taken: Mapped[str | None] = mapped_column(sa.Text)
    sector: Mapped[str] = mapped_column(sa.String(40), index=True)
    division_code: Mapped[str] = mapped_column(sa.String(12), index=True)
    found_on: Mapped[date | None]
    filed_at: Mapped[datetime]
    responsible_party_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    parent_company_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    competent_department_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    territorial_government_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    listing_body_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    listing_office_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    safety_committee_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    superior_office_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    party_kind: Mapped[str] = mapped_column(sa.String(20))
    track: Mapped[str] = mapped_column(sa.String(20), index=True)
    flags: Mapped[list[str]] = mapped_column(JsonValue)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_case.id"))
    rectification_limit_on: Mapped[date | None]
    escalation_addressee: Mapped[str | None] = mapped_column(sa.String(20))
    correction_signatory: Mapped[str | None] = mapped_column(sa.String(40))
    phase: Mapped[str] = mapped_column(sa.String(20), index=True)
    round_number: Mapped[int] = mapped_column(default=1)
    ending: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    ended_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    responsible_party: Mapped[Organisation] = relationship(
        foreign_keys=[responsible_party_id], lazy="joined"
    )
    parent_company: Mapped[Organisation | None] = relationship(foreign_keys=[parent_company_id])
    competent_department: Mapped[Organisation | None] = relationship(
        foreign_keys=[competent_department_id]
    )
    territorial_government: Mapped[Organisation] = relationship(
        foreign_keys=[territorial_government_id]
    )
    listing_body: Mapped[Organisation] = relationship(foreign_keys=[listing_body_id])
    listing_office: Mapped[Organisation] = relationship(foreign_keys=[listing_office_id])
    criterion: Mapped["CaseCriterion | None"] = relationship(lazy="selectin")


class CaseParty(Base):
    """A further party to the hazard of a case, registered as an organisation or only by name."""

    __tablename__ = "case_party"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(20))


class CaseCriterion(Base):
    """The clause by which a hazard was judged, its text frozen as it stood on the finding date."""

    __tablename__ = "case_criterion"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), unique=True)
    clause_key: Mapped[str | None] = mapped_column(sa.String(120))
    document: Mapped[str] = mapped_column(sa.String(200))
    document_number: Mapped[str] = mapped_column(sa.String(100))
    article: Mapped[str] = mapped_column(sa.String(60))
    wording: Mapped[str] = mapped_column(sa.Text)
    verified: Mapped[bool]
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    entered_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]


class Act(Base):
    """One thing that one person did to a case. Never changed, never deleted.

    An act is taken back by another act, which names it in `takes_back_id`.
    With a substitution the post is the principal's, and the person stood in for its holder.
    With a batch it was done in one sitting for several cases.
    """

    __tablename__ = "act"
    __table_args__ = (
        sa.Index("ix_act_case_id_action", "case_id", "action"),
        # Duties ask for each open step what this person has done in its case.
        sa.Index("ix_act_person_id_case_id_action", "person_id", "case_id", "action"),
        sa.Index("ix_act_substitution_id_case_id_action", "substitution_id", "case_id", "action"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"))
    action: Mapped[str] = mapped_column(sa.String(40))
    outcome: Mapped[str] = mapped_column(sa.String(40))
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    round_number: Mapped[int]
    handover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("handover.id"))
    task_id: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    shown_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))
    takes_back_id: Mapped[int | None] = mapped_column(sa.ForeignKey("act.id"), unique=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listing_batch.id"))

    person: Mapped[Person] = relationship(lazy="joined")
    post: Mapped[Post] = relationship(lazy="joined")


class Handover(Base):
    """One handover of a listed case and its receiver today; who had it before is kept beside it."""

    __tablename__ = "handover"
    __table_args__ = (sa.UniqueConstraint("case_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20), server_default=HandoverKind.LEAD.value)
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    handed_over_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]

    receiver: Mapped[Organisation] = relationship(lazy="joined")
    former: Mapped[list["FormerReceiver"]] = relationship(
        lazy="selectin", order_by="FormerReceiver.id"
    )


class FormerReceiver(Base):
    """A receiver that no longer is one: it passed the case on, or the dispute took it away."""

    __tablename__ = "former_receiver"

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(sa.ForeignKey("handover.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    handed_over_at: Mapped[datetime]
    left_at: Mapped[datetime]

    receiver: Mapped[Organisation] = relationship(lazy="joined")


class Invitation(Base):
    """An expert is asked for an opinion on a case, and may see the case until it has ended."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None] = mapped_column(sa.String(20))

    post: Mapped[Post] = relationship(lazy="joined")


class Attachment(Base):
    """A file that was handed in with an act. The bytes lie in the content-addressed store.

    They are the copy that is shown; the act's content names the original of each under ORIGINALS,
    and what a photograph shows under PHOTOS.
    """

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    act_id: Mapped[int] = mapped_column(sa.ForeignKey("act.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime]


class FormDraft(Base):
    """What a person typed and kept for later. Nothing in it has been checked."""

    __tablename__ = "form_draft"
    __table_args__ = (sa.UniqueConstraint("person_id", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    form_key: Mapped[str] = mapped_column(sa.String(120))
    values: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    saved_at: Mapped[datetime]


class SubmittedForm(Base):
    """The nonce of a form that started a case: sent twice, it takes effect once."""

    __tablename__ = "submitted_form"

    nonce: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"))
    at: Mapped[datetime]
