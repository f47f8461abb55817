"""Bans of principals: the entries, the steps of two persons about them, and who was compared."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base


class Ban(Base):
    """One entry. Only `state` changes, by steps; an identity number is kept as a keyed hash."""

    __tablename__ = "ban"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    name_key: Mapped[str] = mapped_column(sa.String(120), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    ground: Mapped[str] = mapped_column(sa.String(20))
    counted_from: Mapped[date]
    sector: Mapped[str | None] = mapped_column(sa.String(40))
    organ: Mapped[str] = mapped_column(sa.String(200))
    document_number: Mapped[str] = mapped_column(sa.String(100))
    document_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text)
    identity_hash: Mapped[str | None] = mapped_column(sa.String(64))
    identity_tail: Mapped[str | None] = mapped_column(sa.String(4))
    scan_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    scan_original_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    scan_media_type: Mapped[str | None] = mapped_column(sa.String(60))
    scan_file_name: Mapped[str | None] = mapped_column(sa.String(200))
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(sa.String(20), index=True)
    form_nonce: Mapped[str] = mapped_column(sa.String(64), unique=True)


class BanStepTaken(Base):
    """One step about an entry, and the state that followed. Never changed, never deleted."""

    __tablename__ = "ban_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    ban_id: Mapped[int] = mapped_column(sa.ForeignKey("ban.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))

    ban: Mapped[Ban] = relationship(lazy="joined")


class BanComparison(Base):
    """A principal was compared with an entry of the same name: one person, or two.

    The principal is a person, or who comes with a registration or a proposal. Never changed.
    """

    __tablename__ = "ban_comparison"

    id: Mapped[int] = mapped_column(primary_key=True)
    ban_id: Mapped[int] = mapped_column(sa.ForeignKey("ban.id"), index=True)
    principal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("enterprise_registration.id"), index=True
    )
    proposal_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("administration_proposal.id"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(60))
    units: Mapped[str] = mapped_column(sa.Text)
    likeness: Mapped[str] = mapped_column(sa.String(20))
    compared: Mapped[str] = mapped_column(sa.Text)
    identity_hash: Mapped[str | None] = mapped_column(sa.String(64))
    identity_tail: Mapped[str | None] = mapped_column(sa.String(4))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))
