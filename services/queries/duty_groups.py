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


# A statement is kept with the key under which its compiled form is found.
@lru_cache(maxsize=128)
def _listing_of(actor: Actor, group: DutyGroup, today: date, step: Action | None) -> sa.Select[Any]:
    held = _held(actor, today)
    return (
        sa.select(*DUTY_COLUMNS, held.c.holder_id, held.c.at, _HOLDER.name.label("holder_name"))
        .select_from(_with_cases(held).outerjoin(_HOLDER, _HOLDER.id == held.c.holder_id))
        .where(held.c.place == group.value, *_of_kind(held, step))
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
    held = _held(actor, today)
    return (
        sa.select(*DUTY_COLUMNS)
        .select_from(_with_cases(held))
        .where(held.c.place != DutyGroup.OTHERS.value)
        .order_by(*SOONEST_FIRST)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def list_due_at_hand(
    session: Session, actor: Actor, today: date, between: tuple[datetime, datetime], limit: int
) -> list[DutyRow]:
    """Of what waits for this person that which is due after the first moment, by the second."""
    asked = _listing_at_hand(actor, today).where(
        open_task.c.due_at > between[0], open_task.c.due_at <= between[1]
    )
    return [duty_row(row) for row in session.execute(asked, {"most": limit})]


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
    held = _held(actor, today)
    return (
        sa.select(held.c.step_id, sa.func.count(), _how_many_late(held))
        .where(held.c.place != DutyGroup.OTHERS.value)
        .group_by(held.c.step_id)
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
        sa.select(held.c.place, sa.func.count(), _how_many_late(held))
        .where(*_of_kind(held, step))
        .group_by(held.c.place)
    )


def _how_many_late(held: sa.CTE) -> sa.ColumnElement[int]:
    late = held.c.due_at < sa.bindparam("now", type_=UtcDateTime())
    return sa.func.count(held.c.task_id).filter(late)


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
