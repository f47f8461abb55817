"""Who is principal of a unit, stands in for one, or is to become one: whom bans are checked for.

Each way in has its function here, asked by whoever confirms it; all of them together are what the
register looks through.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.administration import AdministrationProposal, EnterpriseRegistration
from services.models.organisation import Organisation, Person, Post
from services.models.succession import Departure, Dissolution, Substitution
from services.queries.registration import find_by_credit_code
from workflows.administration import ChangeKind, ProposalState, RegistrationState
from workflows.bans import PRINCIPALS, SubjectKind

_ROLES = sorted(PRINCIPALS)
_WAITS_FOR_PRINCIPALS = (
    ChangeKind.ADD_PERSON,
    ChangeKind.GIVE_POST,
    ChangeKind.EDIT_ORGANISATION,
)


@dataclass(frozen=True)
class Candidate:
    """A principal of a unit, or somebody who would be from `begins` on.

    `sector` is the unit's trade, None where unknown; `house_id`: the department that supervises.
    """

    subject: SubjectKind
    subject_id: int
    name: str
    unit_name: str
    sector: str | None
    begins: date
    house_id: int | None
    is_in_office: bool = False


def of_registration(
    session: Session, row: EnterpriseRegistration, today: date
) -> tuple[Candidate, ...]:
    """The principal whom an enterprise that registers has named."""
    known = find_by_credit_code(session, row.credit_code)
    return (
        Candidate(
            subject=SubjectKind.REGISTRATION,
            subject_id=row.id,
            name=row.principal_name,
            unit_name=known.name if known else row.name,
            sector=known.sector if known else row.sector,
            begins=today,
            house_id=row.routed_to_id,
        ),
    )


def of_proposal(
    session: Session, row: AdministrationProposal, today: date
) -> tuple[Candidate, ...]:
    """Whom the administrators would make principal; of a unit whose trade changes, its present
    ones.
    """
    unit = session.get(Organisation, row.organisation_id) if row.organisation_id else None
    if unit is None:
        return ()
    if row.kind == ChangeKind.EDIT_ORGANISATION:
        sector = row.content.get("sector") or None
        if sector == unit.sector:
            return ()
        posts = session.scalars(_posts(today).where(Post.organisation_id == unit.id))
        return tuple(_of_person(post.person, unit, today, sector) for post in posts)
    if row.content.get("role") not in PRINCIPALS:
        return ()
    begins = max(date.fromisoformat(row.content["valid_from"]), today)
    if row.kind == ChangeKind.GIVE_POST:
        person = session.get_one(Person, row.person_id)
        return (_of_person(person, unit, begins, unit.sector),)
    return (
        Candidate(
            subject=SubjectKind.PROPOSAL,
            subject_id=row.id,
            name=row.content["name"],
            unit_name=unit.name,
            sector=unit.sector,
            begins=begins,
            house_id=unit.supervised_by_id,
        ),
    )


def of_departure(session: Session, row: Departure, today: date) -> tuple[Candidate, ...]:
    """Who would take over posts of principals, from the day after the leaver's last one."""
    found = []
    for item in row.plan:
        post = session.get_one(Post, item["post_id"])
        if item["successor_id"] and post.role in PRINCIPALS:
            person = session.get_one(Person, item["successor_id"])
            begins = max(row.last_on + timedelta(days=1), today)
            found.append(_of_person(person, post.organisation, begins, post.organisation.sector))
    return tuple(found)


def of_substitution(row: Substitution, today: date) -> tuple[Candidate, ...]:
    """Who would use a principal's post."""
    if row.post.role not in PRINCIPALS:
        return ()
    unit = row.post.organisation
    return (_of_person(row.substitute, unit, max(row.from_on, today), unit.sector),)


def of_dissolution(session: Session, row: Dissolution, today: date) -> tuple[Candidate, ...]:
    """Principals who would go on at the successor."""
    posts = session.scalars(_posts(today).where(Post.id.in_(row.plan)))
    unit = row.successor
    return tuple(_of_person(post.person, unit, today, unit.sector) for post in posts)


def list_candidates(session: Session, today: date) -> tuple[Candidate, ...]:
    """Everybody who is principal or is to become one, each unit and way on its own."""
    return (
        *_in_office(session, today),
        *(
            candidate
            for row in session.scalars(
                sa.select(EnterpriseRegistration)
                .where(EnterpriseRegistration.state == RegistrationState.PENDING)
                .order_by(EnterpriseRegistration.id)
            )
            for candidate in of_registration(session, row, today)
        ),
        *(
            candidate
            for row in session.scalars(
                sa.select(AdministrationProposal)
                .where(
                    AdministrationProposal.state == ProposalState.OPEN,
                    AdministrationProposal.kind.in_(_WAITS_FOR_PRINCIPALS),
                )
                .order_by(AdministrationProposal.id)
            )
            for candidate in of_proposal(session, row, today)
        ),
        *_of_deeds(session, today),
    )


def _in_office(session: Session, today: date) -> Iterable[Candidate]:
    for post in session.scalars(_posts(today)):
        yield _of_person(
            post.person,
            post.organisation,
            max(post.valid_from, today),
            post.organisation.sector,
            is_in_office=True,
        )
    substitutions = session.scalars(
        sa.select(Substitution)
        .join(Post, Post.id == Substitution.post_id)
        .where(
            Post.role.in_(_ROLES),
            Substitution.revoked_at.is_(None),
            Substitution.to_on >= today,
        )
        .order_by(Substitution.id)
    )
    for row in substitutions:
        yield from of_substitution(row, today)


def _of_deeds(session: Session, today: date) -> Iterable[Candidate]:
    for departure in session.scalars(sa.select(Departure).where(*_waits(Departure))):
        yield from of_departure(session, departure, today)
    for dissolution in session.scalars(sa.select(Dissolution).where(*_waits(Dissolution))):
        yield from of_dissolution(session, dissolution, today)


def _waits(kind: type[Departure | Dissolution]) -> tuple[sa.ColumnElement[bool], ...]:
    return kind.confirmed_at.is_(None), kind.revoked_at.is_(None)


def _posts(today: date) -> sa.Select[Post]:
    return (
        sa.select(Post)
        .where(Post.role.in_(_ROLES), sa.or_(Post.valid_to.is_(None), Post.valid_to >= today))
        .order_by(Post.id)
    )


def _of_person(
    person: Person,
    unit: Organisation,
    begins: date,
    sector: str | None,
    *,
    is_in_office: bool = False,
) -> Candidate:
    return Candidate(
        subject=SubjectKind.PERSON,
        subject_id=person.id,
        name=person.name,
        unit_name=unit.name,
        sector=sector,
        begins=begins,
        house_id=unit.supervised_by_id,
        is_in_office=is_in_office,
    )
