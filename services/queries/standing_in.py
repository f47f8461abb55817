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


def list_substitutions_of(
    session: Session, person_id: int, own_posts: Collection[Post], today: date
) -> list[Substitution]:
    """The authorities that let a person with these posts of their own use others' posts today.

    One who has left the principal's organisation, or changed sides, stands in for nobody.
    """
    organisations = {post.organisation_id for post in own_posts}
    own_roles = [Role(post.role) for post in own_posts]
    if not organisations:
        return []
    found = session.scalars(
        sa.select(Substitution)
        .join(Post, Post.id == Substitution.post_id)
        .where(
            Substitution.substitute_person_id == person_id,
            runs_on(today),
            held_on(today),
            Post.organisation_id.in_(organisations),
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
