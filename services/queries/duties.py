"""What an actor has to do: open steps that fall to one of the actor's posts, soonest first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import SupervisionCase
from services.models.process import open_task
from services.queries.doers import PARTY, doers, open_steps, own_hands
from workflows.permissions import Actor
from workflows.vocabulary import Action, Phase


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
    PARTY.name.expression,
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
        .select_from(open_steps())
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
        sa.select(sa.func.count()).select_from(open_steps()).where(*conditions)
    ).scalar_one()


def whether_they_fall_to(
    session: Session, actor: Actor, task_ids: Collection[str]
) -> Mapping[str, bool]:
    """Of these steps those that are open, and whether each is the actor's; standing ones too."""
    asked = open_task.c.task_id.in_(task_ids)
    mine = session.execute(doers(open_steps(), own_hands(actor), asked))
    fall = {row.task_id for row in mine}
    are_open = session.scalars(sa.select(open_task.c.task_id).where(asked))
    return {task_id: task_id in fall for task_id in are_open}


def are_duties_of(actor: Actor) -> sa.ColumnElement[bool]:
    """True for the open steps that fall to the actor and are anybody's duty."""
    return open_task.c.task_id.in_(doers(open_steps(), own_hands(actor), IS_DUTY))
