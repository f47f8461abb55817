"""Registrations of enterprises as the officer who decides on them sees them."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import RecordNotFoundError
from services.models.account import Account
from services.models.administration import EnterpriseRegistration, OrganisationSector
from services.models.organisation import Organisation, Person
from services.queries.administration.organisations import organisation_names
from services.queries.administration.persons import account_state
from services.queries.administration.posts import PostLine, list_posts_in_force
from workflows.administration import AccountState, RegistrationState
from workflows.permissions import Actor
from workflows.vocabulary import OrganisationKind, Role

# Who decides on what was sent to the own organisation.
DECIDES = frozenset({Role.CASE_OFFICER, Role.COMMITTEE_OFFICER})
SENT_FIELDS = (
    "name",
    "credit_code",
    "division_code",
    "address",
    "sector",
    "contact_person",
    "phone",
    "principal_name",
    "principal_username",
    "officer_name",
    "officer_username",
)


@dataclass(frozen=True)
class RegistrationRow:
    """One registration as listed."""

    registration_id: int
    receipt_number: str
    name: str
    credit_code: str
    sector: str
    division_code: str
    at: datetime
    state: RegistrationState
    routed_to_id: int


@dataclass(frozen=True)
class RegistrationPage:
    """Some registrations, and how many there are in all."""

    rows: tuple[RegistrationRow, ...]
    total: int


@dataclass(frozen=True)
class KnownOrganisation:
    """What already has this credit code, with its present holders."""

    name: str
    kind: OrganisationKind
    supervisor_name: str
    posts: tuple[PostLine, ...]


@dataclass(frozen=True)
class RegisteredPerson:
    """A person whom a confirmed registration brought."""

    name: str
    username: str
    state: AccountState


@dataclass(frozen=True)
class RegistrationDetails:
    """One registration with what the officer must know before deciding.

    `others` of the same credit code, each with the office that it was sent to.
    """

    row: RegistrationRow
    sent: dict[str, str]
    routed_to: str
    for_committee_office: bool
    known: KnownOrganisation | None
    others: tuple[tuple[RegistrationRow, str], ...]
    persons: tuple[RegisteredPerson, ...]
    decided_by: str
    decided_at: datetime | None
    reason: str


def list_registrations(
    session: Session, actor: Actor, state: RegistrationState | None, limit: int, offset: int
) -> RegistrationPage:
    """What was sent to the actor's offices, what waits first, then the newest."""
    conditions = [_own(actor)]
    if state is not None:
        conditions.append(EnterpriseRegistration.state == state.value)
    total = session.scalars(
        sa.select(sa.func.count(EnterpriseRegistration.id)).where(*conditions)
    ).one()
    rows = session.scalars(
        sa.select(EnterpriseRegistration)
        .where(*conditions)
        .order_by(
            EnterpriseRegistration.state != RegistrationState.PENDING,
            EnterpriseRegistration.id.desc(),
        )
        .limit(limit)
        .offset(offset)
    )
    return RegistrationPage(tuple(_row(row) for row in rows), total)


def get_own_registration(
    session: Session, actor: Actor, registration_id: int
) -> EnterpriseRegistration:
    """The registration, if it was sent to one of the actor's offices; else it does not exist."""
    row = session.scalars(
        sa.select(EnterpriseRegistration)
        .where(EnterpriseRegistration.id == registration_id, _own(actor))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise RecordNotFoundError
    return row


def get_registration(
    session: Session, actor: Actor, registration_id: int, today: date
) -> RegistrationDetails:
    """One registration with all that bears on the decision."""
    row = get_own_registration(session, actor, registration_id)
    office = session.get_one(Organisation, row.routed_to_id)
    others = session.scalars(
        sa.select(EnterpriseRegistration)
        .where(
            EnterpriseRegistration.credit_code == row.credit_code,
            EnterpriseRegistration.id != row.id,
        )
        .order_by(EnterpriseRegistration.id.desc())
        .limit(20)
    ).all()
    offices = organisation_names(session, [other.routed_to_id for other in others])
    decider = session.get(Person, row.decided_by_id) if row.decided_by_id else None
    return RegistrationDetails(
        row=_row(row),
        sent={name: getattr(row, name) for name in SENT_FIELDS},
        routed_to=office.name,
        for_committee_office=office.kind == OrganisationKind.COMMITTEE_OFFICE,
        known=_known(session, row.credit_code, today),
        others=tuple((_row(other), offices[other.routed_to_id]) for other in others),
        persons=_persons(session, row),
        decided_by=decider.name if decider else "",
        decided_at=row.decided_at,
        reason=row.reason,
    )


def find_by_credit_code(session: Session, credit_code: str) -> Organisation | None:
    """The organisation that has this credit code."""
    return session.scalar(
        sa.select(Organisation)
        .where(Organisation.credit_code == credit_code)
        .execution_options(populate_existing=True)
    )


def find_office_for(
    session: Session, sector: str, division_code: str, jurisdiction_code: str
) -> int | None:
    """The department that answers for a sector, the one of the division before that of the whole
    jurisdiction; else the committee office.
    """
    departments = session.execute(
        sa.select(Organisation.id)
        .join(OrganisationSector, OrganisationSector.organisation_id == Organisation.id)
        .where(
            OrganisationSector.sector == sector,
            Organisation.kind == OrganisationKind.DEPARTMENT,
            Organisation.division_code.in_([division_code, jurisdiction_code]),
        )
        .order_by(Organisation.division_code != division_code, Organisation.id)
        .limit(1)
    )
    return departments.scalar() or session.scalar(
        sa.select(Organisation.id).where(
            Organisation.kind == OrganisationKind.COMMITTEE_OFFICE,
            Organisation.division_code == jurisdiction_code,
        )
    )


def _own(actor: Actor) -> sa.ColumnElement[bool]:
    offices = [post.organisation_id for post in actor.own_posts if post.role in DECIDES]
    return EnterpriseRegistration.routed_to_id.in_(offices)


def _known(session: Session, credit_code: str, today: date) -> KnownOrganisation | None:
    found = find_by_credit_code(session, credit_code)
    if found is None:
        return None
    names = organisation_names(session, [found.supervised_by_id])
    return KnownOrganisation(
        name=found.name,
        kind=OrganisationKind(found.kind),
        supervisor_name=names.get(found.supervised_by_id or 0, ""),
        posts=tuple(list_posts_in_force(session, found.id, today)),
    )


def _persons(session: Session, row: EnterpriseRegistration) -> tuple[RegisteredPerson, ...]:
    found = session.execute(
        sa.select(Person, Account)
        .join(Account, Account.person_id == Person.id)
        .where(Person.id.in_([row.principal_id, row.officer_id]))
        .order_by(Person.id)
    )
    return tuple(
        RegisteredPerson(line.Person.name, line.Account.username, account_state(line.Account))
        for line in found
    )


def _row(row: EnterpriseRegistration) -> RegistrationRow:
    return RegistrationRow(
        registration_id=row.id,
        receipt_number=row.receipt_number,
        name=row.name,
        credit_code=row.credit_code,
        sector=row.sector,
        division_code=row.division_code,
        at=row.at,
        state=RegistrationState(row.state),
        routed_to_id=row.routed_to_id,
    )
