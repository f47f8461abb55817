"""The committee offices above a body that lists."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import SupervisionCase
from services.models.organisation import Organisation
from workflows.vocabulary import OPERATING, OrganisationKind

# Beside them, the committee of the same division stands above.
_BELOW_THE_COMMITTEE = (OrganisationKind.DEPARTMENT, *OPERATING)


def list_superiors(session: Session, case: SupervisionCase) -> list[tuple[int, str]]:
    """Id and name of the registered offices to which the case could be raised, lowest first."""
    body = case.listing_body
    division = body.division_code or case.division_code
    same = body.kind in _BELOW_THE_COMMITTEE
    rows = session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.COMMITTEE_OFFICE,
            Organisation.dissolved_on.is_(None),
            Organisation.division_code.is_not(None),
        )
        .order_by(Organisation.division_code.desc(), Organisation.id)
    )
    return [
        (row.id, row.name)
        for row in rows
        if _is_above(row.division_code or "", division, same=same)
    ]


def _is_above(code: str, division: str, *, same: bool) -> bool:
    area = _area_of(code)
    within = _area_of(division).startswith(area)
    return within and (same or len(area) < len(_area_of(division)))


def _area_of(code: str) -> str:
    """The digits that name a province, city or county: two for each level."""
    while code.endswith("00"):
        code = code[:-2]
    return code
