"""The sweep: a deadline that has passed is marked late, its holder urged, a next step suggested.

Nothing is decided here: a suggestion is followed or dismissed by a person.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from services import audit
from services.clock import local_date
from services.database import lock_until_commit, reading, transaction
from services.errors import reason_of, told_of
from services.messages.points import Passing, Point, pass_by
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.models.process import open_task
from services.models.urge import EscalationSuggestion, Urge, UrgeRecipient
from services.office import Office
from services.queries.assignments import find_last_assignment
from services.queries.facts import load_record
from services.queries.people import list_people_at
from services.queries.urges import is_open, is_taken_up, proposed_by
from services.reference.profile import LatenessSettings
from workflows.deadlines import end_of_day, is_overdue
from workflows.engine.decisions import decide
from workflows.facts import CaseRecord, derive_late, needs_met
from workflows.permissions import ROLES_OF
from workflows.vocabulary import Action, Addressee, Lateness, NextMeasure

# After a failure, and again after each further one; the last pause is kept.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600))
log = structlog.get_logger()


@dataclass(frozen=True)
class Look:
    """What a late deadline is at one moment."""

    deadline: Deadline
    case: SupervisionCase
    lateness: Lateness
    days_late: int


def sweep_off(engine: Engine, office: Office, now: datetime, passing: Passing = pass_by) -> int:
    """Look until nothing is due; returns how many deadlines were looked at."""
    looked = 0
    while sweep_once(engine, office, now, passing):
        looked += 1
    return looked


def sweep_once(engine: Engine, office: Office, now: datetime, passing: Passing = pass_by) -> bool:
    """Look at one deadline that has passed; False when none is to be looked at."""
    with reading(engine) as session:  # most polls find nothing: no lock for those
        found = session.execute(_to_look_at(now)).scalar_one_or_none()
    if found is None:
        return False
    passing(Point.DEADLINE_FOUND)
    taken: int | None = None
    try:
        with transaction(engine) as session:
            taken = _take(session, now)
            if taken is None:
                return False
            passing(Point.DEADLINE_TAKEN)
            _look(session, office, taken, now)
            passing(Point.DEADLINE_RECORDED)
    except (OperationalError, InterfaceError):  # the database, not the deadline
        raise
    except Exception as error:
        if taken is None:
            raise
        log.warning("look_failed", deadline_id=taken, error=told_of(error))
        _look_later(engine, taken, now, reason_of(error))
    passing(Point.DEADLINE_KEPT)
    return True


def lateness_of(days_late: int, settings: LatenessSettings) -> Lateness:
    """How late, by the office's own number of days."""
    if days_late >= settings.seriously_late_days:
        return Lateness.SERIOUSLY_LATE
    return Lateness.LATE


def _to_look_at(now: datetime) -> sa.Select[int]:
    return (
        sa.select(Deadline.id)
        .where(Deadline.ended_at.is_(None), Deadline.next_look_at < now)
        .order_by(Deadline.next_look_at)
        .limit(1)
    )


def _take(session: Session, now: datetime) -> int | None:
    """Hold one due deadline until the end of the transaction.

    An act holds rows of deadlines before the head of the chain: whoever takes the head first
    and skips what is locked waits for nobody's row.
    """
    lock_until_commit(session, audit.HEAD)
    return session.execute(_to_look_at(now).with_for_update(skip_locked=True)).scalar()


def _look(session: Session, office: Office, deadline_id: int, now: datetime) -> None:
    deadline = session.get_one(Deadline, deadline_id)
    days_late = (local_date(now) - deadline.due_on).days
    if is_overdue(deadline.due_at, now):
        look = Look(
            deadline,
            session.get_one(SupervisionCase, deadline.case_id),
            lateness_of(days_late, office.profile.lateness),
            days_late,
        )
        deadline.lateness = look.lateness.value
        deadline.next_look_at = _urge(session, office, look, now)
        _suggest(session, office, look, now)
    else:
        deadline.next_look_at = deadline.due_at
    deadline.look_failures, deadline.look_incident = 0, None
    session.flush()


def _urge(session: Session, office: Office, look: Look, now: datetime) -> datetime:
    """Urge unless it was done too lately; returns when to look again."""
    deadline, settings = look.deadline, office.profile.lateness
    last = session.scalars(
        sa.select(Urge).where(Urge.deadline_id == deadline.id).order_by(Urge.number.desc()).limit(1)
    ).first()
    pause = timedelta(days=settings.urge_most_every_days)
    if last is not None and now < last.at + pause:
        urged_at = last.at
    else:
        _record_urge(session, office, look, last.number + 1 if last else 1, now)
        urged_at = now
    serious = end_of_day(deadline.due_on + timedelta(days=settings.seriously_late_days - 1))
    return min(moment for moment in (urged_at + pause, serious) if moment > now)


def _record_urge(session: Session, office: Office, look: Look, number: int, now: datetime) -> None:
    people = _who_is_told(session, office, look.deadline, now)
    urge = Urge(
        case_id=look.case.id,
        deadline_id=look.deadline.id,
        number=number,
        lateness=look.lateness.value,
        days_late=look.days_late,
        holder_id=look.deadline.holder_id,
        at=now,
        recipients=[UrgeRecipient(person_id=person_id) for person_id in people],
    )
    session.add(urge)
    session.flush()
    body = {
        "urge_id": urge.id,
        "deadline_id": urge.deadline_id,
        "number": number,
        "lateness": urge.lateness,
        "days_late": urge.days_late,
        "recipients": people,
        "at": now.isoformat(),
    }
    audit.append(session, look.case.id, body, now)


def _who_is_told(session: Session, office: Office, deadline: Deadline, now: datetime) -> list[int]:
    """Who has taken the step; else everybody at the holder whose post may do what is late."""
    last = find_last_assignment(session, deadline.task_id) if deadline.task_id else None
    if last is not None and last.holder_id is not None:
        return [last.holder_id]
    if deadline.holder_id is None:
        return []
    roles = {role for action in _awaited(session, office, deadline) for role in ROLES_OF[action]}
    people = list_people_at(session, (deadline.holder_id,), roles, local_date(now))
    return [item.actor.person_id for item in people]


def _awaited(session: Session, office: Office, deadline: Deadline) -> Collection[Action]:
    """The acts that would meet the deadline."""
    step = session.execute(
        sa.select(open_task.c.step_id).where(open_task.c.task_id == deadline.task_id)
    ).scalar_one_or_none()
    if step is not None:
        return (Action(step),)
    return [Action(action) for action in office.profile.rules[deadline.rule_id].ends]


def _suggest(session: Session, office: Office, look: Look, now: datetime) -> None:
    """What the table suggests, once, and only where somebody could propose it now."""
    case, deadline, definition = look.case, look.deadline, office.escalation_step
    record = load_record(session, case, office.profile)
    addressee = _addressee(case, deadline.holder_id, record)
    if addressee is None:
        return
    facts = derive_late(record, addressee, look.lateness)
    decided = decide(definition, facts)
    if decided["proposed_escalation"] == "none":
        return
    kind = NextMeasure(str(decided["proposed_escalation"]))
    if not _may_be_proposed(session, case.id, kind) or _is_suggested(
        session, look, kind, addressee
    ):
        return
    session.add(
        EscalationSuggestion(
            case_id=case.id,
            deadline_id=deadline.id,
            lateness=look.lateness.value,
            escalation_kind=kind.value,
            addressee=addressee.value,
            ground=str(decided["escalation_ground"]),
            facts={**facts, "days_late": look.days_late},
            definition=definition.digest,
            at=now,
            nonce=secrets.token_hex(16),
        )
    )


def _addressee(
    case: SupervisionCase, holder_id: int | None, record: CaseRecord
) -> Addressee | None:
    """Who would be pressed on; None for those whom no measure is addressed to."""
    if holder_id is None:
        return None
    if holder_id == case.responsible_party_id:
        return Addressee.PARTY
    if holder_id == case.territorial_government_id:
        return Addressee.TERRITORY
    # Before the listing the department itself would propose: never against itself.
    if holder_id == case.competent_department_id and needs_met(record)["listed"]:
        return Addressee.DEPARTMENT
    return None


def _may_be_proposed(session: Session, case_id: int, kind: NextMeasure) -> bool:
    """While one measure of its sort runs the step is not open, and no other is suggested."""
    found = sa.select(open_task.c.task_id).where(
        open_task.c.case_id == case_id, open_task.c.step_id == proposed_by(kind)
    )
    return session.execute(found.limit(1)).first() is not None


def _is_suggested(session: Session, look: Look, kind: NextMeasure, addressee: Addressee) -> bool:
    """For this deadline at this lateness already; or it stands open in the case anyway."""
    same = sa.and_(
        EscalationSuggestion.deadline_id == look.deadline.id,
        EscalationSuggestion.lateness == look.lateness,
    )
    standing = sa.and_(
        EscalationSuggestion.case_id == look.case.id,
        EscalationSuggestion.addressee == addressee,
        is_open(),
        ~is_taken_up(),
    )
    found = (
        sa.select(EscalationSuggestion.id)
        .join(Deadline, Deadline.id == EscalationSuggestion.deadline_id)
        .where(EscalationSuggestion.escalation_kind == kind, sa.or_(same, standing))
    )
    return session.execute(found.limit(1)).first() is not None


def _look_later(engine: Engine, deadline_id: int, now: datetime, reason: str) -> None:
    """After each failure later; from the last pause on it is an incident, and still tried."""
    with transaction(engine) as session:
        failures = session.scalars(
            sa.select(Deadline.look_failures).where(Deadline.id == deadline_id)
        ).one()
        last = failures >= len(PAUSES) - 1
        session.execute(
            sa.update(Deadline)
            .where(Deadline.id == deadline_id)
            .values(
                look_failures=failures + 1,
                next_look_at=now + PAUSES[min(failures, len(PAUSES) - 1)],
                look_incident=reason if last else None,
            )
        )
