"""A changed calendar: which running limits would fall on another day, and accepting that."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.deadlines import move
from services.frame import Frame
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.office import Office
from services.queries.calendar import current_calendar, list_notices
from services.queries.scope import visible_to
from workflows.deadlines import Computation, compute_again
from workflows.errors import RuleError
from workflows.permissions import Actor
from workflows.vocabulary import DeadlineUnit, Role
from workflows.working_days import Calendar

MOST = 500
_MOVED_BY_DAYS_OFF = (DeadlineUnit.WORKING_DAYS, DeadlineUnit.CALENDAR_DAYS)


class RecountRefusedError(RuleError):
    """Nothing was chosen, or one of the chosen limits no longer differs."""

    code = "recount_refused"


@dataclass(frozen=True)
class MovedRow:
    """A running limit that would be counted otherwise today; `due_on` may be the same day."""

    deadline_id: int
    case_id: int
    number: str
    hazard_name: str
    name: str
    holder_name: str
    due_on: date
    new_due_on: date
    was_provisional: bool


def may_accept(actor: Actor) -> bool:
    """The head of the committee's office accepts what a changed calendar moves."""
    return any(post.role is Role.COMMITTEE_OFFICE_HEAD for post in actor.posts)


def list_moved(session: Session, actor: Actor, office: Office) -> list[MovedRow]:
    """Running limits of cases that the actor sees, whose date another count would change."""
    found = _find_moved(session, actor, office)
    return [
        MovedRow(
            deadline.id,
            case.id,
            case.case_number or case.intake_number,
            case.hazard_name,
            deadline.name,
            deadline.holder.name if deadline.holder else "",
            deadline.due_on,
            computation.due_on,
            deadline.provisional,
        )
        for deadline, case, computation in found
    ]


def accept_moved(frame: Frame, deadline_ids: Collection[int]) -> int:
    """Let these limits fall on the day that the calendar in force gives; both dates stay on record.

    Returns how many moved. RecountRefusedError when one of them no longer differs.
    """
    session = frame.session
    moved = _find_moved(session, frame.actor, frame.office)
    found = {deadline.id: (deadline, case, computation) for deadline, case, computation in moved}
    if not deadline_ids or not set(deadline_ids) <= found.keys():
        raise RecountRefusedError
    notice_id = list_notices(session)[-1].id
    for number in sorted(set(deadline_ids)):
        deadline, case, computation = found[number]
        change = move(session, frame.office, deadline, computation, frame.now)
        change.calendar_notice_id, change.changed_by_id = notice_id, frame.actor.person_id
        body = {
            "deadline_id": deadline.id,
            "former_due_on": change.former_due_on.isoformat(),
            "due_on": change.due_on.isoformat(),
            "calendar_notice_id": notice_id,
            "person_id": frame.actor.person_id,
            "at": frame.now.isoformat(),
        }
        audit.append(session, case.id, body, frame.now)
    session.flush()
    return len(set(deadline_ids))


def _find_moved(
    session: Session, actor: Actor, office: Office
) -> list[tuple[Deadline, SupervisionCase, Computation]]:
    notices = list_notices(session) if may_accept(actor) else []
    if not notices:
        return []
    calendar = current_calendar(session, office)
    rows = session.execute(
        sa.select(Deadline, SupervisionCase)
        .join(SupervisionCase, SupervisionCase.id == Deadline.case_id)
        .where(
            Deadline.ended_at.is_(None),
            Deadline.due_on >= date(min(notice.year for notice in notices), 1, 1),
            visible_to(actor),
        )
        .order_by(Deadline.due_at, Deadline.id)
        .limit(MOST)
    ).all()
    counted = ((deadline, case, _count(deadline, office, calendar)) for deadline, case in rows)
    return [
        (deadline, case, computation)
        for deadline, case, computation in counted
        if computation is not None
        and (computation.due_at, computation.provisional) != (deadline.due_at, deadline.provisional)
    ]


def _count(deadline: Deadline, office: Office, calendar: Calendar) -> Computation | None:
    rule = office.profile.rules.get(deadline.rule_id)
    same = rule is not None and rule.version == deadline.rule_version
    if rule is None or not same or rule.unit not in _MOVED_BY_DAYS_OFF:
        return None
    resumed = deadline.basis.get("resumed")
    return compute_again(rule, resumed["left"] if resumed else None, deadline.started_at, calendar)
