"""Persons with their accounts and posts, and requests for a new password."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import RecordNotFoundError
from services.models.account import Account, SecondFactor
from services.models.administration import AdministrationProposal, PasswordRequest
from services.models.organisation import Organisation, Person, Post
from services.queries.administration.posts import PostLine, post_lines, posts_by_person
from services.queries.administration.proposals import ProposalRow, allows_a_link, proposal_rows
from workflows.administration import AccountState, ProposalState


@dataclass(frozen=True)
class PersonPage:
    """Some persons, and how many there are in all."""

    rows: tuple["PersonRow", ...]
    total: int


@dataclass(frozen=True)
class PersonRow:
    """One person as listed."""

    person_id: int
    name: str
    username: str
    state: AccountState
    posts: tuple[PostLine, ...]


@dataclass(frozen=True)
class PersonDetails:
    """One person with all posts, and what waits for the administrators.

    `device_since`: since when the person signs with the device that is bound; None without one.
    """

    row: PersonRow
    proposals: tuple[ProposalRow, ...]
    requested_at: datetime | None
    may_get_link: bool
    device_since: datetime | None


@dataclass(frozen=True)
class RequestRow:
    """A request for a new password that waits."""

    person_id: int
    name: str
    username: str
    at: datetime
    state: AccountState
    posts: tuple[PostLine, ...]


def list_persons(session: Session, text: str, today: date, limit: int, offset: int) -> PersonPage:
    """Persons by name, with the posts held today."""
    conditions: list[sa.ColumnElement[bool]] = []
    if text:
        of_organisation = sa.exists().where(
            Post.person_id == Person.id,
            Post.organisation_id == Organisation.id,
            Organisation.name.contains(text, autoescape=True),
        )
        conditions.append(
            sa.or_(
                Person.name.contains(text, autoescape=True),
                Account.username.contains(text.lower(), autoescape=True),
                of_organisation,
            )
        )
    query = sa.select(Person, Account).outerjoin(Account, Account.person_id == Person.id)
    rows = session.execute(
        query.where(*conditions).order_by(Person.name, Person.id).limit(limit).offset(offset)
    ).all()
    total = session.scalars(
        sa.select(sa.func.count(Person.id))
        .outerjoin(Account, Account.person_id == Person.id)
        .where(*conditions)
    ).one()
    posts = posts_by_person(session, [row.Person.id for row in rows], today)
    found = tuple(_person_row(row.Person, row.Account, posts) for row in rows)
    return PersonPage(found, total)


def get_person(session: Session, person_id: int, now: datetime) -> PersonDetails:
    """One person with all posts; RecordNotFoundError when there is none."""
    row = session.execute(
        sa.select(Person, Account)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise RecordNotFoundError
    posts = {person_id: post_lines(session, Post.person_id == person_id)}
    waiting = proposal_rows(
        session,
        AdministrationProposal.person_id == person_id,
        AdministrationProposal.state == ProposalState.OPEN,
    )
    requested_at = session.scalar(
        sa.select(PasswordRequest.at)
        .where(PasswordRequest.person_id == person_id, PasswordRequest.closed_at.is_(None))
        .limit(1)
    )
    allowed = session.scalar(
        sa.select(AdministrationProposal.id).where(allows_a_link(person_id, now)).limit(1)
    )
    device_since = session.scalar(
        sa.select(SecondFactor.confirmed_at).where(SecondFactor.person_id == person_id)
    )
    return PersonDetails(
        row=_person_row(row.Person, row.Account, posts),
        proposals=tuple(waiting),
        requested_at=requested_at,
        may_get_link=allowed is not None,
        device_since=device_since,
    )


def list_requests(session: Session, today: date) -> list[RequestRow]:
    """Requests for a new password that wait, the oldest first."""
    rows = session.execute(
        sa.select(PasswordRequest, Person, Account)
        .join(Person, Person.id == PasswordRequest.person_id)
        .join(Account, Account.person_id == PasswordRequest.person_id)
        .where(PasswordRequest.closed_at.is_(None))
        .order_by(PasswordRequest.id)
        .limit(200)
    ).all()
    posts = posts_by_person(session, [row.Person.id for row in rows], today)
    return [
        RequestRow(
            person_id=row.Person.id,
            name=row.Person.name,
            username=row.Account.username,
            at=row.PasswordRequest.at,
            state=account_state(row.Account),
            posts=tuple(posts.get(row.Person.id, ())),
        )
        for row in rows
    ]


def account_state(account: Account | None) -> AccountState:
    """Whether the holder of this account can sign in."""
    if account is None:
        return AccountState.NONE
    if account.disabled_at is not None:
        return AccountState.DISABLED
    return AccountState.ACTIVE if account.password_hash else AccountState.WAITING


def _person_row(
    person: Person, account: Account | None, posts: Mapping[int, list[PostLine]]
) -> PersonRow:
    return PersonRow(
        person_id=person.id,
        name=person.name,
        username=account.username if account else "",
        state=account_state(account),
        posts=tuple(posts.get(person.id, ())),
    )
