"""Which posts a person may use today as a substitute, and who stands in for a post."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.organisation import Post
from services.models.succession import Substitution
from workflows.permissions import Authority
from workflows.substitution import may_stand_in
from workflows.vocabulary import Action, Role

MOST_POSTS = 20


def runs_on(today: date) -> sa.ColumnElement[bool]:
    """A condition on Substitution: confirmed, not revoked, and today is one of its days."""
    return sa.and_(
        Substitution.confirmed_at.is_not(None),
        Substitution.revoked_at.is_(None),
        Substitution.from_on <= today,
        Substitution.to_on >= today,
    )


def held_on(today: date) -> sa.ColumnElement[bool]:
    """A condition on Post: today is one of its days."""
    return sa.and_(
        Post.valid_from <= today, sa.or_(Post.valid_to.is_(None), Post.valid_to >= today)
    )


def usable_posts(
    session: Session, person_id: int, today: date
) -> tuple[list[Post], list[Substitution]]:
    """A person's own posts, oldest first, and the authorities to use others' posts today.

    One who has left the principal's organisation, or changed sides, stands in for nobody.
    """
    named = sa.exists().where(Substitution.substitute_person_id == person_id, runs_on(today))
    rows = session.execute(
        sa.select(Post, named.label("named"))
        .where(Post.person_id == person_id, held_on(today))
        .order_by(Post.id)
        .limit(MOST_POSTS)
    ).all()
    own = [row.Post for row in rows]
    # Most people stand in for nobody: they are asked no second question.
    if not rows or not rows[0].named:
        return own, []
    return own, _substitutions(session, person_id, own, today)


def _substitutions(
    session: Session, person_id: int, own: Collection[Post], today: date
) -> list[Substitution]:
    own_roles = [Role(post.role) for post in own]
    found = session.scalars(
        sa.select(Substitution)
        .join(Post, Post.id == Substitution.post_id)
        .where(
            Substitution.substitute_person_id == person_id,
            runs_on(today),
            held_on(today),
            Post.organisation_id.in_({post.organisation_id for post in own}),
        )
        .order_by(Substitution.id)
        .limit(MOST_POSTS)
    ).all()
    return [row for row in found if may_stand_in(Role(row.post.role), own_roles)]


def authority_of(substitution: Substitution) -> Authority:
    """The authority as the rules see it."""
    return Authority(
        substitution.id,
        substitution.principal_person_id,
        substitution.post.person.name,
        frozenset(Action(name) for name in substitution.excluded),
    )


def list_running(session: Session, post_id: int, today: date) -> list[Substitution]:
    """The substitutions of one post on a day."""
    return list(
        session.scalars(
            sa.select(Substitution)
            .where(Substitution.post_id == post_id, runs_on(today))
            .order_by(Substitution.id)
            .limit(MOST_POSTS)
        )
    )
