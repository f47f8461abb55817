"""Deadline rows: opened with a step or an act, ended with what they belong to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.errors import InvalidCommandError
from services.former_values import keep_former
from services.models.case import SupervisionCase
from services.models.deadline import Deadline, DeadlineChange
from services.models.process import open_task
from services.office import Office
from services.queries.calendar import current_calendar
from workflows.deadlines import (
    ENDED,
    MET,
    PASSED_ON,
    SUSPENDED,
    Computation,
    DeadlineRule,
    compute,
    compute_fixed,
    compute_rest,
    last_day_to_ask,
    latest_fixed_date,
    rules_started_by,
    time_left,
)
from workflows.engine.runner import OpenTask
from workflows.facts import SENT_BACK
from workflows.permissions import CaseStanding, holder_of
from workflows.vocabulary import Action, DeadlineUnit, Outcome

_ENDED_AS = {
    (Action.ACKNOWLEDGE_HANDOVER, Outcome.PASSED_ON): PASSED_ON,
    (Action.ACKNOWLEDGE_HANDOVER, Outcome.DISPUTED): SUSPENDED,
}


def open_for_task(
    office: Office,
    session: Session,
    case: SupervisionCase,
    task: OpenTask,
    standing: CaseStanding,
    receiver: int | None,
    now: datetime,
) -> datetime | None:
    """Start the clocks of a step that has just opened; returns the earliest due moment.

    A step without a clock of its own is due with the case's clock that governs it.
    """
    holder = holder_of(Action(task.step_id), standing, receiver)
    due = [
        _open(office, session, case, rule, task.task_id, holder, now)
        for rule in rules_started_by(office.profile.rules, f"step:{task.step_id}", local_date(now))
    ]
    reason = office.profile.without_limit.get(task.step_id)
    if not due and reason is not None and reason.governed_by:
        return session.scalar(
            sa.select(sa.func.min(Deadline.due_at)).where(
                Deadline.case_id == case.id,
                Deadline.rule_id.in_(reason.governed_by),
                Deadline.ended_at.is_(None),
            )
        )
    return min(due, default=None)


def turn_for_act(
    office: Office,
    session: Session,
    case: SupervisionCase,
    action: Action,
    outcome: Outcome,
    standing: CaseStanding,
    now: datetime,
) -> None:
    """Stop the case's clocks that this act meets, and start those that it starts.

    A limit set by date runs on when what met it is sent back: it never starts anew.
    """
    rules = office.profile.rules.values()
    if (action, outcome) in SENT_BACK:
        _run_on(session, case.id, _fixed_rules(office), now)
    met = [rule.id for rule in rules if action in rule.ends]
    session.execute(
        sa.update(Deadline)
        .where(
            Deadline.case_id == case.id,
            Deadline.task_id.is_(None),
            Deadline.rule_id.in_(met),
            Deadline.ended_at.is_(None),
        )
        .values(ended_at=now, ended_as=MET)
    )
    for rule in rules_started_by(office.profile.rules, f"act:{action}", local_date(now)):
        if rule.when and not standing.needs_met[rule.when]:
            continue
        if rule.unit is DeadlineUnit.FIXED_DATE:
            if case.rectification_limit_on is None:
                continue
            computation = compute_fixed(rule, now, case.rectification_limit_on)
            holder: int | None = standing.responsible_party_id
        else:
            computation = compute(rule, now, current_calendar(session, office))
            holder = holder_of(Action(rule.ends[0]), standing)
        due_at = _add(session, case, rule, computation, None, holder, now).due_at
        _bring_forward(office, session, case.id, rule.id, due_at)
    session.flush()  # a step that opens with this act is due with the clock that it starts


def how_ended(action: Action, outcome: Outcome) -> str:
    """How the completed step's own deadline ended: met, as a rule."""
    return _ENDED_AS.get((action, outcome), MET)


def end_for_tasks(
    session: Session, completed: str, how: str, closed: Collection[str], now: datetime
) -> None:
    """The completed step's deadline ended so; those of steps that fell away end with them."""
    for deadline in session.scalars(
        sa.select(Deadline).where(Deadline.task_id.in_(closed), Deadline.ended_at.is_(None))
    ):
        deadline.ended_at = now
        deadline.ended_as = how if deadline.task_id == completed else ENDED
    session.flush()


def pass_on(
    session: Session,
    case: SupervisionCase,
    former_id: int,
    standing: CaseStanding,
    now: datetime,
) -> None:
    """Open limits go to whoever the open steps wait for now; no date changes."""
    running = sa.and_(Deadline.case_id == case.id, Deadline.ended_at.is_(None))
    keep_former(session, Deadline, ("holder_id",), now, running)
    rows = session.execute(
        sa.select(Deadline, open_task.c.step_id, open_task.c.process_id, open_task.c.position)
        .outerjoin(open_task, open_task.c.task_id == Deadline.task_id)
        .where(Deadline.case_id == case.id, Deadline.ended_at.is_(None))
    )
    for deadline, step_id, process_id, position in rows:
        if step_id is not None:
            receiver = standing.receiver_at(process_id, position)
            deadline.holder_id = holder_of(Action(step_id), standing, receiver)
        elif deadline.holder_id == former_id:
            deadline.holder_id = standing.responsible_party_id
    session.flush()


@dataclass(frozen=True)
class ExtensionBounds:
    """Between which days an extension may lie, and by when it should have been asked for."""

    limit_on: date
    latest_on: date
    ask_by: date

    def refuse_outside(self, name: str, day: date | None) -> None:
        """InvalidCommandError for a day that shortens the limit, or outlasts the longest one."""
        if day is None or day <= self.limit_on:
            raise InvalidCommandError({name: f"not_after_limit:{self.limit_on.isoformat()}"})
        if day > self.latest_on:
            raise InvalidCommandError({name: f"over_longest_limit:{self.latest_on.isoformat()}"})


def extension_bounds(session: Session, office: Office, case: SupervisionCase) -> ExtensionBounds:
    """Counted from the order: the longest time that its rule allows holds for extensions too."""
    deadline = session.scalars(_limits(office, case.id).order_by(Deadline.id).limit(1)).first()
    if deadline is None:
        raise InvalidCommandError({"opinion": "no_rectification_order"})
    rule = office.profile.rules[deadline.rule_id]
    lead = office.profile.extension_lead_working_days
    return ExtensionBounds(
        deadline.due_on,
        latest_fixed_date(rule, local_date(deadline.started_at)),
        last_day_to_ask(deadline.due_on, lead, current_calendar(session, office)),
    )


def extend_limit(
    session: Session,
    office: Office,
    case: SupervisionCase,
    until: date,
    act_id: int,
    now: datetime,
) -> None:
    """Move the rectification limit of the case to a later day; the old one stays on record."""
    for deadline in session.scalars(_limits(office, case.id)).all():
        rule = office.profile.rules[deadline.rule_id]
        computation = compute_fixed(rule, deadline.started_at, until)
        move(session, office, deadline, computation, now).act_id = act_id
    of_case = SupervisionCase.id == case.id
    keep_former(session, SupervisionCase, ("rectification_limit_on",), now, of_case)
    case.rectification_limit_on = until
    session.flush()


def move(
    session: Session,
    office: Office,
    deadline: Deadline,
    computation: Computation,
    now: datetime,
) -> DeadlineChange:
    """Let a running limit end otherwise, with the steps that it governs; what it was stays."""
    change = DeadlineChange(
        deadline_id=deadline.id,
        former_due_at=deadline.due_at,
        former_due_on=deadline.due_on,
        former_computation=deadline.computation,
        due_on=computation.due_on,
        at=now,
    )
    session.add(change)
    reasons = office.profile.without_limit.values()
    governed = [reason.step for reason in reasons if deadline.rule_id in reason.governed_by]
    its_steps = sa.or_(
        open_task.c.task_id == deadline.task_id,
        sa.and_(open_task.c.step_id.in_(governed), open_task.c.due_at == deadline.due_at),
    )
    session.execute(
        sa.update(open_task)
        .where(open_task.c.case_id == deadline.case_id, its_steps)
        .values(due_at=computation.due_at)
    )
    deadline.computation = dict(computation.as_record())
    deadline.due_at, deadline.due_on = computation.due_at, computation.due_on
    deadline.provisional = computation.provisional
    deadline.next_look_at, deadline.lateness = computation.due_at, None
    return change


def _limits(office: Office, case_id: int) -> sa.Select[Deadline]:
    """The running limits of a case that a person sets by date."""
    return sa.select(Deadline).where(
        Deadline.case_id == case_id,
        Deadline.rule_id.in_(_fixed_rules(office)),
        Deadline.ended_at.is_(None),
    )


def _fixed_rules(office: Office) -> list[str]:
    rules = office.profile.rules.values()
    return [rule.id for rule in rules if rule.unit is DeadlineUnit.FIXED_DATE]


def end_all(session: Session, case_id: int, now: datetime) -> None:
    """The case is over: nothing in it can be late any more."""
    session.execute(
        sa.update(Deadline)
        .where(Deadline.case_id == case_id, Deadline.ended_at.is_(None))
        .values(ended_at=now, ended_as=ENDED)
    )


def end_clock(session: Session, case_id: int, rule_id: str, now: datetime) -> None:
    """What this clock of the case was about is over, without having been done."""
    session.execute(
        sa.update(Deadline)
        .where(
            Deadline.case_id == case_id, Deadline.rule_id == rule_id, Deadline.ended_at.is_(None)
        )
        .values(ended_at=now, ended_as=ENDED)
    )


def _bring_forward(
    office: Office, session: Session, case_id: int, rule_id: str, due_at: datetime
) -> None:
    """A step that waits under this clock is due with it, unless it was due before."""
    reasons = office.profile.without_limit.values()
    governed = [reason.step for reason in reasons if rule_id in reason.governed_by]
    session.execute(
        sa.update(open_task)
        .where(
            open_task.c.case_id == case_id,
            open_task.c.step_id.in_(governed),
            sa.or_(open_task.c.due_at.is_(None), open_task.c.due_at > due_at),
        )
        .values(due_at=due_at)
    )


def _run_on(session: Session, case_id: int, rule_ids: list[str], now: datetime) -> None:
    met = sa.and_(
        Deadline.case_id == case_id, Deadline.rule_id.in_(rule_ids), Deadline.ended_as == MET
    )
    keep_former(session, Deadline, ("ended_at", "ended_as"), now, met)
    session.execute(sa.update(Deadline).where(met).values(ended_at=None, ended_as=None))


def _open(
    office: Office,
    session: Session,
    case: SupervisionCase,
    rule: DeadlineRule,
    task_id: str,
    holder: int | None,
    now: datetime,
) -> datetime:
    """A new clock; or the rest of the one that was suspended for the same holder."""
    suspended = session.scalars(
        sa.select(Deadline)
        .where(
            Deadline.case_id == case.id,
            Deadline.rule_id == rule.id,
            Deadline.holder_id == holder,
            Deadline.ended_as == SUSPENDED,
        )
        .order_by(Deadline.id.desc())
        .limit(1)
    ).first()
    if suspended is None or suspended.ended_at is None:
        computation = compute(rule, now, current_calendar(session, office))
        return _add(session, case, rule, computation, task_id, holder, now).due_at
    left = time_left(
        DeadlineUnit(suspended.basis["unit"]),
        suspended.started_at,
        suspended.due_at,
        suspended.ended_at,
        current_calendar(session, office),
    )
    resumed = {"suspended_at": suspended.ended_at.isoformat(), "left": left}
    computation = compute_rest(rule, left, now, current_calendar(session, office))
    deadline = _add(session, case, rule, computation, task_id, holder, now)
    deadline.basis = {**deadline.basis, "resumed": resumed}
    return deadline.due_at


def _add(
    session: Session,
    case: SupervisionCase,
    rule: DeadlineRule,
    computation: Computation,
    task_id: str | None,
    holder: int | None,
    now: datetime,
) -> Deadline:
    deadline = Deadline(
        case_id=case.id,
        task_id=task_id,
        rule_id=rule.id,
        rule_version=rule.version,
        name=rule.name,
        basis=rule.as_basis(),
        computation=computation.as_record(),
        started_at=now,
        due_at=computation.due_at,
        due_on=computation.due_on,
        provisional=computation.provisional,
        next_look_at=computation.due_at,
        holder_id=holder,
    )
    session.add(deadline)
    return deadline
