"""What a home page lists beside one's duties: what is late and whose, near, or not signed for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.assignment import StepAssignment
from services.models.case import Act, Handover, SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation, Person, Post
from services.models.process import open_task
from services.queries.concerns import Watch
from services.queries.scope import clocks_told_to, visible_to
from workflows.permissions import Actor
from workflows.vocabulary import Action, Role

_PARTY, _HOLDER = aliased(Organisation), aliased(Organisation)


@dataclass(frozen=True)
class DueRow:
    """A running deadline of a visible case, and the organisation that it waits for.

    `claimed_by` is who has taken the step; blank while nobody has.
    """

    case_id: int
    hazard_name: str
    party_name: str
    rule_id: str
    name: str
    holder_name: str
    claimed_by: str
    due_at: datetime


@dataclass(frozen=True)
class LateStepRow:
    """How many cases are late by one rule, since when the oldest, and with whom.

    `people`: within one's own organisation the officer who handles the case, else who holds it.
    """

    rule_id: str
    name: str
    cases: int
    oldest_due_at: datetime
    people: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class UnsignedHandoverRow:
    """A handover that its receiver has not signed for."""

    case_id: int
    hazard_name: str
    party_name: str
    receiver_name: str
    handed_over_at: datetime
    due_at: datetime | None


def list_late(session: Session, actor: Actor, watch: Watch, limit: int) -> list[DueRow]:
    """Deadlines that have passed, the latest ones first."""
    return _list_due(session, actor, limit, Deadline.due_at < watch.now)


def list_near(session: Session, actor: Actor, watch: Watch, limit: int) -> list[DueRow]:
    """Deadlines that run out soon, soonest first."""
    return _list_due(
        session, actor, limit, Deadline.due_at >= watch.now, Deadline.due_at <= watch.near_until
    )


def list_late_steps(session: Session, actor: Actor, watch: Watch) -> list[LateStepRow]:
    """Late cases by rule, the oldest first; each with whom they are, most cases first."""
    own = sorted({post.organisation_id for post in actor.posts})
    person = sa.func.coalesce(_claimer(), _officer())
    officer = sa.case((Deadline.holder_id.in_(own), person), else_=None)
    late = (
        sa.select(
            Deadline.rule_id,
            Deadline.name,
            Deadline.case_id,
            Deadline.due_at,
            sa.func.coalesce(officer, _HOLDER.name, "").label("who"),
        )
        .select_from(_running())
        .where(_shown_to(actor), Deadline.ended_at.is_(None), Deadline.due_at < watch.now)
        .subquery()
    )
    cases = sa.func.count(sa.distinct(late.c.case_id))
    people: dict[str, list[tuple[str, int]]] = {}
    for row in session.execute(
        sa.select(late.c.rule_id, late.c.who, cases.label("cases"))
        .group_by(late.c.rule_id, late.c.who)
        .order_by(cases.desc(), late.c.who)
    ):
        people.setdefault(row.rule_id, []).append((row.who, row.cases))
    oldest = sa.func.min(late.c.due_at, type_=late.c.due_at.type)
    rows = session.execute(
        sa.select(
            late.c.rule_id,
            sa.func.min(late.c.name).label("name"),
            cases.label("cases"),
            oldest.label("oldest"),
        )
        .group_by(late.c.rule_id)
        .order_by(oldest, late.c.rule_id)
    )
    return [
        LateStepRow(row.rule_id, row.name, row.cases, row.oldest, tuple(people[row.rule_id]))
        for row in rows
    ]


def list_unsigned_handovers(
    session: Session, actor: Actor, limit: int
) -> list[UnsignedHandoverRow]:
    """Handovers that nobody has signed for, those handed over first at the head."""
    handover = aliased(Handover)  # the scope asks for receivers, too
    rows = session.execute(
        sa.select(
            SupervisionCase.id,
            SupervisionCase.hazard_name,
            _PARTY.name.label("party_name"),
            _HOLDER.name.label("receiver_name"),
            handover.handed_over_at,
            open_task.c.due_at,
        )
        .select_from(handover)
        .join(SupervisionCase, SupervisionCase.id == handover.case_id)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .join(_HOLDER, _HOLDER.id == handover.receiver_id)
        .outerjoin(
            open_task,
            sa.and_(
                open_task.c.case_id == handover.case_id,
                open_task.c.position == handover.position,
                open_task.c.step_id == Action.ACKNOWLEDGE_HANDOVER.value,
            ),
        )
        .where(
            visible_to(actor), SupervisionCase.ending.is_(None), handover.acknowledged_at.is_(None)
        )
        .order_by(handover.handed_over_at, handover.id)
        .limit(limit)
    )
    return [UnsignedHandoverRow(*row) for row in rows]


def _list_due(
    session: Session, actor: Actor, limit: int, *when: sa.ColumnElement[bool]
) -> list[DueRow]:
    rows = session.execute(
        sa.select(
            SupervisionCase.id,
            SupervisionCase.hazard_name,
            _PARTY.name.label("party_name"),
            Deadline.rule_id,
            Deadline.name,
            sa.func.coalesce(_HOLDER.name, _PARTY.name).label("holder_name"),
            sa.func.coalesce(_claimer(), "").label("claimed_by"),
            Deadline.due_at,
        )
        .select_from(_running())
        .where(_shown_to(actor), Deadline.ended_at.is_(None), *when)
        .order_by(Deadline.due_at, Deadline.id)
        .limit(limit)
    )
    return [DueRow(*row) for row in rows]


def _shown_to(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(visible_to(actor), clocks_told_to(actor))


def _running() -> sa.FromClause:
    return (
        sa.join(Deadline, SupervisionCase, SupervisionCase.id == Deadline.case_id)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .outerjoin(_HOLDER, _HOLDER.id == Deadline.holder_id)
    )


def _claimer() -> sa.ScalarSelect[Any]:
    """Who has taken the step of a deadline or was given it, by the last row about it."""
    return (
        sa.select(Person.name)
        .select_from(StepAssignment)
        .outerjoin(Person, Person.id == StepAssignment.holder_id)
        .where(StepAssignment.task_id == Deadline.task_id)
        .order_by(StepAssignment.number.desc())
        .limit(1)
        .correlate(Deadline)
        .scalar_subquery()
    )


def _officer() -> sa.ScalarSelect[Any]:
    """The officer of the organisation that holds a deadline who acted last in its case."""
    return (
        sa.select(Person.name)
        .join(Act, Act.person_id == Person.id)
        .join(Post, Post.id == Act.post_id)
        .where(
            Act.case_id == Deadline.case_id,
            Post.organisation_id == Deadline.holder_id,
            Post.role == Role.CASE_OFFICER.value,
        )
        .order_by(Act.id.desc())
        .limit(1)
        .correlate(Deadline)
        .scalar_subquery()
    )
