"""Enterprises ask for accounts; the department that supervises them confirms or refuses."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.accounts import NO_PASSWORD
from services.administration.links import record_link
from services.administration.log import NewEntry, write_entry
from services.administration.persons import add_person, username_is_taken
from services.administration.proposals import LOCK
from services.bans.check import refuse_banned
from services.clock import local_date
from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.frame import Frame, require
from services.models.account import Account
from services.models.administration import EnterpriseRegistration
from services.models.organisation import Organisation, Post
from services.password_links import NewLink, make_link
from services.public_requests import PublicForm, count_public_request
from services.queries.principals import of_registration
from services.queries.registration import (
    find_by_credit_code,
    find_office_for,
    get_own_registration,
)
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from services.sign_in_rules import find_username_problem, normalised_username
from workflows.administration import EntryKind, RegistrationState
from workflows.credit_code import is_valid_credit_code
from workflows.errors import RuleError
from workflows.vocabulary import OPERATING, OrganisationKind, Role

RECEIPT_DIGITS = 8


class RegistrationDecidedError(RuleError):
    """Somebody has decided on this registration already."""

    code = "registration_decided"


class LinksGivenError(RuleError):
    """Both persons have set their passwords: no link is made here any more."""

    code = "links_given"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What an enterprise sends. Nothing in it is believed before an officer has checked it."""

    nonce: str
    name: str
    credit_code: str
    division_code: str
    address: str
    sector: str
    contact_person: str
    phone: str
    principal_name: str
    principal_username: str
    officer_name: str
    officer_username: str


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What the officer confirms: user names that are free, the enterprise's department.

    `titles` are those of the two posts.
    """

    titles: Mapping[Role, str]
    principal_username: str
    officer_username: str
    supervised_by_id: int | None = None
    reason: str = ""


def register_enterprise(
    session: Session, sent: Registration, division_code: str, network: str, now: datetime
) -> str:
    """Keep the registration; returns its receipt number. `division_code` is the jurisdiction's.

    The answer says nothing about whether the enterprise, a name or a code is known.
    """
    lock_until_commit(session, sent.nonce)
    earlier = session.scalar(
        sa.select(EnterpriseRegistration.receipt_number).where(
            EnterpriseRegistration.nonce == sent.nonce
        )
    )
    if earlier is not None:
        return earlier
    problems = _problems(sent)
    if problems:
        raise InvalidCommandError(problems)
    count_public_request(session, PublicForm.REGISTRATION, network, now)
    values = {field.name: getattr(sent, field.name) for field in fields(sent)}
    row = EnterpriseRegistration(
        receipt_number=_receipt_number(now),
        routed_to_id=_routed_to(session, sent, division_code),
        at=now,
        state=RegistrationState.PENDING.value,
        **values,
    )
    session.add(row)
    session.flush()
    return row.receipt_number


def confirm_registration(frame: Frame, registration_id: int, confirmation: Confirmation) -> None:
    """Create the enterprise, or attach to the one of the same code; add both persons and posts.

    PrincipalBannedError when an entry of the register stops the principal.
    """
    row = _take(frame, registration_id)
    enterprise = find_by_credit_code(frame.session, row.credit_code)
    supervisor = _supervisor(frame, row, confirmation)
    problems = {
        **_username_problems(frame.session, confirmation),
        **_supervisor_problems(frame.session, enterprise, supervisor),
    }
    if problems:
        raise InvalidCommandError(problems)
    refuse_banned(frame, of_registration(frame.session, row, frame.today))
    before = {} if enterprise is None else {"name": enterprise.name}
    if enterprise is None:
        enterprise = _add_enterprise(frame.session, row, supervisor)
    elif enterprise.supervised_by_id is None:
        enterprise.supervised_by_id = supervisor
    row.organisation_id = enterprise.id
    principal = add_person(frame.session, row.principal_name, confirmation.principal_username)
    officer = add_person(frame.session, row.officer_name, confirmation.officer_username)
    row.principal_id, row.officer_id = principal.id, officer.id
    for person, role in (
        (principal, Role.ENTERPRISE_PRINCIPAL),
        (officer, Role.ENTERPRISE_SAFETY_OFFICER),
    ):
        _give(frame, enterprise, person.id, role, confirmation.titles[role])
    _decide(frame, row, RegistrationState.CONFIRMED, confirmation.reason)
    after = {
        "receipt_number": row.receipt_number,
        "name": enterprise.name,
        "credit_code": row.credit_code,
        "supervised_by_id": enterprise.supervised_by_id,
        "principal": f"{row.principal_name} {normalised_username(confirmation.principal_username)}",
        "officer": f"{row.officer_name} {normalised_username(confirmation.officer_username)}",
    }
    _record(frame, EntryKind.REGISTRATION_CONFIRMED, row, before, after)


def refuse_registration(frame: Frame, registration_id: int, reason: str) -> None:
    """Nothing is created; the reason is told to the contact person."""
    row = _take(frame, registration_id)
    if not reason:
        raise InvalidCommandError({"reason": "required"})
    _decide(frame, row, RegistrationState.REFUSED, reason)
    after = {"receipt_number": row.receipt_number, "name": row.name}
    _record(frame, EntryKind.REGISTRATION_REFUSED, row, {}, after)


def make_registered_links(frame: Frame, registration_id: int) -> list[NewLink]:
    """Links for those of the two who have set no password yet; earlier ones become worthless."""
    lock_until_commit(frame.session, LOCK)
    row = get_own_registration(frame.session, frame.actor, registration_id)
    waiting = frame.session.scalars(
        sa.select(Account.person_id)
        .where(
            Account.person_id.in_([row.principal_id, row.officer_id]),
            Account.password_hash == NO_PASSWORD,
            Account.disabled_at.is_(None),
        )
        .order_by(Account.person_id)
    ).all()
    if not waiting:
        raise LinksGivenError
    made = []
    for person_id in waiting:
        link = make_link(frame.session, person_id, frame.actor.person_id, frame.now)
        record_link(frame.session, link, person_id, frame.actor.person_id, frame.now)
        made.append(link)
    return made


def _take(frame: Frame, registration_id: int) -> EnterpriseRegistration:
    lock_until_commit(frame.session, LOCK)
    row = get_own_registration(frame.session, frame.actor, registration_id)
    if row.state != RegistrationState.PENDING:
        raise RegistrationDecidedError
    return row


def _problems(sent: Registration) -> Mapping[str, str]:
    names = [field.name for field in fields(sent) if field.name != "nonce"]
    require(sent, *names)
    problems: dict[str, str] = {}
    if not is_valid_credit_code(sent.credit_code):
        problems["credit_code"] = "check_digit"
    if sent.division_code not in divisions():
        problems["division_code"] = "choose"
    if sent.sector not in sectors():
        problems["sector"] = "choose"
    problems.update(_form_of_usernames(sent.principal_username, sent.officer_username))
    return problems


def _form_of_usernames(principal: str, officer: str) -> Mapping[str, str]:
    problems: dict[str, str] = {}
    for name, username in (("principal_username", principal), ("officer_username", officer)):
        problem = find_username_problem(username)
        if problem is not None:
            problems[name] = problem.value
    if not problems and normalised_username(principal) == normalised_username(officer):
        problems["officer_username"] = "usernames_equal"
    return problems


def _username_problems(session: Session, confirmation: Confirmation) -> Mapping[str, str]:
    names = (confirmation.principal_username, confirmation.officer_username)
    problems = dict(_form_of_usernames(*names))
    for field, username in zip(("principal_username", "officer_username"), names, strict=True):
        if field not in problems and username_is_taken(session, username):
            problems[field] = "username_taken"
    return problems


def _supervisor(
    frame: Frame, row: EnterpriseRegistration, confirmation: Confirmation
) -> int | None:
    """A department confirms for itself; the committee office names the department."""
    routed_to = frame.session.get_one(Organisation, row.routed_to_id)
    if routed_to.kind == OrganisationKind.DEPARTMENT:
        return routed_to.id
    return confirmation.supervised_by_id


def _supervisor_problems(
    session: Session, enterprise: Organisation | None, supervisor_id: int | None
) -> Mapping[str, str]:
    supervisor = session.get(Organisation, supervisor_id) if supervisor_id else None
    if supervisor is None or supervisor.kind != OrganisationKind.DEPARTMENT:
        return {"supervised_by_id": "choose"}
    if enterprise is None:
        return {}
    if enterprise.kind not in OPERATING:
        return {"reason": "code_of_an_organ"}
    if enterprise.supervised_by_id not in (None, supervisor_id):
        return {"reason": "supervised_elsewhere"}
    return {}


def _add_enterprise(
    session: Session, row: EnterpriseRegistration, supervisor_id: int | None
) -> Organisation:
    enterprise = Organisation(
        key=f"organisation-{secrets.token_hex(8)}",
        kind=OrganisationKind.ENTERPRISE.value,
        name=row.name,
        division_code=row.division_code,
        credit_code=row.credit_code,
        sector=row.sector,
        supervised_by_id=supervisor_id,
        source_note=row.receipt_number,
    )
    session.add(enterprise)
    session.flush()
    return enterprise


def _give(frame: Frame, enterprise: Organisation, person_id: int, role: Role, title: str) -> None:
    frame.session.add(
        Post(
            person_id=person_id,
            organisation_id=enterprise.id,
            role=role.value,
            title=title,
            valid_from=frame.today,
        )
    )
    frame.session.flush()


def _decide(
    frame: Frame, row: EnterpriseRegistration, state: RegistrationState, reason: str
) -> None:
    row.state = state.value
    row.decided_by_id = frame.actor.person_id
    row.decided_at = frame.now
    row.reason = reason
    frame.session.flush()


def _record(
    frame: Frame,
    kind: EntryKind,
    row: EnterpriseRegistration,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    new = NewEntry(
        kind=kind,
        person_id=frame.actor.person_id,
        organisation_id=row.organisation_id,
        reason=row.reason,
        before=before,
        after=after,
    )
    write_entry(frame.session, new, frame.now)


def _receipt_number(now: datetime) -> str:
    """Drawn at random: nobody learns from it how many others asked."""
    drawn = secrets.randbelow(10**RECEIPT_DIGITS)
    return f"{local_date(now):%Y%m%d}-{drawn:0{RECEIPT_DIGITS}d}"


def _routed_to(session: Session, sent: Registration, division_code: str) -> int:
    known = find_by_credit_code(session, sent.credit_code)
    if known is not None and known.supervised_by_id is not None:
        return known.supervised_by_id
    office_id = find_office_for(session, sent.sector, sent.division_code, division_code)
    if office_id is None:
        raise InvalidCommandError({"sector": "no_office"})
    return office_id
