"""Who a person is today: the posts held, as the rules see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.account import Account
from services.models.organisation import Organisation, Person, Post
from services.queries.standing_in import (
    authority_of,
    held_on,
    list_running,
    usable_posts,
)
from workflows.permissions import Actor, Authority, PostRecord
from workflows.vocabulary import Action, Role


@dataclass(frozen=True)
class Signatory:
    """Who is to sign; with a principal: as the substitute of that person."""

    name: str
    principal_name: str = ""


def find_actor(session: Session, person_id: int, today: date) -> Actor | None:
    """The person with the posts held on that day, then those stood in for; None if unknown."""
    person = session.get(Person, person_id)
    if person is None:
        return None
    posts, substitutions = usable_posts(session, person_id, today)
    own = [post_record(post) for post in posts]
    others = [post_record(row.post, authority_of(row)) for row in substitutions]
    return Actor(person.id, person.name, (*own, *others))


@dataclass(frozen=True)
class Colleague:
    """A person with those posts at some organisations that were asked for, and the first title."""

    actor: Actor
    title: str
    organisation_name: str


def list_people_at(
    session: Session, organisation_ids: Collection[int], roles: Collection[Role], today: date
) -> list[Colleague]:
    """Who holds one of these roles at one of these organisations on a day, by organisation."""
    posts: dict[int, list[Post]] = {}
    for post in session.scalars(
        sa.select(Post)
        .where(Post.organisation_id.in_(organisation_ids), Post.role.in_(roles), held_on(today))
        .order_by(Post.organisation_id, Post.id)
        .limit(500)
    ):
        posts.setdefault(post.person_id, []).append(post)
    return [
        Colleague(
            Actor(person_id, held[0].person.name, tuple(post_record(post) for post in held)),
            held[0].title,
            held[0].organisation.name,
        )
        for person_id, held in posts.items()
    ]


def post_record(post: Post, authority: Authority | None = None) -> PostRecord:
    """A post as the rules see it."""
    return PostRecord(
        post.id,
        Role(post.role),
        post.organisation_id,
        frozenset(item.sector for item in post.sectors),
        authority,
    )


def list_posts(session: Session, person_id: int, today: date) -> list[Post]:
    """The posts that a person holds on a day, oldest first."""
    return list(
        session.scalars(
            sa.select(Post)
            .where(Post.person_id == person_id, held_on(today))
            .order_by(Post.id)
            .limit(20)
        )
    )


def list_holders(session: Session, organisation_id: int, role: Role, today: date) -> list[Post]:
    """The posts of a role at an organisation on a day."""
    return list(
        session.scalars(
            sa.select(Post)
            .where(Post.organisation_id == organisation_id, Post.role == role, held_on(today))
            .order_by(Post.person_id)
            .limit(20)
        )
    )


def list_signatories(
    session: Session, organisation_id: int, role: Role, action: Action, today: date
) -> list[Signatory]:
    """Who is expected to sign for an organisation: its holders of a role, or who stands in."""
    found: list[Signatory] = []
    for post in list_holders(session, organisation_id, role, today):
        substitute = _substitute_for(session, post, action, today)
        found.append(
            Signatory(substitute.name, post.person.name)
            if substitute
            else Signatory(post.person.name)
        )
    return found


def _substitute_for(session: Session, post: Post, action: Action, today: date) -> Person | None:
    for substitution in list_running(session, post.id, today):
        substitute = substitution.substitute
        actor = find_actor(session, substitute.id, today)
        if actor and any(
            held.authority
            and held.authority.substitution_id == substitution.id
            and held.covers(action)
            for held in actor.posts
        ):
            return substitute
    return None


def get_organisation_by_key(session: Session, key: str) -> Organisation:
    """The organisation under its stable key."""
    return session.scalars(sa.select(Organisation).where(Organisation.key == key)).one()


def find_account_holder(session: Session, username: str, today: date) -> Actor | None:
    """Whoever signs in by this name; None where nobody does any more."""
    person_id = session.scalars(
        sa.select(Account.person_id).where(
            Account.username == username, Account.disabled_at.is_(None)
        )
    ).one_or_none()
    return find_actor(session, person_id, today) if person_id is not None else None
