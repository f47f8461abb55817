"""The pool of experts, and who of it may advise on a case."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import Act, CaseParty, Invitation, SupervisionCase
from services.models.organisation import Organisation, Post
from workflows.experts import Conflict, ExpertRecord, Interests, conflict_of
from workflows.permissions import SUPERVISED_SIDE
from workflows.vocabulary import Action, InvitationEnd, Role


@dataclass(frozen=True)
class ExpertRow:
    """One post of the pool, and why its holder may not advise, if so."""

    post_id: int
    name: str
    title: str
    conflict: Conflict | None


def list_experts(session: Session, case: SupervisionCase, today: date) -> list[ExpertRow]:
    """Everybody who is an expert today, with the check against this case."""
    posts = session.scalars(
        sa.select(Post)
        .where(Post.role == Role.EXPERT, *_held_on(today))
        .order_by(Post.id)
        .limit(300)
    ).all()
    places = _organisations_of(session, {post.person_id for post in posts}, today)
    interests = interests_in(session, case)
    return [
        ExpertRow(
            post.id,
            post.person.name,
            post.title,
            conflict_of(ExpertRecord(post.person_id, places[post.person_id]), interests),
        )
        for post in posts
    ]


def interests_in(session: Session, case: SupervisionCase) -> Interests:
    """Whose experts may not advise on the case."""
    acts = session.execute(
        sa.select(Act.person_id, Act.action, Act.content).where(
            Act.case_id == case.id, Act.action.in_(SUPERVISED_SIDE)
        )
    ).all()
    declared = session.scalars(
        sa.select(Post.person_id)
        .join(Invitation, Invitation.post_id == Post.id)
        .where(Invitation.case_id == case.id, Invitation.ended_as == InvitationEnd.CONFLICT)
    )
    further = session.scalars(
        sa.select(CaseParty.organisation_id).where(
            CaseParty.case_id == case.id, CaseParty.organisation_id.is_not(None)
        )
    )
    agencies = (row.content.get("agency") for row in acts if row.action == Action.EVALUATE_EFFECT)
    return Interests(
        responsible_parties=(case.responsible_party_id, *further),
        parent_company_id=case.parent_company_id,
        agencies=frozenset(str(agency) for agency in agencies if agency),
        acted_for_supervised_side=frozenset(row.person_id for row in acts),
        declared_conflict=frozenset(declared),
    )


def _organisations_of(
    session: Session, person_ids: set[int], today: date
) -> dict[int, dict[int, str]]:
    places = defaultdict[int, dict[int, str]](dict)
    for row in session.execute(
        sa.select(Post.person_id, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Post.person_id.in_(person_ids), *_held_on(today))
    ):
        places[row.person_id][row.id] = row.name
    return places


def _held_on(today: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Post.valid_from <= today,
        sa.or_(Post.valid_to.is_(None), Post.valid_to >= today),
    )
