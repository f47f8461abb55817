"""Referrals, walled off from cases: what was proposed, handed over, noted and looked at.

Whatever a receiver reads is a copy in these tables: no page of theirs asks a table of cases.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue
from services.models.walled import WalledAct, WalledAuditEntry, WalledOpenStep, WalledRecord


class Referral(WalledRecord):
    """One referral of one person. `number` is given with the approval, in a series of its own.

    `rule` and `rule_key`: which rule proposed it, and upon what, once. `nonce`: of the form.
    The id is drawn at random, as the number is. One that came in on a medium has neither case nor
    sender nor organisation here: its letter names them.
    """

    __tablename__ = "referral"

    number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    ground: Mapped[str] = mapped_column(sa.String(40))
    rule: Mapped[str | None] = mapped_column(sa.String(40))
    rule_key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    nonce: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    sender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    proposer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    receiver_kind: Mapped[str] = mapped_column(sa.String(20))
    receiver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    about_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    about_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    about_name: Mapped[str] = mapped_column(sa.String(60), default="")
    about_post: Mapped[str] = mapped_column(sa.String(100), default="")
    cadre_level: Mapped[str] = mapped_column(sa.String(20), default="")
    facts: Mapped[str] = mapped_column(sa.Text)
    measures: Mapped[str] = mapped_column(sa.Text, default="")
    stage: Mapped[str] = mapped_column(sa.String(20), index=True)
    proposed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ReferralOpenStep(WalledOpenStep):
    """A step of a referral that waits for somebody, and until when."""

    __tablename__ = "referral_open_step"

    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id"), index=True)


class ReferralAct(WalledAct):
    """One step of a referral. Without a person: by a rule. Names as they were, for the receiver."""

    __tablename__ = "referral_act"

    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    person_name: Mapped[str] = mapped_column(sa.String(60))
    organisation_name: Mapped[str] = mapped_column(sa.String(200))


class ReferralPackage(Base):
    """What is handed over, as it stood when it was sealed. `letter` is all that a receiver reads
    on screen; `sealed` the whole package under a key of the installation.
    """

    __tablename__ = "referral_package"

    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id"), primary_key=True)
    letter: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    sealed_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)


class ReferralCarriage(Base):
    """That a package goes, or came, on a medium. `peer`: the keys of the installation beyond."""

    __tablename__ = "referral_carriage"

    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id"), primary_key=True)
    peer: Mapped[str] = mapped_column(sa.String(128))
    at: Mapped[datetime]


class ReferralNote(Base):
    """A receiver's own note: read by the office that wrote it, by nobody else."""

    __tablename__ = "referral_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32), unique=True)


class ReferralLook(Base):
    """Somebody of the receiver looked at a package, or took it as a file."""

    __tablename__ = "referral_look"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]


class ReferralAuditEntry(WalledAuditEntry):
    """One link of the chain of referrals, which no public head counts."""

    __tablename__ = "referral_audit_entry"
    __table_args__ = (sa.UniqueConstraint("referral_id", "referral_sequence"),)

    record_id: Mapped[int] = mapped_column("referral_id", sa.ForeignKey("referral.id"))
    record_sequence: Mapped[int] = mapped_column("referral_sequence")
    record_previous_hash: Mapped[str] = mapped_column("referral_previous_hash", sa.String(64))
