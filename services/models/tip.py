"""Tips, walled off from cases: what was sealed, what was edited, and who did what.

Nothing here tells who an informant is to anybody but a custodian: names, telephone numbers, the
original words and pictures exist only as bytes sealed to the custodians' public keys. Whatever an
informant sends is kept to the day, never to the minute.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base
from services.models.organisation import Organisation, Person
from services.models.walled import WalledAct, WalledAuditEntry, WalledOpenStep, WalledRecord


class CustodianKey(Base):
    """A custodian's key pair. The private half is locked with the custodian's phrase alone.

    A key that waits (`opens_from` is None) opens nothing until an older one hands over to it.
    """

    __tablename__ = "custodian_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    public: Mapped[bytes]
    locked_private: Mapped[bytes]
    made_at: Mapped[datetime]
    opens_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class CustodianOpening(Base):
    """A custodian at work: the private half under a token that only the browser holds."""

    __tablename__ = "custodian_opening"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("custodian_key.id"), index=True)
    locked_private: Mapped[bytes]
    ends_at: Mapped[datetime]


class Tip(WalledRecord):
    """One tip. `title`, `place`, `text`: the edited copy, written by a custodian.

    `receipt_hash` is a slow, keyed hash: the receipt itself exists with the informant only.
    Its process is begun by the registration.
    """

    __tablename__ = "tip"

    receipt_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    channel: Mapped[str] = mapped_column(sa.String(20))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    about_organ_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    named: Mapped[bool]
    received_on: Mapped[date]
    number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    stage: Mapped[str] = mapped_column(sa.String(20), index=True)
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_case.id"))
    reward_amount: Mapped[int | None]
    payment_hash: Mapped[str | None] = mapped_column(sa.String(64))
    finished_on: Mapped[date | None]

    enterprise: Mapped[Organisation | None] = relationship(foreign_keys=[enterprise_id])
    about_organ: Mapped[Organisation | None] = relationship(foreign_keys=[about_organ_id])
    handler: Mapped[Organisation | None] = relationship(foreign_keys=[handler_id])


class SealedItem(Base):
    """Something that an informant sent, encrypted: `kind` is a member of `ItemKind`."""

    __tablename__ = "tip_sealed_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    tip_id: Mapped[int] = mapped_column(sa.ForeignKey("tip.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    body: Mapped[bytes]


class SealedItemKey(Base):
    """The key of a sealed item, for one custodian."""

    __tablename__ = "tip_sealed_item_key"

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("tip_sealed_item.id"), primary_key=True)
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("custodian_key.id"), primary_key=True)
    wrapped: Mapped[bytes]


class TipPicture(Base):
    """A picture that a custodian let the handlers see: drawn anew, without name and metadata."""

    __tablename__ = "tip_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    tip_id: Mapped[int] = mapped_column(sa.ForeignKey("tip.id"), index=True)
    media_type: Mapped[str] = mapped_column(sa.String(40))
    content: Mapped[bytes]


class TipOpenStep(WalledOpenStep):
    """A step of a tip that waits for somebody, and until when."""

    __tablename__ = "tip_open_step"

    tip_id: Mapped[int] = mapped_column(sa.ForeignKey("tip.id"), index=True)


class TipAct(WalledAct):
    """One step that an officer or a custodian took. Append-only."""

    __tablename__ = "tip_act"

    tip_id: Mapped[int] = mapped_column(sa.ForeignKey("tip.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))

    person: Mapped[Person] = relationship(lazy="joined")


class TipMessage(Base):
    """One message of the conversation. An informant's is sealed; `text` is its edited copy."""

    __tablename__ = "tip_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    tip_id: Mapped[int] = mapped_column(sa.ForeignKey("tip.id"), index=True)
    by_informant: Mapped[bool]
    sent_on: Mapped[date]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tip_sealed_item.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    passed_on_at: Mapped[datetime | None]
    # Against a second sending: a keyed hash of the form's number.
    form_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)


class IdentityRequest(Base):
    """An officer asks who the informant is; a custodian grants or refuses it.

    `sealed`: the identity under a code that the custodian tells the asker; gone after `ends_at`.
    """

    __tablename__ = "tip_identity_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    tip_id: Mapped[int] = mapped_column(sa.ForeignKey("tip.id"), index=True)
    asker_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    ground: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime]
    granted: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    ends_at: Mapped[datetime | None]
    sealed: Mapped[bytes | None]
    failures: Mapped[int] = mapped_column(default=0)

    asker: Mapped[Person] = relationship(foreign_keys=[asker_id], lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")


class TipView(Base):
    """Somebody looked at a tip: shown to the custodians."""

    __tablename__ = "tip_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    tip_id: Mapped[int] = mapped_column(sa.ForeignKey("tip.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")


class TipAuditEntry(WalledAuditEntry):
    """One link of the chain of tips, which no public head counts."""

    __tablename__ = "tip_audit_entry"
    __table_args__ = (sa.UniqueConstraint("tip_id", "tip_sequence"),)

    record_id: Mapped[int] = mapped_column("tip_id", sa.ForeignKey("tip.id"))
    record_sequence: Mapped[int] = mapped_column("tip_sequence")
    record_previous_hash: Mapped[str] = mapped_column("tip_previous_hash", sa.String(64))


class PublicQuota(Base):
    """How much of something was used in one span of time, by nobody in particular."""

    __tablename__ = "public_quota"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    begins_at: Mapped[datetime]
    used: Mapped[int]
