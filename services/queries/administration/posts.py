"""Posts with their holders and organisations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.organisation import Post
from workflows.administration import ADMINISTRATORS
from workflows.vocabulary import Role


@dataclass(frozen=True)
class PostLine:
    """One post with its holder and organisation."""

    post_id: int
    person_id: int
    person_name: str
    organisation_id: int
    organisation_name: str
    role: Role
    title: str
    valid_from: date
    valid_to: date | None
    sectors: tuple[str, ...]

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.valid_to is not None and self.valid_to < today


def list_administrators(session: Session, today: date) -> list[PostLine]:
    """Who holds one of the three administrators' posts today."""
    roles = [role.value for role in ADMINISTRATORS]
    return post_lines(session, Post.role.in_(roles), in_force(today))


def list_posts_in_force(session: Session, organisation_id: int, today: date) -> list[PostLine]:
    """The posts that are held at an organisation on that day."""
    return post_lines(session, Post.organisation_id == organisation_id, in_force(today))


def posts_by_person(
    session: Session, person_ids: list[int], today: date
) -> Mapping[int, list[PostLine]]:
    """The posts that these persons hold on this day."""
    found: dict[int, list[PostLine]] = {}
    for line in post_lines(session, Post.person_id.in_(person_ids), in_force(today)):
        found.setdefault(line.person_id, []).append(line)
    return found


def post_lines(session: Session, *conditions: sa.ColumnElement[bool]) -> list[PostLine]:
    """The posts that meet these conditions, the newest first."""
    posts = session.scalars(
        sa.select(Post).where(*conditions).order_by(Post.id.desc()).limit(500)
    ).unique()
    return [
        PostLine(
            post_id=post.id,
            person_id=post.person_id,
            person_name=post.person.name,
            organisation_id=post.organisation_id,
            organisation_name=post.organisation.name,
            role=Role(post.role),
            title=post.title,
            valid_from=post.valid_from,
            valid_to=post.valid_to,
            sectors=tuple(sorted(item.sector for item in post.sectors)),
        )
        for post in posts
    ]


def in_force(today: date) -> sa.ColumnElement[bool]:
    """True for the posts that are held on this day."""
    return sa.and_(
        Post.valid_from <= today, sa.or_(Post.valid_to.is_(None), Post.valid_to >= today)
    )
