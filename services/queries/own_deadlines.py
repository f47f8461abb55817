"""The deadlines that a person must meet: those of duties at hand, and clocks of whole cases.

A clock of a case is met by an act of one of the person's posts at the house that holds it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import SupervisionCase
from services.models.deadline import Deadline, DeadlineChange
from services.queries.duties import DutyRow
from services.queries.duty_groups import list_due_at_hand
from services.queries.scope import inside_of, reaches, visible_to
from workflows.deadlines import DeadlineRule, end_of_day
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

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """After the one and by the other."""
        first = end_of_day(self.first - timedelta(days=1)) if self.first else _LONG_AGO
        return first, end_of_day(self.last) if self.last else _LONG_AHEAD


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
    duties = list_due_at_hand(session, actor, today, span.moments, limit)
    found = {row.deadline_id: row for row in _of_duties(session, duties, shown)}
    clocks = _of_cases(actor, rules).where(*shown).order_by(Deadline.due_at, Deadline.id)
    for row in session.execute(clocks.limit(limit)):
        found.setdefault(row.id, _row(row, None))
    ordered = sorted(found.values(), key=lambda row: (row.due_at, row.deadline_id))
    return ordered[:limit]


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_LONG_AHEAD = datetime(2200, 1, 1, tzinfo=UTC)
_CHANGES = sa.select(sa.func.count(DeadlineChange.id)).where(
    DeadlineChange.deadline_id == Deadline.id
)
_CHANGED_AT = sa.select(sa.func.max(DeadlineChange.at)).where(
    DeadlineChange.deadline_id == Deadline.id
)
_COLUMNS = (
    Deadline.id,
    Deadline.case_id,
    Deadline.task_id,
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
_CLOCKS = sa.select(*_COLUMNS).join(SupervisionCase, SupervisionCase.id == Deadline.case_id)


def _of_duties(
    session: Session, duties: list[DutyRow], shown: list[sa.ColumnElement[bool]]
) -> Iterator[OwnDeadlineRow]:
    """The clocks of the steps. One without its own is due with a clock of its case."""
    tasks = {duty.task_id for duty in duties}
    cases = {duty.case_id for duty in duties}
    of_case = sa.and_(Deadline.task_id.is_(None), Deadline.case_id.in_(sorted(cases)))
    rows = session.execute(
        _CLOCKS.where(*shown, sa.or_(Deadline.task_id.in_(sorted(tasks)), of_case))
    ).all()
    timed = {row.task_id for row in rows if row.task_id}
    governed = {
        (duty.case_id, duty.due_at): duty.task_id for duty in duties if duty.task_id not in timed
    }
    for row in rows:
        task_id = row.task_id or governed.get((row.case_id, row.due_at))
        if task_id is not None:
            yield _row(row, task_id)


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
    return _CLOCKS.where(Deadline.task_id.is_(None), sa.or_(sa.false(), *mine))


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


def _row(row: sa.Row[Any], task_id: str | None) -> OwnDeadlineRow:
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
        task_id,
    )
