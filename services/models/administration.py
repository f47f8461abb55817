"""Administration: proposed changes, their log, links to set a password, requests, registrations."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class OrganisationSector(Base):
    """A sector that a department answers for."""

    __tablename__ = "organisation_sector"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    sector: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class AdministrationProposal(Base):
    """A change that the system administrator proposes and the security administrator decides."""

    __tablename__ = "administration_proposal"
    __table_args__ = (sa.Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    reason: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(20))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    link_made_at: Mapped[datetime | None]


class AdministrationEntry(Base):
    """What was changed, by whom, from what to what. Never changed, never deleted."""

    __tablename__ = "administration_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    change: Mapped[str | None] = mapped_column(sa.String(40))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    subject_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    before: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    after: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    nonce: Mapped[str] = mapped_column(sa.String(32))


class PasswordLink(Base):
    """A link by which a person sets the password, once. Its code exists only in the link."""

    __tablename__ = "password_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class PasswordRequest(Base):
    """Somebody asked for a new password of this person; the system administrator sees to it."""

    __tablename__ = "password_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class PublicRequest(Base):
    """One form sent by somebody who is not signed in; counted so that nobody floods the office."""

    __tablename__ = "public_request"
    __table_args__ = (sa.Index(None, "kind", "network", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    network: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]


class EnterpriseRegistration(Base):
    """An enterprise asks for accounts; the supervising department confirms or refuses."""

    __tablename__ = "enterprise_registration"
    __table_args__ = (sa.Index(None, "routed_to_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    nonce: Mapped[str] = mapped_column(sa.String(32), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    credit_code: Mapped[str] = mapped_column(sa.String(18), index=True)
    division_code: Mapped[str] = mapped_column(sa.String(12))
    address: Mapped[str] = mapped_column(sa.String(300))
    sector: Mapped[str] = mapped_column(sa.String(40))
    contact_person: Mapped[str] = mapped_column(sa.String(60))
    phone: Mapped[str] = mapped_column(sa.String(40))
    principal_name: Mapped[str] = mapped_column(sa.String(60))
    principal_username: Mapped[str] = mapped_column(sa.String(80))
    officer_name: Mapped[str] = mapped_column(sa.String(60))
    officer_username: Mapped[str] = mapped_column(sa.String(80))
    routed_to_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(20))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    principal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
