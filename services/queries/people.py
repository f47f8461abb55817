"""Who a person is today: the posts held, as the rules see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.organisation import Organisation, Person, Post
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Role


def find_actor(session: Session, person_id: int, today: date) -> Actor | None:
    """The person with the posts held on that day, or None when there is no such person."""
    person = session.get(Person, person_id)
    if person is None:
        return None
    posts = list_posts(session, person_id, today)
    return Actor(person.id, person.name, tuple(_record(post) for post in posts))


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
        .where(Post.organisation_id.in_(organisation_ids), Post.role.in_(roles), *_held_on(today))
        .order_by(Post.organisation_id, Post.id)
        .limit(500)
    ):
        posts.setdefault(post.person_id, []).append(post)
    return [
        Colleague(
            Actor(person_id, held[0].person.name, tuple(_record(post) for post in held)),
            held[0].title,
            held[0].organisation.name,
        )
        for person_id, held in posts.items()
    ]


def _record(post: Post) -> PostRecord:
    return PostRecord(
        post.id,
        Role(post.role),
        post.organisation_id,
        frozenset(item.sector for item in post.sectors),
    )


def _held_on(today: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (Post.valid_from <= today, sa.or_(Post.valid_to.is_(None), Post.valid_to >= today))


def list_posts(session: Session, person_id: int, today: date) -> list[Post]:
    """The posts that a person holds on a day, oldest first."""
    return list(
        session.scalars(
            sa.select(Post)
            .where(
                Post.person_id == person_id,
                Post.valid_from <= today,
                sa.or_(Post.valid_to.is_(None), Post.valid_to >= today),
            )
            .order_by(Post.id)
            .limit(20)
        )
    )


def holder_names(session: Session, organisation_id: int, role: Role, today: date) -> list[str]:
    """Names of those who hold a role at an organisation on a day."""
    return list(
        session.scalars(
            sa.select(Person.name)
            .join(Post, Post.person_id == Person.id)
            .where(
                Post.organisation_id == organisation_id,
                Post.role == role,
                Post.valid_from <= today,
                sa.or_(Post.valid_to.is_(None), Post.valid_to >= today),
            )
            .order_by(Person.id)
            .limit(20)
        )
    )


def get_organisation_by_key(session: Session, key: str) -> Organisation:
    """The organisation under its stable key."""
    return session.scalars(sa.select(Organisation).where(Organisation.key == key)).one()
