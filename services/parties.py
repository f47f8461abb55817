"""Who answers for a hazard: found in the register or entered, checked, and changed."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import deadlines
from services.cases import parent_company
from services.errors import InvalidCommandError
from services.former_values import keep_former
from services.frame import Frame
from services.models.case import CaseParty, SupervisionCase
from services.models.organisation import Organisation
from services.queries.facts import load_record, standing_of
from workflows.credit_code import is_valid_credit_code
from workflows.vocabulary import OPERATING, OrganisationKind, PartyKind, PartyRole, Track

# What an organisation can be as the responsible party; the first is assumed unless told.
KINDS_OF: Mapping[OrganisationKind, tuple[PartyKind, ...]] = {
    OrganisationKind.ENTERPRISE: (
        PartyKind.ENTERPRISE,
        PartyKind.SEVERAL_OWNERS,
        PartyKind.CONTRACT_PARTIES,
    ),
    OrganisationKind.INSTITUTION: (
        PartyKind.INSTITUTION,
        PartyKind.SEVERAL_OWNERS,
        PartyKind.CONTRACT_PARTIES,
    ),
    OrganisationKind.SOLE_TRADER: (PartyKind.SOLE_TRADER, PartyKind.SEVERAL_OWNERS),
    OrganisationKind.GOVERNMENT: (PartyKind.OWNERLESS, PartyKind.ILLEGAL_SITE),
}
_NEW_KINDS = {
    PartyKind.INSTITUTION: OrganisationKind.INSTITUTION,
    PartyKind.SOLE_TRADER: OrganisationKind.SOLE_TRADER,
}
# The same name is written with and without blanks, with wide and with narrow brackets.
_FOLDING = {" ": "", "\u3000": "", "（": "(", "）": ")"}


@dataclass(frozen=True)
class NewParty:
    """A party that the register does not have yet. `credit_code` may be empty."""

    name: str
    credit_code: str
    sector: str
    division_code: str


def party_kind_of(party: Organisation, wanted: PartyKind | None) -> PartyKind:
    """The kind of party that this organisation is here. InvalidCommandError when it cannot be."""
    possible = KINDS_OF.get(OrganisationKind(party.kind), ())
    if not possible:
        raise InvalidCommandError({"responsible_party_id": "choice"})
    if wanted is None:
        return possible[0]
    if wanted not in possible:
        raise InvalidCommandError({"party_kind": "not_this_party"})
    return wanted


def enter_party(
    session: Session, new: NewParty, kind: PartyKind | None, department_id: int
) -> Organisation:
    """The party with this credit code or name, or a new one that the department supervises.

    Raises InvalidCommandError for a code whose check digit is wrong or that is another's.
    """
    if kind in (PartyKind.OWNERLESS, PartyKind.ILLEGAL_SITE):
        raise InvalidCommandError({"responsible_party_id": "choose_government"})
    if new.credit_code and not is_valid_credit_code(new.credit_code):
        raise InvalidCommandError({"new_party_code": "check_digit"})
    known = _find(session, new)
    if known is not None:
        if known.supervised_by_id != department_id:
            raise InvalidCommandError({"new_party_name": "other_department"})
        return known
    if not new.sector or not new.division_code:
        missing = {"sector": new.sector, "division_code": new.division_code}
        raise InvalidCommandError({name: "choose" for name, value in missing.items() if not value})
    organisation_kind = _NEW_KINDS.get(kind or PartyKind.ENTERPRISE, OrganisationKind.ENTERPRISE)
    party = Organisation(
        key="",
        kind=organisation_kind.value,
        name=new.name,
        credit_code=new.credit_code or None,
        sector=new.sector,
        division_code=new.division_code,
        supervised_by_id=department_id,
    )
    name = hashlib.sha256(f"{new.division_code} {new.name}".encode()).hexdigest()[:40]
    party.key = f"entered:{new.credit_code or name}"
    session.add(party)
    session.flush()
    return party


def _find(session: Session, new: NewParty) -> Organisation | None:
    if new.credit_code:
        found = session.scalars(
            sa.select(Organisation).where(Organisation.credit_code == new.credit_code)
        ).one_or_none()
        if found is not None and _folded(found.name) != _folded(new.name):
            raise InvalidCommandError({"new_party_code": "other_party"})
        if found is not None:
            return found
    same_name = _find_by_name(session, new.name)
    if same_name is not None and new.credit_code and same_name.credit_code:
        raise InvalidCommandError({"new_party_code": "other_party"})
    return same_name


def _find_by_name(session: Session, name: str) -> Organisation | None:
    """The party of this name, whatever the blanks and the width of brackets in it."""
    stored: sa.ColumnElement[str] = Organisation.name.expression
    for written, folded in _FOLDING.items():
        stored = sa.func.replace(stored, written, folded)
    return session.scalars(
        sa.select(Organisation)
        .where(stored == _folded(name), Organisation.kind.in_(OPERATING))
        .order_by(Organisation.name != name, Organisation.id)
    ).first()


def _folded(name: str) -> str:
    for written, folded in _FOLDING.items():
        name = name.replace(written, folded)
    return name


def add_parties(
    session: Session, case: SupervisionCase, names: Sequence[tuple[PartyRole, str]]
) -> None:
    """Put further parties on record; one that is registered under its name is linked to it."""
    for role, name in names:
        known = _find_by_name(session, name)
        session.add(
            CaseParty(
                case_id=case.id,
                organisation_id=known.id if known else None,
                name=name,
                role=role.value,
            )
        )
    session.flush()


def names_in(text: str) -> Iterator[str]:
    """One name a line."""
    for line in text.splitlines():
        if name := line.strip():
            yield name[:200]


def check_new_party(session: Session, case: SupervisionCase, party_id: int | None) -> Organisation:
    """The party that may take over: another one of the same sort. InvalidCommandError otherwise.

    Whether the double report is owed does not change within a case: from a government to an
    enterprise or back, the case is withdrawn and registered anew.
    """
    party = session.get(Organisation, party_id) if party_id is not None else None
    present = session.get_one(Organisation, case.responsible_party_id)
    if party is None or party.id == present.id or OrganisationKind(party.kind) not in KINDS_OF:
        raise InvalidCommandError({"new_party_id": "choice"})
    if (party.kind in OPERATING) != (present.kind in OPERATING):
        raise InvalidCommandError({"new_party_id": "other_sort_of_party"})
    if party.kind in OPERATING and party.supervised_by_id != case.competent_department_id:
        raise InvalidCommandError({"new_party_id": "other_department"})
    if case.track == Track.OWN_LISTING:
        raise InvalidCommandError({"new_party_id": "own_listing"})
    if not _may_be_listed_by(session.get_one(Organisation, case.listing_body_id), party):
        raise InvalidCommandError({"new_party_id": "other_listing_body"})
    return party


def _may_be_listed_by(body: Organisation, party: Organisation) -> bool:
    """Nobody lists its own hazard, and a group only those of its own companies."""
    if body.kind in OPERATING:
        return party.parent_id == body.id
    return party.id != body.id


def pass_to(frame: Frame, case: SupervisionCase, party: Organisation) -> None:
    """The new party takes over what is open; every due date stays."""
    session, former_id = frame.session, case.responsible_party_id
    names = ("responsible_party_id", "parent_company_id", "party_kind")
    keep_former(session, SupervisionCase, names, frame.now, SupervisionCase.id == case.id)
    case.responsible_party_id = party.id
    case.parent_company_id = parent_company(party)
    if PartyKind(case.party_kind) not in KINDS_OF[OrganisationKind(party.kind)]:
        case.party_kind = KINDS_OF[OrganisationKind(party.kind)][0].value
    session.flush()
    session.expire(case, ["responsible_party", "parent_company"])
    standing = standing_of(session, case, load_record(session, case, frame.office.profile))
    deadlines.pass_on(session, case, former_id, standing, frame.now)
