"""Copies: to whom one may send a case, what one has sent and who read it, what one has received."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import Act, SupervisionCase
from services.models.copy import CaseCopy, CopyRecipient
from services.models.organisation import Organisation, Person, Post
from services.queries.assignments import case_houses, get_standing, step_at_hand
from services.queries.people import Colleague, list_people_at
from services.queries.scope import visible_to
from services.queries.tasks import list_open_tasks
from services.reference.profile import Profile
from workflows.assignments import falls_to, is_same
from workflows.permissions import VIEWING, Actor, CaseStanding, may_view, sees_inside
from workflows.vocabulary import Action, Phase

_PARTY = aliased(Organisation)


@dataclass(frozen=True)
class ReaderRow:
    """Somebody whom a copy was sent to, and when it was read."""

    name: str
    read_at: datetime | None


@dataclass(frozen=True)
class SentCopyRow:
    """A copy that the reader of the page has sent."""

    copy_id: int
    about: Action | None
    note: str
    at: datetime
    readers: tuple[ReaderRow, ...]


@dataclass(frozen=True)
class ReceivedCopyRow:
    """A copy that the reader of the page has received, with the case that it is about."""

    copy_id: int
    about: Action | None
    note: str
    at: datetime
    read_at: datetime | None
    sender_name: str
    sender_organisation: str
    case_id: int
    number: str
    hazard_name: str
    party_name: str
    phase: Phase


def may_send_copies(session: Session, actor: Actor, case_id: int, profile: Profile) -> bool:
    """Whether the actor sees the case inside or has a duty in it; CaseNotFoundError."""
    standing = get_standing(session, actor, case_id, profile)
    return sees_inside(actor, standing) or _has_duty(session, actor, case_id, standing)


def list_possible_readers(
    session: Session, actor: Actor, case_id: int, today: date, profile: Profile
) -> tuple[Colleague, ...]:
    """Exactly those who may see the case already, the actor left out."""
    standing = get_standing(session, actor, case_id, profile)
    people = list_people_at(session, case_houses(standing), {role for role, _ in VIEWING}, today)
    return tuple(
        item for item in people if may_view(item.actor, standing) and not is_same(item.actor, actor)
    )


def list_sent(session: Session, actor: Actor, case_id: int) -> tuple[SentCopyRow, ...]:
    """What the actor has sent of a case that the caller has been allowed to see, newest first."""
    rows = session.scalars(
        sa.select(CaseCopy)
        .where(CaseCopy.case_id == case_id, CaseCopy.person_id == actor.person_id)
        .order_by(CaseCopy.id.desc())
        .limit(100)
    )
    return tuple(
        SentCopyRow(
            row.id,
            Action(row.act.action) if row.act else None,
            row.note,
            row.at,
            tuple(ReaderRow(item.person.name, item.read_at) for item in row.recipients),
        )
        for row in rows
    )


def list_received(
    session: Session, actor: Actor, limit: int, offset: int = 0, case_id: int | None = None
) -> tuple[ReceivedCopyRow, ...]:
    """What the actor has received of cases still visible: unread first, then the newest."""
    of_case = [] if case_id is None else [CaseCopy.case_id == case_id]
    rows = session.execute(
        sa.select(
            CaseCopy.id,
            CaseCopy.note,
            CaseCopy.at,
            CopyRecipient.read_at,
            Act.action,
            Person.name.label("sender"),
            Organisation.name.label("house"),
            SupervisionCase.id.label("case_id"),
            SupervisionCase.intake_number,
            SupervisionCase.case_number,
            SupervisionCase.hazard_name,
            SupervisionCase.phase,
            _PARTY.name.label("party"),
        )
        .select_from(_received())
        .where(CopyRecipient.person_id == actor.person_id, visible_to(actor), *of_case)
        .order_by(CopyRecipient.read_at.is_not(None), CaseCopy.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        ReceivedCopyRow(
            row.id,
            Action(row.action) if row.action else None,
            row.note,
            row.at,
            row.read_at,
            row.sender,
            row.house,
            row.case_id,
            row.case_number or row.intake_number,
            row.hazard_name,
            row.party,
            Phase(row.phase),
        )
        for row in rows
    )


def copies_of(actor: Actor, *which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """How many copies of visible cases the actor has received."""
    return (
        sa.select(sa.func.count(CopyRecipient.id))
        .select_from(CopyRecipient)
        .join(CaseCopy, CaseCopy.id == CopyRecipient.copy_id)
        .join(SupervisionCase, SupervisionCase.id == CaseCopy.case_id)
        .where(CopyRecipient.person_id == actor.person_id, visible_to(actor), *which)
        .scalar_subquery()
    )


def _has_duty(session: Session, actor: Actor, case_id: int, standing: CaseStanding) -> bool:
    tasks = list_open_tasks(session, case_id)
    return any(falls_to(actor, step_at_hand(task, standing)) for task in tasks)


def _received() -> sa.FromClause:
    return (
        sa.join(CopyRecipient, CaseCopy, CaseCopy.id == CopyRecipient.copy_id)
        .join(Person, Person.id == CaseCopy.person_id)
        .join(Post, Post.id == CaseCopy.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .join(SupervisionCase, SupervisionCase.id == CaseCopy.case_id)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .outerjoin(Act, Act.id == CaseCopy.act_id)
    )
