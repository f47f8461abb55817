"""The deadlines that a person must meet: those of duties at hand, and clocks of whole cases.

A clock of a case is met by an act of one of the person's posts at the house that holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import SupervisionCase
from services.models.deadline import Deadline, DeadlineChange
from services.models.process import open_task
from services.queries.duty_groups import are_at_hand, held_duties
from services.queries.scope import inside_of, reaches, visible_to
from workflows.deadlines import DeadlineRule
from workflows.permissions import PERMISSIONS, UNTOLD_CLOCKS, Actor
from workflows.vocabulary import DeadlineUnit


@dataclass(frozen=True)
class OwnDeadlineRow:
    """One running deadline. `task_id`: the step that would meet it, where that is at hand."""

    deadline_id: int
    case_id: int
    number: str
    hazard_name: str
    rule_id: str
    name: str
    basis: Mapping[str, Any]
    started_at: datetime
    due_at: datetime
    due_on: date
    provisional: bool
    changes: int
    changed_at: datetime | None
    task_id: str | None

    @property
    def unit(self) -> DeadlineUnit:
        """How it is counted."""
        return DeadlineUnit(self.basis["unit"])


@dataclass(frozen=True)
class Span:
    """The days to look at, both ends included; open without one."""

    first: date | None = None
    last: date | None = None


def list_own_deadlines(
    session: Session,
    actor: Actor,
    rules: Mapping[str, DeadlineRule],
    today: date,
    span: Span,
    limit: int,
) -> list[OwnDeadlineRow]:
    """Soonest first, each once. Not those that only a colleague has to meet."""
    shown = _shown(actor, span)
    found: dict[int, OwnDeadlineRow] = {}
    for query in (
        _of_duties(_has_own_clock()).where(are_at_hand(actor, today)),
        _of_duties(_is_governed()).where(are_at_hand(actor, today)),
        _of_cases(actor, rules),
    ):
        rows = session.execute(
            query.where(*shown).order_by(Deadline.due_at, Deadline.id).limit(limit)
        )
        for row in rows:
            found.setdefault(row.id, _row(row))
    ordered = sorted(found.values(), key=lambda row: (row.due_at, row.deadline_id))
    return ordered[:limit]


_OWN = aliased(Deadline)
_CHANGES = sa.select(sa.func.count(DeadlineChange.id)).where(
    DeadlineChange.deadline_id == Deadline.id
)
_CHANGED_AT = sa.select(sa.func.max(DeadlineChange.at)).where(
    DeadlineChange.deadline_id == Deadline.id
)
_COLUMNS = (
    Deadline.id,
    Deadline.case_id,
    SupervisionCase.case_number,
    SupervisionCase.intake_number,
    SupervisionCase.hazard_name,
    Deadline.rule_id,
    Deadline.name,
    Deadline.basis,
    Deadline.started_at,
    Deadline.due_at,
    Deadline.due_on,
    Deadline.provisional,
    _CHANGES.correlate(Deadline).scalar_subquery().label("changes"),
    _CHANGED_AT.correlate(Deadline).scalar_subquery().label("changed_at"),
)


def _of_duties(belongs: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(*_COLUMNS, open_task.c.task_id).select_from(
        sa.join(held_duties(), Deadline, belongs)
    )


def _has_own_clock() -> sa.ColumnElement[bool]:
    return Deadline.task_id == open_task.c.task_id


def _is_governed() -> sa.ColumnElement[bool]:
    """A step without a clock of its own is due with a clock of its case."""
    own = sa.exists().where(_OWN.task_id == open_task.c.task_id, _OWN.ended_at.is_(None))
    return sa.and_(
        ~own,
        Deadline.case_id == open_task.c.case_id,
        Deadline.task_id.is_(None),
        Deadline.due_at == open_task.c.due_at,
    )


def _of_cases(actor: Actor, rules: Mapping[str, DeadlineRule]) -> sa.Select[Any]:
    mine = [
        sa.and_(
            Deadline.rule_id == rule.id,
            Deadline.holder_id == post.organisation_id,
            reaches(post, row.relation),
        )
        for rule in rules.values()
        for row in PERMISSIONS
        if row.action in rule.ends
        for post in actor.posts
        if post.role is row.role and post.covers(row.action)
    ]
    return (
        sa.select(*_COLUMNS, sa.null().label("task_id"))
        .join(SupervisionCase, SupervisionCase.id == Deadline.case_id)
        .where(Deadline.task_id.is_(None), sa.or_(sa.false(), *mine))
    )


def _shown(actor: Actor, span: Span) -> list[sa.ColumnElement[bool]]:
    """Running, within the span, and none that the actor has not been told of."""
    conditions = [
        Deadline.ended_at.is_(None),
        visible_to(actor),
        sa.or_(Deadline.rule_id.not_in(sorted(UNTOLD_CLOCKS)), inside_of(actor)),
    ]
    if span.first is not None:
        conditions.append(Deadline.due_on >= span.first)
    if span.last is not None:
        conditions.append(Deadline.due_on <= span.last)
    return conditions


def _row(row: sa.Row[Any]) -> OwnDeadlineRow:
    return OwnDeadlineRow(
        row.id,
        row.case_id,
        row.case_number or row.intake_number,
        row.hazard_name,
        row.rule_id,
        row.name,
        row.basis,
        row.started_at,
        row.due_at,
        row.due_on,
        row.provisional,
        row.changes,
        row.changed_at,
        row.task_id,
    )
