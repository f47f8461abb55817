"""Persons and their accounts: added, disabled, enabled, allowed a link to set the password."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.accounts import create_account, end_all_sessions
from services.administration.change import Change, Effect, Problems
from services.administration.posts import (
    add_post,
    described,
    leaves_an_administrator,
    post_problems,
    roles_from,
)
from services.calendar_feeds import end_feeds
from services.models.account import Account
from services.models.organisation import Person
from services.password_links import end_links
from services.second_factor import find_device, forget_device
from services.sign_in_rules import find_username_problem, normalised_username


def check_new(session: Session, change: Change, today: date) -> Problems:
    """What keeps this person from being added with this user name and first post."""
    problems = {**post_problems(session, change, today)}
    if not change.content.get("name"):
        problems["name"] = "required"
    username = change.content.get("username") or ""
    problem = find_username_problem(username)
    if problem is not None:
        problems["username"] = problem.value
    elif username_is_taken(session, username):
        problems["username"] = "username_taken"
    return problems


def add(session: Session, change: Change, _now: datetime) -> Effect:
    """Store person, account without a password, and first post."""
    person = add_person(session, change.content["name"], change.content["username"])
    post = add_post(session, person.id, change)
    username = normalised_username(change.content["username"])
    after = {"name": person.name, "username": username, **described(post)}
    return Effect(person.id, change.organisation_id, {}, after)


def add_person(session: Session, name: str, username: str) -> Person:
    """A new person with an account that waits for its first password."""
    person = Person(name=name)
    session.add(person)
    session.flush()
    create_account(session, person.id, username)
    session.flush()
    return person


def check_disabled(session: Session, change: Change, today: date) -> Problems:
    """What keeps this account from being disabled."""
    account = find_account(session, change.person_id)
    if account is None:
        return {"reason": "gone"}
    if account.disabled_at is not None:
        return {"reason": "already_disabled"}
    roles = roles_from(session, account.person_id, today)
    if not leaves_an_administrator(session, account.person_id, roles):
        return {"reason": "last_administrator"}
    return {}


def check_enabled(session: Session, change: Change, _today: date) -> Problems:
    """What keeps this account from being enabled again."""
    account = find_account(session, change.person_id)
    if account is None:
        return {"reason": "gone"}
    return {} if account.disabled_at is not None else {"reason": "already_enabled"}


def check_link(session: Session, change: Change, _today: date) -> Problems:
    """What keeps this person from getting a link."""
    account = find_account(session, change.person_id)
    if account is None:
        return {"reason": "gone"}
    return {} if account.disabled_at is None else {"reason": "already_disabled"}


def disable(session: Session, change: Change, now: datetime) -> Effect:
    """The person is signed out everywhere and cannot sign in; links and address are worthless."""
    account = _account(session, change)
    account.disabled_at = now
    session.flush()
    end_all_sessions(session, account.person_id, now)
    end_links(session, account.person_id, now)
    end_feeds(session, account.person_id, now)
    return Effect(account.person_id, None, {"disabled": False}, {"disabled": True})


def enable(session: Session, change: Change, _now: datetime) -> Effect:
    """The person can sign in again, with the password of before."""
    account = _account(session, change)
    account.disabled_at = None
    session.flush()
    return Effect(account.person_id, None, {"disabled": True}, {"disabled": False})


def check_forgotten(session: Session, change: Change, _today: date) -> Problems:
    """What keeps this person's signing device from being forgotten."""
    if find_account(session, change.person_id) is None or change.person_id is None:
        return {"reason": "gone"}
    return {} if find_device(session, change.person_id) else {"reason": "no_device"}


def forget(session: Session, change: Change, _now: datetime) -> Effect:
    """Whoever lost the device cannot sign until another one is bound."""
    account = _account(session, change)
    forget_device(session, account.person_id)
    return Effect(account.person_id, None, {"device": True}, {"device": False})


def allow_link(_session: Session, change: Change, _now: datetime) -> Effect:
    """Nothing changes yet: the link itself is made by the system administrator, once."""
    return Effect(change.person_id, None, {}, {})


def username_is_taken(session: Session, username: str) -> bool:
    """Whether an account has this user name, however it is spelled."""
    return (
        session.scalar(
            sa.select(Account.id).where(Account.username == normalised_username(username))
        )
        is not None
    )


def find_account(session: Session, person_id: int | None) -> Account | None:
    """The account of a person as it stands now, or None."""
    return session.scalar(
        sa.select(Account)
        .where(Account.person_id == person_id)
        .execution_options(populate_existing=True)
    )


def _account(session: Session, change: Change) -> Account:
    account = find_account(session, change.person_id)
    assert account is not None  # checked in the same transaction
    return account
