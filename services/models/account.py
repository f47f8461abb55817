"""Accounts, attempts to sign in, and the sessions that the server keeps."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class Account(Base):
    """How a person signs in. The user name is stored as `normalised_username` makes it."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    username: Mapped[str] = mapped_column(sa.String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    disabled_at: Mapped[datetime | None]
    must_change: Mapped[bool] = mapped_column(default=False)


class SignInAttempt(Base):
    """One tried password. The name typed is kept as a hash: people type passwords there."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index(None, "username_key", "at"),
        sa.Index(None, "network", "at"),
        sa.Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username_key: Mapped[str] = mapped_column(sa.String(64))
    network: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    succeeded: Mapped[bool]


class LoginSession(Base):
    """One browser that is signed in. The token itself exists only in its cookie."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """A secret address under which calendar programs read one person's deadlines.

    The token exists only in the address. Reads are counted within `counted_from` and an hour later.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    counted_from: Mapped[datetime | None]
    reads: Mapped[int] = mapped_column(default=0)


class SecondFactor(Base):
    """The device that tells a person's one-time codes; its secrets are stored sealed only.

    `waiting_secret`: of a device that has not told its first code yet. `last_counter`: the step
    of the last code that signed something; neither it nor an earlier one signs again.
    """

    __tablename__ = "second_factor"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    secret: Mapped[bytes | None]
    waiting_secret: Mapped[bytes | None]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_counter: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
