"""Links by which a person sets the password, once: made, looked at, used; and requests for one."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.accounts import NO_PASSWORD, set_password
from services.models.account import Account
from services.models.administration import PasswordLink, PasswordRequest
from services.models.organisation import Person
from services.public_requests import PublicForm, count_public_request
from services.sign_in_rules import normalised_username
from workflows.administration import LinkPurpose
from workflows.errors import RuleError

LIFE = {LinkPurpose.INVITATION: timedelta(hours=72), LinkPurpose.RESET: timedelta(hours=1)}
CODE_BYTES = 20


class LinkOverError(RuleError):
    """The link cannot be used (any more). `detail["reason"]` says why."""

    code = "link_over"


class NoAccountError(RuleError):
    """The person has no account, or a disabled one: no password can be set."""

    code = "no_account"


@dataclass(frozen=True)
class NewLink:
    """A link that has just been made. The code is shown once and kept nowhere."""

    code: str
    name: str
    username: str
    purpose: LinkPurpose
    expires_at: datetime


@dataclass(frozen=True)
class OpenLink:
    """Whose password a link sets."""

    person_id: int
    name: str
    username: str
    purpose: LinkPurpose
    expires_at: datetime


def make_link(session: Session, person_id: int, made_by_id: int | None, now: datetime) -> NewLink:
    """An invitation as long as no password was ever set, a reset from then on.

    Earlier links of the person end; what the person asked for is answered.
    """
    account, person = _account_of(session, person_id)
    purpose = LinkPurpose.INVITATION if account.password_hash == NO_PASSWORD else LinkPurpose.RESET
    end_links(session, person_id, now)
    close_requests(session, person_id, now)
    code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
    expires_at = now + LIFE[purpose]
    session.add(
        PasswordLink(
            code_hash=_code_hash(code),
            person_id=person_id,
            purpose=purpose.value,
            made_by_id=made_by_id,
            made_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    return NewLink(code, person.name, account.username, purpose, expires_at)


def find_link(session: Session, code: str, now: datetime) -> OpenLink:
    """Whose password this code sets; LinkOverError when it sets none."""
    row = session.execute(
        sa.select(PasswordLink, Account, Person)
        .join(Account, Account.person_id == PasswordLink.person_id)
        .join(Person, Person.id == PasswordLink.person_id)
        .where(PasswordLink.code_hash == _code_hash(code))
    ).one_or_none()
    if row is None:
        raise LinkOverError(reason="unknown")
    link, account, person = row
    if link.used_at is not None:
        raise LinkOverError(reason="used")
    if link.replaced_at is not None or account.disabled_at is not None:
        raise LinkOverError(reason="replaced")
    if link.expires_at <= now:
        raise LinkOverError(reason="expired")
    return OpenLink(
        person.id, person.name, account.username, LinkPurpose(link.purpose), link.expires_at
    )


def use_link(session: Session, code: str, password_hash: str, now: datetime) -> OpenLink:
    """Set the password by the link and spend it; of two at once one succeeds."""
    found = find_link(session, code, now)
    spent = session.execute(
        sa.update(PasswordLink)
        .where(
            PasswordLink.code_hash == _code_hash(code),
            PasswordLink.used_at.is_(None),
            PasswordLink.replaced_at.is_(None),
        )
        .values(used_at=now)
        .returning(PasswordLink.id)
    ).all()
    if not spent:
        raise LinkOverError(reason="used")
    set_password(session, found.person_id, password_hash, now)
    return found


def end_links(session: Session, person_id: int, now: datetime) -> None:
    """Links of this person that were not used are worthless from now on."""
    session.execute(
        sa.update(PasswordLink)
        .where(
            PasswordLink.person_id == person_id,
            PasswordLink.used_at.is_(None),
            PasswordLink.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )


def request_link(session: Session, username: str, network: str, now: datetime) -> None:
    """Somebody forgot the password. Says nothing about whether there is such an account."""
    count_public_request(session, PublicForm.PASSWORD, network, now)
    person_id = session.scalar(
        sa.select(Account.person_id).where(Account.username == normalised_username(username))
    )
    if person_id is None or _has_open_request(session, person_id):
        return
    session.add(PasswordRequest(person_id=person_id, at=now))
    session.flush()


def close_requests(session: Session, person_id: int, now: datetime) -> int:
    """The person's requests are answered, or set aside; returns how many there were."""
    closed = session.execute(
        sa.update(PasswordRequest)
        .where(PasswordRequest.person_id == person_id, PasswordRequest.closed_at.is_(None))
        .values(closed_at=now)
        .returning(PasswordRequest.id)
    ).all()
    return len(closed)


def _has_open_request(session: Session, person_id: int) -> bool:
    return (
        session.scalar(
            sa.select(PasswordRequest.id)
            .where(PasswordRequest.person_id == person_id, PasswordRequest.closed_at.is_(None))
            .limit(1)
        )
        is not None
    )


def _account_of(session: Session, person_id: int) -> tuple[Account, Person]:
    row = session.execute(
        sa.select(Account, Person)
        .join(Person, Person.id == Account.person_id)
        .where(Account.person_id == person_id, Account.disabled_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NoAccountError
    return row.Account, row.Person


def _code_hash(code: str) -> str:
    """Typed from paper, blanks, dashes and capitals do not count."""
    plain = "".join(code.split()).replace("-", "").lower()
    return hashlib.sha256(plain.encode()).hexdigest()
