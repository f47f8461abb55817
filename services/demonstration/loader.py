"""Loading the demonstration into an empty database, and resetting one that is a demonstration."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.accounts import create_account, hash_password
from services.clock import local_date
from services.database import Base, reading, transaction
from services.demonstration.assessments import play_assessment
from services.demonstration.bans import play_bans
from services.demonstration.campaigns import play_campaigns
from services.demonstration.cases import load_cases
from services.demonstration.organisations import DemonstrationOrganisation, load
from services.demonstration.play import Play, Press, play_cases
from services.demonstration.referrals import play_referrals
from services.demonstration.returns import play_returns
from services.demonstration.tips import play_tips
from services.demonstration.tracebacks import play_traceback
from services.models.account import Account, SignInAttempt
from services.models.administration import OrganisationSector, PublicRequest
from services.models.installation import Installation
from services.models.organisation import Organisation, Person, Post, PostSector
from services.models.process import worker_beat
from services.models.tip import PublicQuota
from services.office import Office
from services.queries.installation import is_demonstration
from services.second_factor import enrol
from workflows.administration import ADMINISTRATORS
from workflows.vocabulary import Role

# Everybody may know both: a demonstration answers only to its own machine.
DEMONSTRATION_PASSWORD = "demonstration-only"  # noqa: S105  no secret, see above
DEMONSTRATION_DEVICE = "GUAPAIDEMONSTRATIONDEVICEONLYAAA"


class NotEmptyError(Exception):
    """The database already holds something; the message names the mend."""


class NotADemonstrationError(Exception):
    """The database belongs to a real installation and is never emptied."""


@dataclass(frozen=True)
class DemonstrationAccount:
    """One account as printed at the start. The password is the same for all."""

    username: str
    name: str
    organisation: str
    role: Role
    title: str


def is_empty(engine: Engine) -> bool:
    """True when the database holds nothing yet."""
    with reading(engine) as session:
        return holds_nothing(session)


def load_demonstration(engine: Engine, office: Office, press: Press, now: datetime) -> None:
    """Mark an empty database as a demonstration, for good, and fill it. NotEmptyError otherwise."""
    password_hash = hash_password(DEMONSTRATION_PASSWORD)  # slow on purpose: before the transaction
    with transaction(engine) as session:
        if not holds_nothing(session):
            raise NotEmptyError(
                "the database is not empty; a demonstration needs one of its own (DATABASE_URL)"
            )
        _set_up(session, office, password_hash, now)
    play = Play(engine, office, press, now)
    play_cases(play)
    play_tips(play)
    play_campaigns(play)
    play_returns(play)
    play_assessment(play)
    play_referrals(play)
    play_traceback(play)
    play_bans(play)


def reset_demonstration(engine: Engine, office: Office, press: Press, now: datetime) -> None:
    """Empty a demonstration and fill it again. NotADemonstrationError for any other database."""
    password_hash = hash_password(DEMONSTRATION_PASSWORD)
    with transaction(engine) as session:
        if not is_demonstration(session) and not holds_nothing(session):
            raise NotADemonstrationError(
                "the database is not marked as a demonstration; it is never emptied"
            )
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(sa.delete(table))
        _set_up(session, office, password_hash, now)
    play = Play(engine, office, press, now)
    play_cases(play)
    play_tips(play)
    play_campaigns(play)
    play_returns(play)
    play_assessment(play)
    play_referrals(play)
    play_traceback(play)
    play_bans(play)


def list_accounts() -> tuple[DemonstrationAccount, ...]:
    """The accounts worth printing: every role of one case's straight path, in its order, and
    the three administrators.
    """
    demonstration = load()
    persons = {person.username: person for person in demonstration.persons}
    administrators = (
        person.username
        for person in demonstration.persons
        if person.posts[0].role in ADMINISTRATORS
    )
    usernames = (*load_cases().usernames_to_print, *administrators)
    chosen = (persons[username] for username in usernames)
    return tuple(
        DemonstrationAccount(
            username=person.username,
            name=person.name,
            organisation=demonstration.organisations[person.posts[0].organisation].name,
            role=person.posts[0].role,
            title=person.posts[0].title,
        )
        for person in chosen
    )


def holds_nothing(session: Session) -> bool:
    """True when no table holds a row but what comes without a sign-in: attempts,
    beats, wrong receipts.
    """
    anybodys = {
        SignInAttempt.__table__,
        PublicRequest.__table__,
        PublicQuota.__table__,
        worker_beat,
    }
    return not any(
        session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        for table in Base.metadata.sorted_tables
        if table not in anybodys
    )


def _set_up(session: Session, office: Office, password_hash: str, now: datetime) -> None:
    """The mark and the jurisdiction, in one transaction: there is never one without the other."""
    session.add(Installation(profile=office.profile.key, demonstration=True, made_at=now))
    organisation_ids: dict[str, int] = {}
    for row in load().organisations.values():
        organisation = organisation_row(row, organisation_ids)
        session.add(organisation)
        session.flush()
        organisation_ids[row.key] = organisation.id
        session.add_all(
            OrganisationSector(organisation_id=organisation.id, sector=sector)
            for sector in row.sectors
        )
    # Posts begin before the first act of any case.
    _add_persons(session, organisation_ids, password_hash, date(local_date(now).year - 1, 1, 1))
    for person_id in session.scalars(sa.select(Account.person_id).order_by(Account.id)):
        enrol(session, office.keys, person_id, DEMONSTRATION_DEVICE, now)


def organisation_row(row: DemonstrationOrganisation, ids: dict[str, int]) -> Organisation:
    """The row of an organisation; `ids` of those that stand above it."""
    return Organisation(
        key=row.key,
        kind=row.kind.value,
        name=row.name,
        level=row.level,
        division_code=row.division_code,
        credit_code=row.credit_code,
        mark=row.mark,
        sector=row.sector,
        affiliation=row.affiliation.value if row.affiliation else None,
        parent_id=ids[row.parent] if row.parent else None,
        supervised_by_id=ids[row.supervised_by] if row.supervised_by else None,
        inferred=row.inferred,
        source_note=row.source,
    )


def _add_persons(
    session: Session, organisation_ids: dict[str, int], password_hash: str, since: date
) -> None:
    demonstration = load()
    rows = [Person(name=person.name) for person in demonstration.persons]
    session.add_all(rows)
    session.flush()
    for row, person in zip(rows, demonstration.persons, strict=True):
        create_account(session, row.id, person.username, password_hash)
        session.add_all(
            Post(
                person_id=row.id,
                organisation_id=organisation_ids[post.organisation],
                role=post.role.value,
                title=post.title,
                valid_from=since,
                sectors=[PostSector(sector=sector) for sector in post.sectors],
            )
            for post in person.posts
        )
    session.flush()
