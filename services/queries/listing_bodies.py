"""The bodies that could list a hazard: their people can draft, review, countersign and sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import SupervisionCase
from services.models.organisation import Organisation, Post, PostSector
from services.queries.facts import OFFICE_DRAFTS_FOR
from workflows.permissions import ROLES_OF
from workflows.vocabulary import Action, ListingLevel, OrganisationKind, Role


@dataclass(frozen=True)
class BodyRow:
    """One body that can list this hazard today."""

    organisation_id: int
    name: str
    level: ListingLevel


def list_bodies(session: Session, case: SupervisionCase, today: date) -> list[BodyRow]:
    """The committee first, then government, department and group, each as far as it can sign."""
    organs = sa.and_(
        Organisation.kind.in_((OrganisationKind.SAFETY_COMMITTEE, OrganisationKind.GOVERNMENT)),
        Organisation.division_code.in_((_city_of(case), case.division_code)),
    )
    own = [case.safety_committee_id, case.competent_department_id, case.parent_company_id]
    rows = session.scalars(
        sa.select(Organisation)
        .where(
            # Nobody lists a hazard for which it answers itself.
            Organisation.id != case.responsible_party_id,
            sa.or_(organs, Organisation.id.in_([number for number in own if number])),
            # Without a mark of its own (机关代字) it could not number its notice.
            sa.or_(
                Organisation.kind == OrganisationKind.SAFETY_COMMITTEE,
                Organisation.mark.is_not(None),
            ),
            _can_prepare(today),
            _can_sign(case.sector, today),
        )
        .order_by(Organisation.id != case.safety_committee_id, Organisation.id)
    )
    return [BodyRow(row.id, row.name, level_of(row)) for row in rows]


def _can_prepare(today: date) -> sa.ColumnElement[bool]:
    """Where the committee's office does not prepare the notice, two persons do."""
    drafter, reviewer = aliased(Post), aliased(Post)
    prepares = sa.exists().where(
        _holds(drafter, ROLES_OF[Action.PROPOSE_LISTING], today),
        _holds(reviewer, ROLES_OF[Action.REVIEW_DRAFT], today),
        drafter.person_id != reviewer.person_id,
    )
    return sa.or_(Organisation.kind.in_(OFFICE_DRAFTS_FOR), prepares)


def _can_sign(sector: str, today: date) -> sa.ColumnElement[bool]:
    """One leader of the sector countersigns, and another person signs."""
    leader, signatory = aliased(Post), aliased(Post)
    return sa.exists().where(
        _holds(leader, (Role.LEADER_IN_CHARGE,), today),
        PostSector.post_id == leader.id,
        PostSector.sector == sector,
        _holds(signatory, (Role.AUTHORISED_SIGNATORY,), today),
        leader.person_id != signatory.person_id,
    )


def _holds(post: type[Post], roles: Sequence[Role], today: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        post.organisation_id == Organisation.id,
        post.role.in_(roles),
        post.valid_from <= today,
        sa.or_(post.valid_to.is_(None), post.valid_to >= today),
    )


def level_of(body: Organisation) -> ListingLevel:
    """The level at which a body lists."""
    if body.kind == OrganisationKind.ENTERPRISE:
        return ListingLevel.GROUP
    return ListingLevel.COUNTY if body.level == ListingLevel.COUNTY else ListingLevel.CITY


def _city_of(case: SupervisionCase) -> str:
    return case.division_code[:4] + "00"
