"""What an actor has to do: open steps that fall to one of the actor's posts, soonest first."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import Act, Handover, SupervisionCase
from services.models.organisation import Organisation
from services.models.process import open_task
from services.models.succession import Substitution
from services.queries.facts import OFFICE_DRAFTS_FOR
from services.queries.names import none_of, one_of
from services.queries.scope import reaches, visits_here
from services.queries.taking_back import not_taken_back
from workflows.facts import ENDORSED_BY_GOVERNMENT, OPERATING_PARTIES
from workflows.permissions import (
    PERMISSIONS,
    Actor,
    PermissionRow,
    PostRecord,
    Relation,
    answers_for,
)
from workflows.vocabulary import Action, Addressee, OrganisationKind, Phase, Track

_PARTY, _BODY = aliased(Organisation), aliased(Organisation)
# Made once: an alias is costly to make, and an actor of many posts asks for it a hundred times.
_AUTHORITY = aliased(Substitution)
_BEGINNING = aliased(Act)
_OFF_LISTED_TRACK = (Track.ORDINARY, Track.TRACKED, Track.OWN_LISTING)
_NOBODY_ABOVE = sa.or_(
    one_of(SupervisionCase.party_kind, ENDORSED_BY_GOVERNMENT),
    _PARTY.kind == OrganisationKind.SOLE_TRADER,
)
# The needs that decide who acts, as conditions on the case.
WHO_NEEDS: Mapping[str, sa.ColumnElement[bool]] = {
    "has_parent_company": SupervisionCase.parent_company_id.is_not(None),
    "no_parent_company": sa.and_(SupervisionCase.parent_company_id.is_(None), ~_NOBODY_ABOVE),
    "endorsed_by_government": sa.and_(SupervisionCase.parent_company_id.is_(None), _NOBODY_ABOVE),
    "no_enterprise": none_of(SupervisionCase.party_kind, OPERATING_PARTIES),
    "office_drafts_listing": one_of(_BODY.kind, OFFICE_DRAFTS_FOR),
    "body_drafts_listing": none_of(_BODY.kind, OFFICE_DRAFTS_FOR),
    "on_listed_track": none_of(SupervisionCase.track, _OFF_LISTED_TRACK),
    "off_listed_track": one_of(SupervisionCase.track, _OFF_LISTED_TRACK),
    "not_listed_yet": SupervisionCase.case_number.is_(None),
    "listed": SupervisionCase.case_number.is_not(None),
    "escalated_to_party": SupervisionCase.escalation_addressee == Addressee.PARTY,
    "escalated_to_territory": SupervisionCase.escalation_addressee == Addressee.TERRITORY,
    "escalated_to_department": SupervisionCase.escalation_addressee == Addressee.DEPARTMENT,
    "listed_here": sa.and_(
        SupervisionCase.case_number.is_not(None), SupervisionCase.track == Track.LISTED
    ),
    "not_listed_here": sa.or_(
        SupervisionCase.case_number.is_(None), SupervisionCase.track != Track.LISTED
    ),
}


@dataclass(frozen=True)
class DutyRow:
    """One duty as listed."""

    task_id: str
    case_id: int
    step: Action
    phase: Phase
    number: str
    hazard_name: str
    party_name: str
    opened_at: datetime
    due_at: datetime | None


DUTY_COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    open_task.c.task_id,
    open_task.c.case_id,
    open_task.c.step_id,
    open_task.c.opened_at,
    open_task.c.due_at,
    SupervisionCase.phase.expression,
    SupervisionCase.intake_number.expression,
    SupervisionCase.case_number.expression,
    SupervisionCase.hazard_name.expression,
    _PARTY.name.expression,
)
SOONEST_FIRST: tuple[sa.ColumnElement[Any], ...] = (
    open_task.c.due_at.is_(None),
    open_task.c.due_at,
    open_task.c.opened_at,
    open_task.c.case_id,
    open_task.c.step_id,
    open_task.c.position,
)


# A standing step is a duty only while a clock makes it due.
IS_DUTY = sa.or_(open_task.c.standing.is_(False), open_task.c.due_at.is_not(None))


def list_duties(session: Session, actor: Actor, limit: int, offset: int = 0) -> list[DutyRow]:
    """Duties of the actor, soonest due first, those without a date last."""
    rows = session.execute(
        sa.select(*DUTY_COLUMNS)
        .select_from(duties())
        .where(are_duties_of(actor))
        .order_by(*SOONEST_FIRST)
        .limit(limit)
        .offset(offset)
    )
    return [duty_row(row) for row in rows]


def duty_row(row: sa.Row[Any]) -> DutyRow:
    """A row of DUTY_COLUMNS."""
    return DutyRow(
        row.task_id,
        row.case_id,
        Action(row.step_id),
        Phase(row.phase),
        row.case_number or row.intake_number,
        row.hazard_name,
        row.name,
        row.opened_at,
        row.due_at,
    )


def count_duties(session: Session, actor: Actor, due_by: datetime | None = None) -> int:
    """How many duties the actor has; with a moment, how many had to be done by then."""
    conditions = [are_duties_of(actor)]
    if due_by is not None:
        conditions.append(open_task.c.due_at < due_by)
    return session.execute(
        sa.select(sa.func.count()).select_from(duties()).where(*conditions)
    ).scalar_one()


def whether_they_fall_to(
    session: Session, actor: Actor, task_ids: Collection[str]
) -> Mapping[str, bool]:
    """Of these steps those that are open, and whether each is the actor's; standing ones too."""
    rows = session.execute(
        sa.select(open_task.c.task_id, _fall_to(actor).label("mine"))
        .select_from(duties())
        .where(open_task.c.task_id.in_(task_ids))
    )
    return {row.task_id: row.mine for row in rows}


def duties() -> sa.FromClause:
    """Open steps with their cases, parties and listing bodies."""
    return (
        sa.join(open_task, SupervisionCase, SupervisionCase.id == open_task.c.case_id)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .join(_BODY, _BODY.id == SupervisionCase.listing_body_id)
    )


def are_duties_of(actor: Actor) -> sa.ColumnElement[bool]:
    """True for the open steps that fall to the actor and are anybody's duty."""
    return sa.and_(IS_DUTY, _fall_to(actor))


# To build this takes longer than to ask it: it is kept for who comes again with the same posts.
@lru_cache(maxsize=256)
def _fall_to(actor: Actor) -> sa.ColumnElement[bool]:
    mine = [
        _falls(actor, row, post)
        for row in PERMISSIONS
        for post in actor.posts
        if post.role is row.role and post.covers(row.action)
    ]
    return sa.or_(sa.false(), *mine)


def _falls(actor: Actor, row: PermissionRow, post: PostRecord) -> sa.ColumnElement[bool]:
    conditions = [open_task.c.step_id == row.action.value]
    if row.relation is Relation.RECEIVER:
        conditions.append(
            sa.exists().where(
                Handover.case_id == open_task.c.case_id,
                Handover.position == open_task.c.position,
                Handover.receiver_id == post.organisation_id,
            )
        )
    elif row.relation is Relation.VISITOR:
        conditions.append(visits_here(post.organisation_id))
    else:
        conditions.append(reaches(post, row.relation))
    conditions += [WHO_NEEDS[need] for need in row.needs if need in WHO_NEEDS]
    people = sorted(answers_for(actor, post))
    for done in acts_of(lambda column: sa.or_(*(column == person for person in people))):
        if row.forbids:
            conditions.append(~sa.exists().where(*done, one_of(Act.action, row.forbids)))
        if row.once_a_round:
            conditions.append(
                ~sa.exists().where(
                    *done,
                    Act.action == row.action.value,
                    is_of_this_round(row),
                    not_taken_back(),
                )
            )
    return sa.and_(*conditions)


def is_of_this_round(row: PermissionRow) -> sa.ColumnElement[bool]:
    """True for the acts of the case's round, or of the round of this row's own act."""
    if row.round_begins is None:
        return Act.round_number == SupervisionCase.round_number
    begun = (
        sa.select(sa.func.max(_BEGINNING.id))
        .where(
            _BEGINNING.case_id == open_task.c.case_id,
            _BEGINNING.action == row.round_begins.value,
        )
        .correlate(open_task)
        .scalar_subquery()
    )
    return Act.id > begun


def acts_of(
    whose: Callable[[sa.ColumnElement[int]], sa.ColumnElement[bool]],
) -> tuple[tuple[sa.ColumnElement[bool], ...], ...]:
    """Acts in the step's case: done by such a person, and done in the name of one.

    Two conditions, so that each has an index of its own.
    """
    in_their_name = (
        sa.select(_AUTHORITY.id)
        .where(whose(_AUTHORITY.principal_person_id.expression))
        .correlate_except(_AUTHORITY)
    )
    here = Act.case_id == open_task.c.case_id
    return (
        (here, whose(Act.person_id.expression)),
        (here, Act.substitution_id.in_(in_their_name)),
    )
