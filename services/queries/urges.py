"""Urges and suggested escalation: what stands open, and for whom."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation
from services.models.urge import EscalationSuggestion, Urge, UrgeRecipient
from services.queries.scope import reaches, visible_to
from workflows.permissions import Actor, Relation
from workflows.vocabulary import Action, Addressee, EscalationKind, Lateness, Role

# Who reads what is suggested: those who would propose it, and those who would confirm it.
_READERS = (
    (Role.CASE_OFFICER, Relation.COMPETENT_DEPARTMENT),
    (Role.DEPARTMENT_HEAD, Relation.COMPETENT_DEPARTMENT),
    (Role.COMMITTEE_OFFICER, Relation.LISTING_OFFICE),
    (Role.COMMITTEE_OFFICE_HEAD, Relation.LISTING_OFFICE),
)
_PARTY = aliased(Organisation)


@dataclass(frozen=True)
class UrgeRow:
    """One time that a deadline was urged, and who was told."""

    deadline_id: int
    name: str
    due_on: date
    number: int
    lateness: Lateness
    days_late: int
    holder_id: int | None
    holder_name: str
    people: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class UrgedRow:
    """A late deadline that a person was urged about, the last time."""

    case_id: int
    hazard_name: str
    name: str
    due_at: datetime
    lateness: Lateness
    number: int
    at: datetime


@dataclass(frozen=True)
class SuggestionRow:
    """One suggested step. `letters_served` and the like stand in `facts`."""

    suggestion_id: int
    case_id: int
    hazard_name: str
    party_name: str
    deadline_name: str
    due_on: date
    lateness: Lateness
    days_late: int
    letters_served: int
    kind: EscalationKind
    addressee: Addressee
    ground: str
    at: datetime
    dismissed_at: datetime | None
    dismissed_by: str
    dismissal: str


def is_open() -> sa.ColumnElement[bool]:
    """True for suggestions that nobody has dismissed and whose deadline still runs."""
    return sa.and_(EscalationSuggestion.dismissed_at.is_(None), Deadline.ended_at.is_(None))


def is_taken_up() -> sa.ColumnElement[bool]:
    """True for suggestions after which a measure was proposed that was not taken back."""
    back = aliased(Act)
    return sa.exists().where(
        Act.case_id == EscalationSuggestion.case_id,
        Act.action == Action.PROPOSE_ESCALATION.value,
        Act.at >= EscalationSuggestion.at,
        ~sa.exists().where(back.takes_back_id == Act.id),
    )


def list_urges(session: Session, case_id: int) -> list[UrgeRow]:
    """The urges of a case that the caller has been allowed to see, newest first."""
    urges = session.scalars(
        sa.select(Urge).where(Urge.case_id == case_id).order_by(Urge.id.desc()).limit(50)
    )
    return [
        UrgeRow(
            urge.deadline_id,
            urge.deadline.name,
            urge.deadline.due_on,
            urge.number,
            Lateness(urge.lateness),
            urge.days_late,
            urge.holder_id,
            urge.holder.name if urge.holder else "",
            tuple(item.person.name for item in urge.recipients),
            urge.at,
        )
        for urge in urges
    ]


def list_urged(session: Session, actor: Actor, limit: int) -> list[UrgedRow]:
    """What the actor was urged about and is still late, the longest overdue first."""
    later = aliased(Urge)
    newest = ~sa.exists().where(later.deadline_id == Urge.deadline_id, later.id > Urge.id)
    rows = session.execute(
        sa.select(
            SupervisionCase.id,
            SupervisionCase.hazard_name,
            Deadline.name,
            Deadline.due_at,
            Urge.lateness,
            Urge.number,
            Urge.at,
        )
        .select_from(UrgeRecipient)
        .join(Urge, Urge.id == UrgeRecipient.urge_id)
        .join(Deadline, Deadline.id == Urge.deadline_id)
        .join(SupervisionCase, SupervisionCase.id == Urge.case_id)
        .where(
            UrgeRecipient.person_id == actor.person_id,
            Deadline.ended_at.is_(None),
            Deadline.lateness.is_not(None),
            visible_to(actor),
            newest,
        )
        .order_by(Deadline.due_at, Deadline.id)
        .limit(limit)
    )
    return [
        UrgedRow(row.id, row.hazard_name, row.name, row.due_at, Lateness(row.lateness), *row[5:])
        for row in rows
    ]


def list_suggested(session: Session, actor: Actor, limit: int) -> list[SuggestionRow]:
    """Suggestions that stand open before the actor's office, the oldest first."""
    query = _readable(actor).where(is_open(), ~is_taken_up())
    rows = session.execute(query.order_by(EscalationSuggestion.id).limit(limit))
    return [_row(*row) for row in rows]


def list_suggestions_of(session: Session, actor: Actor, case_id: int) -> list[SuggestionRow]:
    """Those of one case that stand open or were dismissed, as far as the actor reads them."""
    dismissed = EscalationSuggestion.dismissed_at.is_not(None)
    query = _readable(actor).where(
        EscalationSuggestion.case_id == case_id,
        sa.or_(dismissed, sa.and_(is_open(), ~is_taken_up())),
    )
    rows = session.execute(query.order_by(EscalationSuggestion.id.desc()).limit(20))
    return [_row(*row) for row in rows]


def find_suggestion(session: Session, actor: Actor, suggestion_id: int) -> SuggestionRow | None:
    """One that stands open and that the actor reads."""
    query = _readable(actor).where(
        EscalationSuggestion.id == suggestion_id, is_open(), ~is_taken_up()
    )
    row = session.execute(query).first()
    return _row(*row) if row else None


def _readable(actor: Actor) -> sa.Select[EscalationSuggestion, SupervisionCase, str]:
    return (
        sa.select(EscalationSuggestion, SupervisionCase, _PARTY.name)
        .join(Deadline, Deadline.id == EscalationSuggestion.deadline_id)
        .join(SupervisionCase, SupervisionCase.id == EscalationSuggestion.case_id)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .where(_read_by(actor))
    )


def _read_by(actor: Actor) -> sa.ColumnElement[bool]:
    """A department does not read what is suggested against itself."""
    others = EscalationSuggestion.addressee != Addressee.DEPARTMENT.value
    reached = [
        reaches(post, relation)
        if relation is Relation.LISTING_OFFICE
        else sa.and_(reaches(post, relation), others)
        for post in actor.posts
        for role, relation in _READERS
        if post.role is role
    ]
    return sa.or_(sa.false(), *reached)


def _row(suggestion: EscalationSuggestion, case: SupervisionCase, party_name: str) -> SuggestionRow:
    by = suggestion.dismissed_by
    return SuggestionRow(
        suggestion.id,
        case.id,
        case.hazard_name,
        party_name,
        suggestion.deadline.name,
        suggestion.deadline.due_on,
        Lateness(suggestion.lateness),
        int(suggestion.facts["days_late"]),
        int(suggestion.facts["letters_served"]),
        EscalationKind(suggestion.escalation_kind),
        Addressee(suggestion.addressee),
        suggestion.ground,
        suggestion.at,
        suggestion.dismissed_at,
        by.name if by else "",
        suggestion.dismissal,
    )
