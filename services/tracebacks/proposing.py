"""What calls for a traceback: found by the worker's rule, or proposed by a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services import instances
from services.database import lock_until_commit, reading, transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.frame import Frame
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.look_back import LookBackCheck
from services.models.traceback import Traceback
from services.office import Office
from services.queries.recurrence import GOOD_ENDS, likeness_to
from services.queries.scope import get_visible_case
from services.queries.taking_back import not_taken_back
from services.queries.tracebacks import houses_of, may_propose, reported_in
from workflows.looking_back import LookBackResult
from workflows.permissions import Actor
from workflows.traceback import TracebackStep, TracebackTrigger, check_step, derive
from workflows.vocabulary import Action, Outcome

SUBJECT = "traceback"
MOST_CHARACTERS = 2000
_LIMIT = "rectification_limit"
_OF_HANDOVER = ("acknowledge_handover", "report_handover_result")


@dataclass(frozen=True)
class Call:
    """Something on record that calls for a traceback of a case."""

    case_id: int
    trigger: TracebackTrigger
    source: str
    ground: str


def propose_by_rule(engine: Engine, office: Office, now: datetime) -> int:
    """Propose what the record calls for and nobody has proposed yet; returns how many."""
    with reading(engine) as session:
        if not list(_new_calls(session, office, now)):
            return 0
    with transaction(engine) as session:
        lock_until_commit(session, "tracebacks")
        calls = list(_new_calls(session, office, now))
        for call in calls:
            _begin(session, office, call, None, now)
        return len(calls)


def propose(frame: Frame, case_id: int, trigger: TracebackTrigger, ground: str) -> int:
    """A person of the listing office proposes one; returns its id. Sent twice, it is one.

    Raises CaseNotFoundError, TracebackRefusedError, InvalidCommandError.
    """
    session, said = frame.session, ground.strip()
    lock_until_commit(session, "tracebacks")
    case = get_visible_case(session, frame.actor, case_id)
    if not may_propose(session, frame.actor, case_id):
        _refuse(frame.actor, session, case)
    if not said or len(said) > MOST_CHARACTERS:
        problem = f"too_long:{MOST_CHARACTERS}" if said else "required"
        raise InvalidCommandError({"ground": problem})
    known = session.scalars(
        sa.select(Traceback).where(
            Traceback.case_id == case_id,
            Traceback.trigger == trigger.value,
            Traceback.ground == said,
            Traceback.proposed_by_id == frame.actor.person_id,
        )
    ).first()
    if known is not None:
        return known.id
    source = f"person {frame.actor.person_id} {frame.now.isoformat()}"
    call = Call(case_id, trigger, source, said)
    return _begin(session, frame.office, call, frame.actor.person_id, frame.now)


def _refuse(actor: Actor, session: Session, case: SupervisionCase) -> None:
    check_step(actor, TracebackStep.COMPILE, houses_of(case), (), reported_in(session, case.id))
    raise CaseNotFoundError


def _begin(
    session: Session, office: Office, call: Call, person_id: int | None, now: datetime
) -> int:
    row = Traceback(
        case_id=call.case_id,
        trigger=call.trigger.value,
        source=call.source,
        ground=call.ground,
        proposed_by_id=person_id,
        proposed_at=now,
    )
    session.add(row)
    session.flush()
    row.waiting_step = instances.begin(
        session,
        office.keys,
        office.traceback,
        instances.Subject(SUBJECT, row.id),
        derive(()),
        now,
    )
    session.flush()
    return row.id


def _new_calls(session: Session, office: Office, now: datetime) -> Iterator[Call]:
    known = {
        (row.case_id, row.source)
        for row in session.execute(sa.select(Traceback.case_id, Traceback.source))
    }
    for call in (
        *_recurred_checks(session),
        *_later_cases(session),
        *_accidents(session),
        *_late(session, now - timedelta(days=office.profile.traceback.late_days)),
    ):
        if (call.case_id, call.source) not in known:
            yield call


def _recurred_checks(session: Session) -> Iterator[Call]:
    rows = session.execute(
        sa.select(LookBackCheck.id, LookBackCheck.case_id, LookBackCheck.note).where(
            LookBackCheck.result == LookBackResult.RECURRED.value
        )
    )
    for check_id, case_id, note in rows:
        yield Call(case_id, TracebackTrigger.RECURRENCE, f"lookback_check {check_id}", note)


def _later_cases(session: Session) -> Iterator[Call]:
    """Earlier cases of the kind of one that was confirmed as major since."""
    confirmed = sa.exists().where(
        Act.case_id == SupervisionCase.id,
        Act.action == Action.CONFIRM_VERDICT.value,
        Act.outcome == Outcome.MAJOR.value,
        not_taken_back(),
    )
    for later in session.scalars(sa.select(SupervisionCase).where(confirmed)).all():
        alike = likeness_to(later)
        earlier = session.scalars(
            sa.select(SupervisionCase.id).where(
                SupervisionCase.responsible_party_id == later.responsible_party_id,
                SupervisionCase.ending.in_(GOOD_ENDS),
                SupervisionCase.ended_at <= later.filed_at,
                SupervisionCase.id != later.id,
                sa.or_(alike.clause, sa.and_(alike.place, alike.name)),
            )
        )
        number = later.case_number or later.intake_number
        for case_id in earlier:
            ground = f"{number} {later.hazard_name}"
            yield Call(case_id, TracebackTrigger.RECURRENCE, f"case {later.id}", ground)


def _accidents(session: Session) -> Iterator[Call]:
    rows = session.execute(
        sa.select(Act.id, Act.case_id, Act.opinion).where(
            Act.action == Action.CONFIRM_ACCIDENT.value,
            Act.outcome == Outcome.ACCEPTED.value,
            not_taken_back(),
        )
    )
    for act_id, case_id, opinion in rows:
        yield Call(case_id, TracebackTrigger.ACCIDENT, f"act {act_id}", opinion)


def _late(session: Session, before: datetime) -> Iterator[Call]:
    """Limits still unmet when the profile's bound was over; handovers that nobody took up."""
    rows = session.execute(
        sa.select(Deadline.id, Deadline.case_id, Deadline.rule_id, Deadline.name).where(
            Deadline.rule_id.in_((_LIMIT, *_OF_HANDOVER)),
            Deadline.due_at < before,
            Deadline.ended_at.is_(None),
        )
    )
    for deadline_id, case_id, rule_id, name in rows:
        trigger = TracebackTrigger.LATE if rule_id == _LIMIT else TracebackTrigger.NOT_HANDLED
        yield Call(case_id, trigger, f"deadline {deadline_id}", name)
