"""Duties by who holds them: one's own, those free to several, those that a colleague has taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.database import UtcDateTime
from services.models.assignment import StepAssignment
from services.models.case import Act, Handover, SupervisionCase
from services.models.organisation import Person, Post, PostSector
from services.models.process import open_task
from services.models.succession import Substitution
from services.queries.duties import (
    DUTY_COLUMNS,
    SOONEST_FIRST,
    WHO_NEEDS,
    DutyRow,
    acts_of,
    are_duties_of,
    duties,
    duty_row,
    is_of_this_round,
)
from services.queries.names import one_of
from services.queries.scope import stands_in, visits_here
from services.queries.standing_in import runs_on
from services.queries.taking_back import not_taken_back
from workflows.permissions import PERMISSIONS, Actor, PermissionRow, Relation, stood_in_for
from workflows.vocabulary import Action, Role

_LAST = aliased(StepAssignment)
_HOLDER = aliased(Person)
_POST = Post.__table__.alias("holding_post")
_COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    *DUTY_COLUMNS,
    _LAST.holder_id.expression,
    _LAST.at.expression,
    _HOLDER.name.label("holder_name"),
)
Whose = Callable[[sa.ColumnElement[int]], sa.ColumnElement[bool]]


class DutyGroup(StrEnum):
    """`mine`: held by the actor, or nobody else could do it. `shared`: free, and several could."""

    MINE = "mine"
    SHARED = "shared"
    OTHERS = "others"


@dataclass(frozen=True)
class HeldDutyRow:
    """A duty, and who holds it since when; blank where it is free."""

    duty: DutyRow
    holder_name: str
    held_since: datetime | None


@dataclass(frozen=True)
class GroupCount:
    """How many duties of a group there are, and how many are late."""

    total: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class StepCount:
    """How many duties of one kind there are, and how many of them are late."""

    step: Action
    total: int
    overdue: int


def list_group(
    session: Session,
    actor: Actor,
    group: DutyGroup,
    today: date,
    limit: int,
    offset: int = 0,
    step: Action | None = None,
) -> list[HeldDutyRow]:
    """Duties of one group, all or of one kind; soonest due first."""
    asked = _listing_of(actor, group, today, step)
    rows = session.execute(asked, {"most": limit, "passed_over": offset})
    return [_row(row, actor, group) for row in rows]


# A statement is kept with the key under which its compiled form is found: to make that key of
# the conditions of many posts takes longer than to ask the database.
@lru_cache(maxsize=128)
def _listing_of(actor: Actor, group: DutyGroup, today: date, step: Action | None) -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .select_from(_held_duties())
        .where(are_duties_of(actor), _group(actor, today) == group.value, *_of_kind(step))
        .order_by(*SOONEST_FIRST)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("passed_over", type_=sa.Integer))
    )


def list_at_hand(session: Session, actor: Actor, today: date, limit: int) -> list[DutyRow]:
    """What waits for this person, alone or with others; soonest due first."""
    rows = session.execute(_listing_at_hand(actor, today), {"most": limit})
    return [duty_row(row) for row in rows]


@lru_cache(maxsize=128)
def _listing_at_hand(actor: Actor, today: date) -> sa.Select[Any]:
    return (
        sa.select(*DUTY_COLUMNS)
        .select_from(_held_duties())
        .where(_are_at_hand(actor, today))
        .order_by(*SOONEST_FIRST)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def list_due_at_hand(
    session: Session, actor: Actor, today: date, between: tuple[datetime, datetime], limit: int
) -> list[DutyRow]:
    """Of what waits for this person that which is due after the first moment, by the second."""
    rows = session.execute(
        sa.select(*DUTY_COLUMNS)
        .select_from(_held_duties())
        .where(
            _are_at_hand(actor, today),
            open_task.c.due_at > between[0],
            open_task.c.due_at <= between[1],
        )
        .order_by(*SOONEST_FIRST)
        .limit(limit)
    )
    return [duty_row(row) for row in rows]


def count_at_hand_by_step(
    session: Session, actor: Actor, today: date, now: datetime
) -> tuple[StepCount, ...]:
    """What waits for this person by kind, in the order of the vocabulary."""
    rows = session.execute(_counting_at_hand(actor, today), {"now": now})
    order = list(Action)
    counts = [StepCount(Action(step), total, late) for step, total, late in rows]
    return tuple(sorted(counts, key=lambda count: order.index(count.step)))


@lru_cache(maxsize=128)
def _counting_at_hand(actor: Actor, today: date) -> sa.Select[Any]:
    late = open_task.c.due_at < sa.bindparam("now", type_=UtcDateTime())
    overdue = sa.func.count(open_task.c.task_id).filter(late)
    return (
        sa.select(open_task.c.step_id, sa.func.count(open_task.c.task_id), overdue)
        .select_from(_held_duties())
        .where(_are_at_hand(actor, today))
        .group_by(open_task.c.step_id)
    )


def count_groups(
    session: Session, actor: Actor, today: date, now: datetime, step: Action | None = None
) -> Mapping[DutyGroup, GroupCount]:
    """All groups, of all duties or of one kind, counted in the database."""
    rows = session.execute(_counting_of(actor, today, step), {"now": now})
    counts = {DutyGroup(place): GroupCount(total, overdue) for place, total, overdue in rows}
    return {group: counts.get(group, GroupCount()) for group in DutyGroup}


@lru_cache(maxsize=128)
def _counting_of(actor: Actor, today: date, step: Action | None) -> sa.Select[Any]:
    found = (
        sa.select(_group(actor, today).label("place"), open_task.c.due_at)
        .select_from(_held_duties())
        .where(are_duties_of(actor), *_of_kind(step))
        .subquery()
    )
    late = sa.case((found.c.due_at < sa.bindparam("now", type_=UtcDateTime()), 1), else_=0)
    return sa.select(found.c.place, sa.func.count(), sa.func.sum(late)).group_by(found.c.place)


def _of_kind(step: Action | None) -> list[sa.ColumnElement[bool]]:
    return [] if step is None else [open_task.c.step_id == step.value]


def _row(row: sa.Row[Any], actor: Actor, group: DutyGroup) -> HeldDutyRow:
    held = group is DutyGroup.OTHERS or row.holder_id in stood_in_for(actor)
    return HeldDutyRow(duty_row(row), row.holder_name if held else "", row.at if held else None)


def _are_at_hand(actor: Actor, today: date) -> sa.ColumnElement[bool]:
    return sa.and_(are_duties_of(actor), _group(actor, today) != DutyGroup.OTHERS.value)


def _held_duties() -> sa.FromClause:
    later = aliased(StepAssignment)
    last_number = (
        sa.select(sa.func.max(later.number))
        .where(later.task_id == open_task.c.task_id)
        .correlate(open_task)
        .scalar_subquery()
    )
    return sa.outerjoin(
        sa.outerjoin(
            duties(),
            _LAST,
            sa.and_(_LAST.task_id == open_task.c.task_id, _LAST.number == last_number),
        ),
        _HOLDER,
        _HOLDER.id == _LAST.holder_id,
    )


def _group(actor: Actor, today: date) -> sa.ColumnElement[str]:
    """What somebody holds who no longer has the duty is free, as `find_claim` reads it."""
    roles = frozenset(post.role for post in actor.posts)
    by_holder = _falls_to_holder(roles, today)
    by_another = _falls_to_another(roles, actor.person_id, today)
    return sa.case(
        (_LAST.holder_id.in_(sorted(stood_in_for(actor))), DutyGroup.MINE.value),
        (sa.and_(_LAST.holder_id.is_not(None), by_holder), DutyGroup.OTHERS.value),
        (by_another, DutyGroup.SHARED.value),
        else_=DutyGroup.MINE.value,
    )


# To build these conditions takes longer than to ask them: they are kept for the day.
@lru_cache(maxsize=32)
def _falls_to_holder(roles: frozenset[Role], today: date) -> sa.ColumnElement[bool]:
    return _falls_to_one(roles, today, lambda person: person == _LAST.holder_id)


@lru_cache(maxsize=64)
def _falls_to_another(
    roles: frozenset[Role], person_id: int, today: date
) -> sa.ColumnElement[bool]:
    return _falls_to_one(roles, today, lambda person: person != person_id)


@lru_cache(maxsize=2)
def falls_to_somebody(today: date) -> sa.ColumnElement[bool]:
    """True for the open steps that somebody may do who holds a post, or stands in for a holder."""
    return _falls_to_one(frozenset(Role), today, lambda _person: sa.true())


def _falls_to_one(roles: frozenset[Role], today: date, whose: Whose) -> sa.ColumnElement[bool]:
    """True when a duty of somebody with these roles falls to one of these persons too."""
    reached = {row.action for row in PERMISSIONS if row.role in roles}
    alike: dict[PermissionRow, set[str]] = {}
    for row in PERMISSIONS:
        if row.action in reached:
            alike.setdefault(replace(row, action=Action.FILE_FIRST_REPORT), set()).add(row.action)
    held = (_is_held(row, actions, today, whose) for row, actions in alike.items())
    return sa.or_(sa.false(), *held)


def _is_held(
    row: PermissionRow, actions: set[str], today: date, whose: Whose
) -> sa.ColumnElement[bool]:
    """One condition for all actions whose rows differ in nothing but the action."""
    post = (
        _POST.c.role == row.role.value,
        _POST.c.valid_from <= today,
        sa.or_(_POST.c.valid_to.is_(None), _POST.c.valid_to >= today),
        _stands_so(row.relation),
        *_not_barred(row, _POST.c.person_id),
    )
    holders = sa.exists().where(whose(_POST.c.person_id), *post)
    substitute = Substitution.substitute_person_id.expression
    substitutes = sa.exists().where(
        whose(substitute),
        Substitution.post_id == _POST.c.id,
        runs_on(today),
        _covers_step(),
        *post,
        *_not_barred(row, substitute),
    )
    needs = [WHO_NEEDS[need] for need in row.needs if need in WHO_NEEDS]
    found = sa.or_(holders, substitutes)
    return sa.and_(one_of(open_task.c.step_id, actions), *needs, found)


def _covers_step() -> sa.ColumnElement[bool]:
    """The authority does not leave the step out: names in quotation marks, on either database."""
    left_out = sa.cast(Substitution.excluded, sa.Text)
    return ~left_out.contains(sa.literal('"').concat(open_task.c.step_id).concat('"'))


def _stands_so(relation: Relation) -> sa.ColumnElement[bool]:
    house = _POST.c.organisation_id
    if relation is Relation.RECEIVER:
        receiving = sa.exists().where(
            Handover.case_id == open_task.c.case_id,
            Handover.position == open_task.c.position,
            Handover.receiver_id == house,
        )
        return receiving.correlate_except(Handover)
    if relation is Relation.VISITOR:
        return visits_here(house)
    # Two levels down nothing correlates by itself.
    answers = (
        sa.exists()
        .where(PostSector.post_id == _POST.c.id, PostSector.sector == SupervisionCase.sector)
        .correlate_except(PostSector)
    )
    return stands_in(relation, _POST.c.id, house, answers)


def _not_barred(row: PermissionRow, person: sa.ColumnElement[int]) -> list[sa.ColumnElement[bool]]:
    """Nothing that bars was done by the person, or by a substitute in the person's name."""
    conditions: list[sa.ColumnElement[bool]] = []
    for done in acts_of(lambda column: column == person):
        if row.forbids:
            barred = sa.exists().where(*done, one_of(Act.action, row.forbids))
            conditions.append(~barred.correlate_except(Act))
        if row.once_a_round:
            again = sa.exists().where(
                *done, Act.action == open_task.c.step_id, is_of_this_round(row), not_taken_back()
            )
            conditions.append(~again.correlate_except(Act))
    return conditions
