"""Making a real installation: empty but for sourced public organs and the three administrators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.accounts import create_account
from services.administration.links import record_link
from services.administration.log import NewEntry, write_entry
from services.clock import local_date
from services.database import lock_until_commit, transaction
from services.demonstration.loader import NotEmptyError, holds_nothing, organisation_row
from services.demonstration.organisations import DemonstrationOrganisation, load
from services.models.installation import Installation
from services.models.organisation import Organisation, Person, Post
from services.password_links import NewLink, make_link
from services.reference.divisions import divisions
from services.reference.profile import Profile
from workflows.administration import EntryKind
from workflows.vocabulary import OrganisationKind, Role

USERNAMES: Mapping[Role, str] = {
    Role.SYSTEM_ADMIN: "system.admin",
    Role.SECURITY_ADMIN: "security.admin",
    Role.AUDIT_ADMIN: "audit.admin",
}


class NoSourcedOfficeError(Exception):
    """No source names a committee office in the jurisdiction of this profile."""


class SamePersonError(Exception):
    """Two of the three administrators have the same name: they must be three persons."""


@dataclass(frozen=True)
class FirstAdministrator:
    """One of the three, with the link by which the password is set."""

    role: Role
    link: NewLink


def initialise(
    engine: Engine,
    profile: Profile,
    names: Mapping[Role, str],
    titles: Mapping[Role, str],
    now: datetime,
) -> list[FirstAdministrator]:
    """Fill an empty database so that three persons can begin; NotEmptyError for any other."""
    if len(set(names.values())) < len(USERNAMES):
        raise SamePersonError
    with transaction(engine) as session:
        lock_until_commit(session, "initialise")
        if not holds_nothing(session):
            raise NotEmptyError("the database is not empty")
        session.add(Installation(profile=profile.key, demonstration=False, made_at=now))
        office = _add_organs(session, profile)
        made = [
            _add_administrator(session, office, role, names[role], titles[role], now)
            for role in USERNAMES
        ]
        _record(session, profile, made, office, now)
    return [FirstAdministrator(role, link) for role, _, link in made]


def sourced_organs(profile: Profile) -> list[DemonstrationOrganisation]:
    """The public organs of the jurisdiction that a source names; nothing inferred or invented."""
    return [
        row
        for row in load().organisations.values()
        if row.kind is not OrganisationKind.ENTERPRISE
        and not row.inferred
        and profile.division_code in (row.division_code, divisions()[row.division_code].parent_code)
    ]


def _add_organs(session: Session, profile: Profile) -> Organisation:
    """Store the organs; returns the committee office, at which the administrators have posts."""
    ids: dict[str, int] = {}
    office: Organisation | None = None
    for row in sourced_organs(profile):
        organisation = organisation_row(row, ids)
        session.add(organisation)
        session.flush()
        ids[row.key] = organisation.id
        if row.kind is OrganisationKind.COMMITTEE_OFFICE:
            office = organisation
    if office is None:
        raise NoSourcedOfficeError
    return office


def _add_administrator(
    session: Session, office: Organisation, role: Role, name: str, title: str, now: datetime
) -> tuple[Role, int, NewLink]:
    person = Person(name=name)
    session.add(person)
    session.flush()
    create_account(session, person.id, USERNAMES[role])
    session.add(
        Post(
            person_id=person.id,
            organisation_id=office.id,
            role=role.value,
            title=title,
            valid_from=local_date(now),
        )
    )
    session.flush()
    return role, person.id, make_link(session, person.id, None, now)


def _record(
    session: Session,
    profile: Profile,
    made: list[tuple[Role, int, NewLink]],
    office: Organisation,
    now: datetime,
) -> None:
    after = {role.value: link.name for role, _, link in made}
    new = NewEntry(
        kind=EntryKind.INSTALLED,
        person_id=None,
        organisation_id=office.id,
        after={"profile": profile.key, **after},
    )
    write_entry(session, new, now)
    for _, person_id, link in made:
        record_link(session, link, person_id, None, now)
