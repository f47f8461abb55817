"""Signing in: attempts, sessions that the server keeps, and passwords."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from services.clock import local_date
from services.models.account import Account, LoginSession, SignInAttempt
from services.models.organisation import Person, Post
from services.queries.standing_in import usable_posts
from services.sign_in_rules import (
    ABSOLUTE_LIMIT,
    ATTEMPTS_KEPT,
    IDLE_LIMIT,
    KNOWN_NETWORK_WINDOW,
    LOCK_WINDOW,
    SEEN_PRECISION,
    RecentAttempts,
    find_password_problem,
    is_locked,
    normalised_username,
    session_is_over,
)
from workflows.errors import RuleError
from workflows.vocabulary import OrganisationKind, Role

HASHER = PasswordHash((Argon2Hasher(),))
NO_PASSWORD = ""


class PasswordRefusedError(RuleError):
    """A new password breaks a rule; `problem` names it."""

    code = "password_refused"


@dataclass(frozen=True)
class Attempt:
    """One try to sign in, already counted. Without an id it is locked and cannot succeed."""

    id: int | None
    person_id: int | None
    password_hash: str | None


@dataclass(frozen=True)
class HeldPost:
    """A post that the signed-in person may use today; `principal_name`: as a substitute."""

    id: int
    role: Role
    title: str
    organisation_id: int
    organisation_name: str
    organisation_kind: OrganisationKind
    division_code: str | None
    principal_name: str = ""


@dataclass(frozen=True)
class SignedIn:
    """Who is behind a session token, with today's posts."""

    session_id: int
    person_id: int
    name: str
    username: str
    must_change: bool
    last_seen_at: datetime
    posts: tuple[HeldPost, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of all posts held today."""
        return frozenset(post.role for post in self.posts)


def hash_password(password: str) -> str:
    """Argon2id, salted; about a tenth of a second on purpose."""
    return HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(32))


def create_account(
    session: Session, person_id: int, username: str, password_hash: str = NO_PASSWORD
) -> None:
    """Give a person the means to sign in; without a password only after one is set by a link."""
    name = normalised_username(username)
    session.add(Account(person_id=person_id, username=name, password_hash=password_hash))


def begin_attempt(session: Session, username: str, network: str, now: datetime) -> Attempt:
    """Count a try before its password is looked at, in a transaction of its own.

    Counting first means that tries made at the same moment cannot slip past the bound, and that
    the slow hash runs without holding the database. A locked try is not counted: a lock ends.
    """
    key = _username_key(username)
    if is_locked(_recent_attempts(session, key, network, now)):
        return Attempt(id=None, person_id=None, password_hash=None)
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now - ATTEMPTS_KEPT))
    row = SignInAttempt(username_key=key, network=network, at=now, succeeded=False)
    session.add(row)
    session.flush()
    account = session.scalar(
        sa.select(Account).where(
            Account.username == normalised_username(username), Account.disabled_at.is_(None)
        )
    )
    if account is None:
        return Attempt(id=row.id, person_id=None, password_hash=None)
    return Attempt(id=row.id, person_id=account.person_id, password_hash=account.password_hash)


def password_matches(attempt: Attempt, password: str) -> bool:
    """Takes as long for an unknown or locked account as for a wrong password."""
    nobodys = _nobodys_hash()
    matches = HASHER.verify(password, attempt.password_hash or nobodys)
    return matches and attempt.person_id is not None


def open_session(session: Session, attempt: Attempt, now: datetime) -> str:
    """Turn an attempt whose password matched into a session; returns its new token."""
    if attempt.person_id is None:
        raise ValueError("an attempt that did not match opens no session")
    session.execute(
        sa.update(SignInAttempt).where(SignInAttempt.id == attempt.id).values(succeeded=True)
    )
    return _new_session(session, attempt.person_id, now)


def find_session(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Who holds this token, unless the session is over or the account disabled."""
    row = session.execute(
        sa.select(LoginSession, Account, Person)
        .join(Account, Account.person_id == LoginSession.person_id)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.token_hash == _token_hash(token),
            LoginSession.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    login, account, person = row
    if session_is_over(login.created_at, login.last_seen_at, now):
        return None
    return SignedIn(
        session_id=login.id,
        person_id=person.id,
        name=person.name,
        username=account.username,
        must_change=account.must_change,
        last_seen_at=login.last_seen_at,
        posts=_posts_held(session, person.id, now),
    )


def seen_long_enough_ago(signed_in: SignedIn, now: datetime) -> bool:
    """Whether the use of the session should be noted again; not every click is written."""
    return now - signed_in.last_seen_at >= SEEN_PRECISION


def record_seen(session: Session, signed_in: SignedIn, now: datetime) -> None:
    """Note that the session is in use, so that it does not end as idle."""
    session.execute(
        sa.update(LoginSession)
        .where(LoginSession.id == signed_in.session_id)
        .values(last_seen_at=now)
    )


def end_session(session: Session, token: str, now: datetime) -> None:
    """Sign out: the token is worthless from now on."""
    session.execute(
        sa.update(LoginSession)
        .where(LoginSession.token_hash == _token_hash(token), LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_all_sessions(session: Session, person_id: int, now: datetime) -> None:
    """Sign a person out everywhere."""
    session.execute(
        sa.update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_other_sessions(session: Session, signed_in: SignedIn, now: datetime) -> None:
    """Sign a person out everywhere but here."""
    session.execute(
        sa.update(LoginSession)
        .where(
            LoginSession.person_id == signed_in.person_id,
            LoginSession.id != signed_in.session_id,
            LoginSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )


def count_other_sessions(session: Session, signed_in: SignedIn, now: datetime) -> int:
    """How many other browsers are signed in as this person."""
    query = sa.select(sa.func.count()).where(
        LoginSession.person_id == signed_in.person_id,
        LoginSession.id != signed_in.session_id,
        LoginSession.ended_at.is_(None),
        LoginSession.last_seen_at > now - IDLE_LIMIT,
        LoginSession.created_at > now - ABSOLUTE_LIMIT,
    )
    return session.scalars(query).one()


def checked_new_password(username: str, password: str) -> str:
    """The hash of a new password, or the reason against it. Outside any transaction: it is slow."""
    problem = find_password_problem(password, username)
    if problem is not None:
        raise PasswordRefusedError(problem=problem.value)
    return hash_password(password)


def change_password(
    session: Session, signed_in: SignedIn, password_hash: str, now: datetime
) -> str:
    """Set the password, end every session of the person, and return the token of a new one."""
    set_password(session, signed_in.person_id, password_hash, now)
    return _new_session(session, signed_in.person_id, now)


def set_password(session: Session, person_id: int, password_hash: str, now: datetime) -> None:
    """Set the password and end every session of the person."""
    session.execute(
        sa.update(Account)
        .where(Account.person_id == person_id)
        .values(password_hash=password_hash, must_change=False)
    )
    end_all_sessions(session, person_id, now)


def record_success(session: Session, attempt: Attempt) -> None:
    """A password that was asked for again was right: it does not count as a failure."""
    session.execute(
        sa.update(SignInAttempt).where(SignInAttempt.id == attempt.id).values(succeeded=True)
    )


def forgive_failures(session: Session, username: str, network: str, now: datetime) -> None:
    """Somebody proved by other means to be the holder: failures from here no longer count."""
    session.add(
        SignInAttempt(username_key=_username_key(username), network=network, at=now, succeeded=True)
    )
    session.flush()


def _new_session(session: Session, person_id: int, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=_token_hash(token), person_id=person_id, created_at=now, last_seen_at=now
        )
    )
    session.flush()
    return token


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _username_key(username: str) -> str:
    return hashlib.sha256(normalised_username(username).encode()).hexdigest()


def _posts_held(session: Session, person_id: int, now: datetime) -> tuple[HeldPost, ...]:
    today = local_date(now)
    own, others = usable_posts(session, person_id, today)
    return (
        *(_held_post(post) for post in own),
        *(replace(_held_post(row.post), principal_name=row.post.person.name) for row in others),
    )


def _held_post(post: Post) -> HeldPost:
    return HeldPost(
        id=post.id,
        role=Role(post.role),
        title=post.title,
        organisation_id=post.organisation_id,
        organisation_name=post.organisation.name,
        organisation_kind=OrganisationKind(post.organisation.kind),
        division_code=post.organisation.division_code,
    )


def _recent_attempts(session: Session, key: str, network: str, now: datetime) -> RecentAttempts:
    """Failures from here count since the last success from here; the wider bounds count all."""
    here = sa.and_(SignInAttempt.username_key == key, SignInAttempt.network == network)
    last_success = session.scalar(
        sa.select(sa.func.max(SignInAttempt.id)).where(
            here, SignInAttempt.succeeded, SignInAttempt.at > now - KNOWN_NETWORK_WINDOW
        )
    )
    failed = sa.and_(SignInAttempt.at > now - LOCK_WINDOW, sa.not_(SignInAttempt.succeeded))

    def count(*conditions: sa.ColumnElement[bool]) -> int:
        return session.scalars(sa.select(sa.func.count()).where(failed, *conditions)).one()

    return RecentAttempts(
        failures_here=count(here, SignInAttempt.id > (last_success or 0)),
        failures_of_account=count(SignInAttempt.username_key == key),
        failures_of_network=count(SignInAttempt.network == network),
        network_is_known=last_success is not None,
    )
