"""The bodies that could list a hazard: somebody countersigns, somebody signs, it can number."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import SupervisionCase
from services.models.organisation import Organisation, Post, PostSector
from workflows.vocabulary import ListingLevel, OrganisationKind, Role


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
    held = sa.and_(
        Post.organisation_id == Organisation.id,
        Post.valid_from <= today,
        sa.or_(Post.valid_to.is_(None), Post.valid_to >= today),
    )
    countersigns = (
        sa.select(Post.id)
        .join(PostSector, PostSector.post_id == Post.id)
        .where(held, Post.role == Role.LEADER_IN_CHARGE, PostSector.sector == case.sector)
    )
    signs = sa.select(Post.id).where(held, Post.role == Role.AUTHORISED_SIGNATORY)
    rows = session.scalars(
        sa.select(Organisation)
        .where(
            sa.or_(organs, Organisation.id.in_([number for number in own if number])),
            # Without a mark of its own (机关代字) it could not number its notice.
            sa.or_(
                Organisation.kind == OrganisationKind.SAFETY_COMMITTEE,
                Organisation.mark.is_not(None),
            ),
            countersigns.exists(),
            signs.exists(),
        )
        .order_by(Organisation.id != case.safety_committee_id, Organisation.id)
    )
    return [BodyRow(row.id, row.name, level_of(row)) for row in rows]


def level_of(body: Organisation) -> ListingLevel:
    """The level at which a body lists."""
    if body.kind == OrganisationKind.ENTERPRISE:
        return ListingLevel.GROUP
    return ListingLevel.COUNTY if body.level == ListingLevel.COUNTY else ListingLevel.CITY


def _city_of(case: SupervisionCase) -> str:
    return case.division_code[:4] + "00"
