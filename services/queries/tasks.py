"""Open steps: whose they are, by when, and who was faster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import Act
from services.models.process import open_task
from services.queries.taking_back import not_taken_back
from workflows.vocabulary import Action


@dataclass(frozen=True)
class TaskRow:
    """One open step as listed."""

    task_id: str
    case_id: int
    step: Action
    process_id: str
    position: int
    standing: bool
    proposal: Mapping[str, object]
    opened_at: datetime
    due_at: datetime | None


def who_was_faster(session: Session, case_id: int, task_id: str) -> dict[str, str]:
    """Name and time of whoever completed the task, for the message of refusal.

    A task that nobody completed may have gone because the act that opened it was taken back.
    """
    of_case = Act.case_id == case_id
    act = _latest(session, of_case, Act.task_id == task_id, not_taken_back())
    if act is not None:
        principal = act.post.person.name if act.substitution_id else ""
        return {"person": act.person.name, "principal": principal, "at": act.at.isoformat()}
    newest = _latest(session, of_case)
    if newest is None or newest.takes_back_id is None:
        return {}
    taken = session.get_one(Act, newest.takes_back_id)
    return {
        "reason": "taken_back",
        "by": newest.person.name,
        "at": newest.at.isoformat(),
        "action": taken.action,
    }


def list_open_tasks(session: Session, case_id: int) -> list[TaskRow]:
    """All open steps of a case, duties before standing ones, soonest due first."""
    rows = session.execute(
        sa.select(open_task)
        .where(open_task.c.case_id == case_id)
        .order_by(
            open_task.c.standing,
            open_task.c.due_at.is_(None),
            open_task.c.due_at,
            open_task.c.opened_at,
            open_task.c.step_id,
            open_task.c.position,
        )
        .limit(100)
    )
    return [task_row(row) for row in rows]


def find_open_task(session: Session, case_id: int, task_id: str) -> TaskRow | None:
    """The open step, or None when it is done or was never there."""
    row = session.execute(
        sa.select(open_task).where(open_task.c.case_id == case_id, open_task.c.task_id == task_id)
    ).first()
    return task_row(row) if row else None


def _latest(session: Session, *which: sa.ColumnElement[bool]) -> Act | None:
    return session.scalars(sa.select(Act).where(*which).order_by(Act.id.desc()).limit(1)).first()


def task_row(row: sa.Row[Any]) -> TaskRow:
    """A row of open_task."""
    return TaskRow(
        row.task_id,
        row.case_id,
        Action(row.step_id),
        row.process_id,
        row.position,
        row.standing,
        row.proposal,
        row.opened_at,
        row.due_at,
    )
