"""Duties by who holds them: one's own, those free to several, those that a colleague has taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.database import UtcDateTime
from services.models.assignment import StepAssignment
from services.models.case import SupervisionCase
from services.models.organisation import Person
from services.models.process import open_task
from services.queries.doers import PARTY, doers, hands_beside_own, open_steps
from services.queries.duties import DUTY_COLUMNS, IS_DUTY, SOONEST_FIRST, DutyRow, duty_row
from services.queries.names import one_of
from workflows.permissions import PERMISSIONS, Actor, stood_in_for
from workflows.vocabulary import Action

_LAST = aliased(StepAssignment)
_HOLDER = aliased(Person)


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


@dataclass(frozen=True)
class AtHand:
    """What waits for a person, alone or with others: what is soonest due, and all by kind."""

    duties: tuple[DutyRow, ...]
    steps: tuple[StepCount, ...]


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
    return list_groups(session, actor, today, {group: offset}, limit, step)[group]


def list_groups(
    session: Session,
    actor: Actor,
    today: date,
    offsets: Mapping[DutyGroup, int],
    limit: int,
    step: Action | None = None,
) -> Mapping[DutyGroup, list[HeldDutyRow]]:
    """Duties of these groups after so many of each, all or of one kind; soonest due first."""
    asked: dict[str, int] = {}
    for group in DutyGroup:
        asked[_after(group)] = offsets.get(group, 0)
        asked[_up_to(group)] = offsets[group] + limit if group in offsets else 0
    found: dict[DutyGroup, list[HeldDutyRow]] = {group: [] for group in offsets}
    for row in session.execute(_listing_of(actor, today, step), asked):
        group = DutyGroup(row.place)
        found[group].append(_row(row, actor, group))
    return found


# A statement is kept with the key under which its compiled form is found.
@lru_cache(maxsize=128)
def _listing_of(actor: Actor, today: date, step: Action | None) -> sa.Select[Any]:
    held = _held(actor, today)
    rank = sa.func.row_number().over(partition_by=held.c.place, order_by=SOONEST_FIRST)
    ranked = (
        sa.select(
            *DUTY_COLUMNS,
            held.c.place,
            held.c.holder_id,
            held.c.at,
            _HOLDER.name.label("holder_name"),
            rank.label("rank"),
        )
        .select_from(_with_cases(held).outerjoin(_HOLDER, _HOLDER.id == held.c.holder_id))
        .where(*_of_kind(held, step))
        .subquery()
    )
    asked = (
        sa.and_(
            ranked.c.place == group.value,
            ranked.c.rank > sa.bindparam(_after(group), type_=sa.Integer),
            ranked.c.rank <= sa.bindparam(_up_to(group), type_=sa.Integer),
        )
        for group in DutyGroup
    )
    return sa.select(ranked).where(sa.or_(*asked)).order_by(ranked.c.rank)


def _after(group: DutyGroup) -> str:
    return f"{group}_after"


def _up_to(group: DutyGroup) -> str:
    return f"{group}_up_to"


def get_at_hand(session: Session, actor: Actor, today: date, now: datetime, limit: int) -> AtHand:
    """So many duties, soonest due first; the kinds in the order of the vocabulary."""
    rows = session.execute(_asking_at_hand(actor, today), {"now": now, "most": limit}).all()
    order = list(Action)
    steps = (
        StepCount(Action(row.step_id), row.total, row.overdue)
        for row in rows
        if row.rank_in_kind == 1
    )
    return AtHand(
        tuple(duty_row(row) for row in rows if row.rank <= limit),
        tuple(sorted(steps, key=lambda count: order.index(count.step))),
    )


@lru_cache(maxsize=128)
def _asking_at_hand(actor: Actor, today: date) -> sa.Select[Any]:
    """The first ones of all, and of each kind one with the numbers of its kind."""
    held = _held(actor, today)
    kind = held.c.step_id
    in_kind = sa.func.row_number().over(partition_by=kind, order_by=held.c.task_id)
    ranked = (
        sa.select(
            *DUTY_COLUMNS,
            sa.func.count().over(partition_by=kind).label("total"),
            sa.func.sum(_is_late(held)).over(partition_by=kind).label("overdue"),
            sa.func.row_number().over(order_by=SOONEST_FIRST).label("rank"),
            in_kind.label("rank_in_kind"),
        )
        .select_from(_with_cases(held))
        .where(held.c.place != DutyGroup.OTHERS.value)
        .subquery()
    )
    most = sa.bindparam("most", type_=sa.Integer)
    return (
        sa.select(ranked)
        .where(sa.or_(ranked.c.rank <= most, ranked.c.rank_in_kind == 1))
        .order_by(ranked.c.rank)
    )


def list_due_at_hand(
    session: Session, actor: Actor, today: date, between: tuple[datetime, datetime], limit: int
) -> list[DutyRow]:
    """Of what waits for this person that which is due after the first moment, by the second."""
    asked = {"after": between[0], "by": between[1], "most": limit}
    return [duty_row(row) for row in session.execute(_listing_due_at_hand(actor, today), asked)]


@lru_cache(maxsize=128)
def _listing_due_at_hand(actor: Actor, today: date) -> sa.Select[Any]:
    held = _held(actor, today)
    return (
        sa.select(*DUTY_COLUMNS)
        .select_from(_with_cases(held))
        .where(
            held.c.place != DutyGroup.OTHERS.value,
            held.c.due_at > sa.bindparam("after", type_=UtcDateTime()),
            held.c.due_at <= sa.bindparam("by", type_=UtcDateTime()),
        )
        .order_by(*SOONEST_FIRST)
        .limit(sa.bindparam("most", type_=sa.Integer))
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
    held = _held(actor, today)
    return (
        sa.select(held.c.place, sa.func.count(), sa.func.sum(_is_late(held)))
        .where(*_of_kind(held, step))
        .group_by(held.c.place)
    )


def _is_late(held: sa.CTE) -> sa.ColumnElement[int]:
    return sa.case((held.c.due_at < sa.bindparam("now", type_=UtcDateTime()), 1), else_=0)


def _of_kind(held: sa.CTE, step: Action | None) -> list[sa.ColumnElement[bool]]:
    return [] if step is None else [held.c.step_id == step.value]


def _with_cases(held: sa.CTE) -> sa.Join:
    return (
        sa.join(held, open_task, open_task.c.task_id == held.c.task_id)
        .join(SupervisionCase, SupervisionCase.id == open_task.c.case_id)
        .join(PARTY, PARTY.id == SupervisionCase.responsible_party_id)
    )


def _row(row: sa.Row[Any], actor: Actor, group: DutyGroup) -> HeldDutyRow:
    held = group is DutyGroup.OTHERS or row.holder_id in stood_in_for(actor)
    return HeldDutyRow(duty_row(row), row.holder_name if held else "", row.at if held else None)


# To build this takes longer than to ask it: it is kept for the day.
@lru_cache(maxsize=256)
def _held(actor: Actor, today: date) -> sa.CTE:
    """The duties of the actor: `place` is their group, `holder_id` who took each or was given it.

    What somebody holds who no longer has the duty is free, as `find_claim` reads it.
    """
    hands = hands_beside_own(actor, today)
    place = sa.case(
        (_LAST.holder_id.in_(sorted(stood_in_for(actor))), DutyGroup.MINE.value),
        (_any(hands.c.person_id == _LAST.holder_id), DutyGroup.OTHERS.value),
        (_any(hands.c.person_id != actor.person_id), DutyGroup.SHARED.value),
        else_=DutyGroup.MINE.value,
    )
    reached = {row.action for row in PERMISSIONS for post in actor.posts if row.role is post.role}
    return (
        doers(_held_steps(), hands, IS_DUTY, one_of(open_task.c.step_id, reached))
        .add_columns(
            open_task.c.step_id,
            open_task.c.due_at,
            _LAST.holder_id,
            _LAST.at,
            place.label("place"),
        )
        .group_by(open_task.c.task_id, _LAST.id)
        .having(_any(hands.c.person_id == actor.person_id))
        .cte("held")
    )


def _any(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.func.max(sa.case((condition, 1), else_=0)) == 1


def _held_steps() -> sa.FromClause:
    """Open steps, and the last row about who holds each."""
    later = aliased(StepAssignment)
    last_number = (
        sa.select(sa.func.max(later.number))
        .where(later.task_id == open_task.c.task_id)
        .correlate(open_task)
        .scalar_subquery()
    )
    return sa.outerjoin(
        open_steps(),
        _LAST,
        sa.and_(_LAST.task_id == open_task.c.task_id, _LAST.number == last_number),
    )
