"""Making a case: to whom it belongs, and the number it is filed under."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.database import lock_until_commit
from services.documents.numbers import take_number
from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.case import SupervisionCase
from services.models.organisation import Organisation
from services.reference.sectors import sectors
from services.succession.deeds import LOCK
from workflows.facts import UNDECIDED
from workflows.vocabulary import OPERATING, HazardSource, OrganisationKind, PartyKind, Phase


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What is known of a hazard when its case begins. Only party, name and place are certain."""

    source: HazardSource
    responsible_party: Organisation
    party_kind: PartyKind
    competent_department_id: int | None
    hazard_name: str
    sector: str
    division_code: str
    place: str | None = None
    description: str | None = None
    measures_taken: str | None = None
    found_on: date | None = None
    import_key: str | None = None


def create_case(frame: Frame, new: NewCase) -> SupervisionCase:
    """Store the case, give it its intake number. InvalidCommandError for unknown codes."""
    lock_until_commit(frame.session, LOCK)
    if new.sector not in sectors():
        raise InvalidCommandError({"sector": "choice"})
    territory, body, office = find_bodies(frame, new.division_code)
    case = SupervisionCase(
        intake_number="",
        import_key=new.import_key,
        source=new.source.value,
        hazard_name=new.hazard_name,
        place=new.place,
        description=new.description,
        measures_taken=new.measures_taken,
        sector=new.sector,
        division_code=new.division_code,
        found_on=new.found_on,
        filed_at=frame.now,
        responsible_party_id=new.responsible_party.id,
        parent_company_id=parent_company(new.responsible_party),
        competent_department_id=new.competent_department_id,
        territorial_government_id=territory.id,
        listing_body_id=body.id,
        listing_office_id=office.id,
        safety_committee_id=body.id,
        party_kind=new.party_kind.value,
        track=UNDECIDED,
        flags=[],
        phase=Phase.INTAKE.value,
        changed_at=frame.now,
    )
    case.responsible_party = new.responsible_party
    case.criterion = None
    frame.session.add(case)
    with frame.session.no_autoflush:
        frame.session.flush()
        case.intake_number = take_number(
            frame.session,
            "intake",
            frame.office.profile.intake_number_format,
            office.id,
            case.id,
            frame.now,
        ).text
        frame.session.flush()
    return case


def find_bodies(
    frame: Frame, division_code: str
) -> tuple[Organisation, Organisation, Organisation]:
    """Territorial government, listing body and its office; InvalidCommandError where one lacks."""
    territory = _find(frame, OrganisationKind.GOVERNMENT, division_code)
    if territory is None:
        raise InvalidCommandError({"division_code": "choice"})
    body = _listing_organisation(frame, OrganisationKind.SAFETY_COMMITTEE)
    office = _listing_organisation(frame, OrganisationKind.COMMITTEE_OFFICE)
    return territory, body, office


def parent_company(party: Organisation) -> int | None:
    """The company or authority above a party that produces or operates; organs have none here."""
    return party.parent_id if party.kind in OPERATING else None


def _find(frame: Frame, kind: OrganisationKind, division_code: str) -> Organisation | None:
    """The one that is there; of a dissolved one, the one that succeeded it."""
    found = frame.session.scalars(
        sa.select(Organisation)
        .where(Organisation.kind == kind, Organisation.division_code == division_code)
        .order_by(Organisation.dissolved_on.is_not(None), Organisation.id)
    ).first()
    while found is not None and found.succeeded_by_id is not None:
        found = frame.session.get_one(Organisation, found.succeeded_by_id)
    return found


def _listing_organisation(frame: Frame, kind: OrganisationKind) -> Organisation:
    found = _find(frame, kind, frame.office.profile.division_code)
    if found is None:
        raise InvalidCommandError({"division_code": "no_listing_body"})
    return found
