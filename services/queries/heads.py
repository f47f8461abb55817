"""Who answers for an organisation today, and so is the second person of deeds about its people."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.organisation import Organisation, Post
from services.queries.standing_in import held_on
from workflows.permissions import Actor
from workflows.substitution import COMMITTEE_ROLES, HEAD_ROLES
from workflows.vocabulary import OrganisationKind, Role

MOST_HEADS = 50


def heads_at(actor: Actor) -> frozenset[int]:
    """The organisations that the actor answers for in person; a substitute answers for none."""
    return frozenset(post.organisation_id for post in actor.own_posts if post.role in HEAD_ROLES)


def list_confirmers(
    session: Session, post: Post, excluded: Collection[int], today: date
) -> list[Post]:
    """Who may confirm a deed about a post, as posts of theirs; never one of the excluded.

    A head of the same organisation. Where the deed is about a head, or no head is left, those
    above: heads of the parent organisation, and of the committee's office; above the office
    itself stand those who sign for its committee.
    """
    organisation = post.organisation
    near = _holders(session, [organisation.id], HEAD_ROLES, excluded, today)
    if near and Role(post.role) not in HEAD_ROLES:
        return near
    above = [organisation.parent_id] if organisation.parent_id else []
    above += _of_kind(session, OrganisationKind.COMMITTEE_OFFICE)
    found = _holders(session, above, HEAD_ROLES, excluded, today)
    if organisation.kind == OrganisationKind.COMMITTEE_OFFICE:
        committees = _of_kind(
            session, OrganisationKind.SAFETY_COMMITTEE, organisation.division_code
        )
        found += _holders(session, committees, COMMITTEE_ROLES, excluded, today)
    return found


def _holders(
    session: Session,
    organisation_ids: Collection[int],
    roles: Collection[Role],
    excluded: Collection[int],
    today: date,
) -> list[Post]:
    return list(
        session.scalars(
            sa.select(Post)
            .where(
                Post.organisation_id.in_(organisation_ids),
                Post.role.in_(sorted(roles)),
                Post.person_id.not_in(excluded),
                held_on(today),
            )
            .order_by(Post.organisation_id, Post.id)
            .limit(MOST_HEADS)
        )
    )


def _of_kind(
    session: Session, kind: OrganisationKind, division_code: str | None = None
) -> list[int]:
    wanted = [Organisation.kind == kind]
    if division_code is not None:
        wanted.append(Organisation.division_code == division_code)
    return list(session.scalars(sa.select(Organisation.id).where(*wanted).limit(MOST_HEADS)))
