"""Urges and suggested escalation: what stands open, and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation
from services.models.process import open_task
from services.models.urge import EscalationSuggestion, Urge, UrgeRecipient
from services.queries.scope import reaches, visible_to
from workflows.permissions import ROLES_OF, Actor, Relation
from workflows.vocabulary import Action, Addressee, Lateness, NextMeasure, Role

# The step by which a suggested measure is proposed; `proposed_by` says it of one.
_STEP = sa.case(
    (
        EscalationSuggestion.escalation_kind == NextMeasure.SUSPENSION_PENALTY.value,
        Action.PROPOSE_SUSPENSION.value,
    ),
    else_=Action.PROPOSE_ESCALATION.value,
)
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
    """One time that a deadline was urged. `people`: empty for who may not know who was told."""

    deadline_id: int
    number: int
    days_late: int
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
    """One suggested step. `task_id`: where this reader would propose it."""

    suggestion_id: int
    case_id: int
    hazard_name: str
    party_name: str
    deadline_name: str
    due_on: date
    lateness: Lateness
    days_late: int
    kind: NextMeasure
    addressee: Addressee
    ground: str
    at: datetime
    task_id: str | None
    dismissed_at: datetime | None
    dismissed_by: str
    dismissal: str

    @property
    def proposed_by(self) -> Action:
        """The step by which it is proposed."""
        return proposed_by(self.kind)


def proposed_by(kind: NextMeasure) -> Action:
    """The step by which somebody proposes what was suggested."""
    penalty = kind is NextMeasure.SUSPENSION_PENALTY
    return Action.PROPOSE_SUSPENSION if penalty else Action.PROPOSE_ESCALATION


def is_open() -> sa.ColumnElement[bool]:
    """True for suggestions that nobody has dismissed and whose deadline still runs."""
    return sa.and_(EscalationSuggestion.dismissed_at.is_(None), Deadline.ended_at.is_(None))


def is_taken_up() -> sa.ColumnElement[bool]:
    """True for suggestions after which a measure was proposed that was not taken back."""
    back = aliased(Act)
    return sa.exists().where(
        Act.case_id == EscalationSuggestion.case_id,
        Act.action == _STEP,
        Act.at >= EscalationSuggestion.at,
        ~sa.exists().where(back.takes_back_id == Act.id),
    )


def list_urges(
    session: Session, actor: Actor, case_id: int, *, inside: bool
) -> Mapping[int, tuple[UrgeRow, ...]]:
    """By deadline, newest first, of a case that the caller has been allowed to see."""
    houses = {post.organisation_id for post in actor.posts}
    urges = session.scalars(
        sa.select(Urge).where(Urge.case_id == case_id).order_by(Urge.id.desc()).limit(50)
    )
    found: dict[int, tuple[UrgeRow, ...]] = {}
    for urge in urges:
        told = urge.recipients if inside or urge.holder_id in houses else ()
        row = UrgeRow(
            urge.deadline_id,
            urge.number,
            urge.days_late,
            tuple(item.person.name for item in told),
            urge.at,
        )
        found[urge.deadline_id] = (*found.get(urge.deadline_id, ()), row)
    return found


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


def may_read(session: Session, actor: Actor, suggestion_id: int) -> bool:
    """Whether the actor reads this suggestion, open or over."""
    query = _readable(actor).where(EscalationSuggestion.id == suggestion_id)
    return session.execute(query).first() is not None


def find_suggestion(session: Session, actor: Actor, suggestion_id: int) -> SuggestionRow | None:
    """One that stands open and that the actor reads."""
    query = _readable(actor).where(
        EscalationSuggestion.id == suggestion_id, is_open(), ~is_taken_up()
    )
    row = session.execute(query).first()
    return _row(*row) if row else None


def _readable(
    actor: Actor,
) -> sa.Select[EscalationSuggestion, SupervisionCase, str, str | None]:
    roles = {post.role for post in actor.posts}
    proposes = [
        action.value
        for action in (Action.PROPOSE_ESCALATION, Action.PROPOSE_SUSPENSION)
        if roles & set(ROLES_OF[action])
    ]
    where_proposed = (
        sa.select(open_task.c.task_id)
        .where(
            open_task.c.case_id == SupervisionCase.id,
            open_task.c.step_id == _STEP,
            open_task.c.step_id.in_(proposes),
        )
        .limit(1)
        .correlate(SupervisionCase, EscalationSuggestion)
        .scalar_subquery()
    )
    return (
        sa.select(EscalationSuggestion, SupervisionCase, _PARTY.name, where_proposed)
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


def _row(
    suggestion: EscalationSuggestion, case: SupervisionCase, party_name: str, task_id: str | None
) -> SuggestionRow:
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
        NextMeasure(suggestion.escalation_kind),
        Addressee(suggestion.addressee),
        suggestion.ground,
        suggestion.at,
        task_id,
        suggestion.dismissed_at,
        by.name if by else "",
        suggestion.dismissal,
    )
