"""Posts: given and ended, within the rules of workflows/administration.py."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.accounts import NO_PASSWORD
from services.administration.change import Change, Effect, Problems
from services.models.account import Account
from services.models.organisation import Organisation, Person, Post, PostSector
from services.reference.sectors import sectors
from workflows.administration import ADMINISTRATORS, Span, fits, keeps_administrators_apart
from workflows.vocabulary import OrganisationKind, Role

EARLIEST = date(1990, 1, 1)


def check_given(session: Session, change: Change, today: date) -> Problems:
    """What keeps this post from being given to this person."""
    if session.get(Person, change.person_id) is None:
        return {"reason": "gone"}
    problems = dict(post_problems(session, change, today))
    if problems:
        return problems
    held = [_span(post) for post in _posts_of(session, change.person_id)]
    new = _asked_span(change.content)
    if not keeps_administrators_apart(held, new):
        return {"role": "three_apart"}
    if any(
        post.role == new.role
        and post.organisation_id == change.organisation_id
        and (post.valid_to is None or post.valid_to >= new.first)
        for post in _posts_of(session, change.person_id)
    ):
        return {"role": "post_held"}
    return {}


def post_problems(session: Session, change: Change, today: date) -> Problems:
    """What is wrong with a post, whoever is to hold it."""
    organisation = session.get(Organisation, change.organisation_id)
    content, problems = change.content, dict[str, str]()
    if organisation is None:
        problems["organisation_id"] = "choose"
    if content.get("role") not in set(Role):
        problems["role"] = "choose"
    elif organisation is not None and not fits(
        Role(content["role"]), OrganisationKind(organisation.kind)
    ):
        problems["role"] = "role_unfit"
    if not content.get("title"):
        problems["title"] = "required"
    problems.update(_date_problems(content, today))
    asked = set(content.get("sectors") or [])
    if content.get("role") == Role.LEADER_IN_CHARGE:
        if not asked:
            problems["sectors"] = "choose"
    elif asked:
        problems["sectors"] = "leaders_only"
    if not asked <= set(sectors()):
        problems["sectors"] = "choice"
    return problems


def give(session: Session, change: Change, _now: datetime) -> Effect:
    """Store the post."""
    post = add_post(session, change.person_id or 0, change)
    return Effect(change.person_id, change.organisation_id, {}, described(post))


def add_post(session: Session, person_id: int, change: Change) -> Post:
    """A new post of this person as the change describes it."""
    span = _asked_span(change.content)
    post = Post(
        person_id=person_id,
        organisation_id=change.organisation_id,
        role=span.role.value,
        title=change.content["title"],
        valid_from=span.first,
        valid_to=span.last,
        sectors=[PostSector(sector=key) for key in sorted(change.content.get("sectors") or [])],
    )
    session.add(post)
    session.flush()
    return post


def check_ended(session: Session, change: Change, today: date) -> Problems:
    """What keeps this post from ending on that day."""
    post = session.get(Post, change.post_id)
    if post is None or post.person_id != change.person_id:
        return {"reason": "gone"}
    last = _day(change.content.get("valid_to"))
    if last is None:
        return {"valid_to": "required"}
    # A post of today can end as of yesterday, that is at once; nothing further back is touched.
    if last < today - timedelta(days=1):
        return {"valid_to": "day_passed"}
    if post.valid_to is not None and post.valid_to <= last:
        return {"valid_to": "post_ends_before"}
    if last < post.valid_from - timedelta(days=1):
        return {"valid_to": "before_beginning"}
    if not leaves_an_administrator(session, post.person_id, {Role(post.role)}):
        return {"reason": "last_administrator"}
    return {}


def end(session: Session, change: Change, _now: datetime) -> Effect:
    """Set the last day. A post that has not begun ends the day before it would have."""
    post = session.get_one(Post, change.post_id)
    before = described(post)
    post.valid_to = _day(change.content["valid_to"])
    session.flush()
    return Effect(post.person_id, post.organisation_id, before, described(post))


def leaves_an_administrator(session: Session, person_id: int, roles: set[Role]) -> bool:
    """Whether each of the three roles among these is also held, without end, by somebody else
    who can sign in: the office is never left without its three administrators.
    """
    for role in roles & ADMINISTRATORS:
        other = session.scalar(
            sa.select(Post.id)
            .join(Account, Account.person_id == Post.person_id)
            .where(
                Post.role == role,
                Post.person_id != person_id,
                Post.valid_to.is_(None),
                Account.disabled_at.is_(None),
                Account.password_hash != NO_PASSWORD,
            )
            .limit(1)
        )
        if other is None:
            return False
    return True


def roles_from(session: Session, person_id: int, today: date) -> set[Role]:
    """The roles that a person holds on this day or later."""
    return {
        Role(post.role)
        for post in _posts_of(session, person_id)
        if post.valid_to is None or post.valid_to >= today
    }


def described(post: Post) -> dict[str, Any]:
    """A post as plain JSON, for the log."""
    return {
        "role": post.role,
        "title": post.title,
        "organisation_id": post.organisation_id,
        "valid_from": post.valid_from.isoformat(),
        "valid_to": post.valid_to.isoformat() if post.valid_to else None,
        "sectors": sorted(item.sector for item in post.sectors),
    }


def _posts_of(session: Session, person_id: int | None) -> list[Post]:
    return list(session.scalars(sa.select(Post).where(Post.person_id == person_id)))


def _span(post: Post) -> Span:
    return Span(Role(post.role), post.valid_from, post.valid_to)


def _asked_span(content: Mapping[str, Any]) -> Span:
    first = _day(content.get("valid_from"))
    assert first is not None
    return Span(Role(content["role"]), first, _day(content.get("valid_to")))


def _date_problems(content: Mapping[str, Any], today: date) -> Problems:
    first, last = _day(content.get("valid_from")), _day(content.get("valid_to"))
    if first is None:
        return {"valid_from": "required"}
    if first < EARLIEST:
        return {"valid_from": "not_a_date"}
    if last is not None and last < first:
        return {"valid_to": "before_beginning"}
    if last is not None and last < today:
        return {"valid_to": "day_passed"}
    return {}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
