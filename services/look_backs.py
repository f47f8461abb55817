"""After delisting: checks that are recorded, and alerts of the public that are set aside."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.clock import local_date
from services.database import lock_until_commit
from services.disclosure.copy import ways_to_reach
from services.errors import CaseNotFoundError, InvalidCommandError, RecordNotFoundError
from services.frame import Frame
from services.models.case import SupervisionCase
from services.models.look_back import LookBackCheck, PublicAlert
from services.models.public import PublicCase
from services.queries.look_backs import get_look_back
from services.queries.scope import inside_of
from services.tips.quotas import Quota, use
from workflows.disclosure import Exposure
from workflows.errors import RuleError
from workflows.looking_back import LookBackRefusedError, LookBackResult, find_post
from workflows.permissions import PostRecord

CHECK_ID, ALERT_ID = "lookback_check_id", "public_alert_id"
MOST_CHARACTERS = 500
# The office's own settings; a span of a day keeps nothing finer than the day.
ALL_ALERTS = Quota("alerts", 200, timedelta(days=1))
ALERTS_OF_A_CASE = 20


class LookBackOverError(RuleError):
    """Recorded by somebody else, or not due: the page that was shown is no longer so."""

    code = "look_back_over"


class AlertOverError(RuleError):
    """Set aside by somebody else."""

    code = "alert_over"


class AlertsFullError(RuleError):
    """More alerts came today than the office can read."""

    code = "alerts_full"


@dataclass(frozen=True, kw_only=True)
class RecordCheck:
    """What one check found."""

    case_id: int
    months: int
    done_on: date | None
    result: LookBackResult
    note: str


def record_check(frame: Frame, command: RecordCheck) -> None:
    """Record the check that is due; the same person's second sending changes nothing.

    Raises CaseNotFoundError, LookBackRefusedError, LookBackOverError, InvalidCommandError.
    """
    session, note = frame.session, command.note.strip()
    lock_until_commit(session, f"look-backs of case {command.case_id}")
    settings = frame.office.profile.look_back
    page = get_look_back(session, frame.actor, command.case_id, settings, frame.today)
    post = _require_post(frame, page.department_id, page.office_id)
    done_on = _require_sound(command, page.row.ended_on, frame.today)
    due = page.row.due
    if _is_there(frame, command, done_on):
        return
    if due is None or due.months != command.months:
        raise LookBackOverError
    check = LookBackCheck(
        case_id=command.case_id,
        months=due.months,
        due_on=due.due_on,
        done_on=done_on,
        result=command.result.value,
        note=note,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    session.add(check)
    session.flush()
    body = {
        CHECK_ID: check.id,
        "result": check.result,
        "person_id": check.person_id,
        "post_id": check.post_id,
        "at": frame.now.isoformat(),
        "content": _check_commitment(check),
    }
    audit.append(session, check.case_id, body, frame.now)


def raise_alert(session: Session, public_id: int, text: str, now: datetime) -> None:
    """Keep what somebody says of a published case: the words and the day, and nothing else.

    Raises RecordNotFoundError, InvalidCommandError, AlertsFullError.
    """
    case_id = session.scalar(
        sa.select(PublicCase.case_id).where(
            PublicCase.id == public_id,
            PublicCase.exposure != Exposure.COUNTED.value,
            PublicCase.taken_down_at.is_(None),
        )
    )
    if case_id is None:
        raise RecordNotFoundError
    words = text.strip()
    if len(words) > MOST_CHARACTERS:
        raise InvalidCommandError({"text": f"too_long:{MOST_CHARACTERS}"})
    if next(ways_to_reach(words), None):
        raise InvalidCommandError({"text": "way_to_reach"})
    if _is_known(session, case_id, words, local_date(now)):
        return
    of_the_case = Quota(f"alerts {case_id}", ALERTS_OF_A_CASE, timedelta(days=1))
    if not use(session, of_the_case, now) or not use(session, ALL_ALERTS, now):
        raise AlertsFullError
    session.add(
        PublicAlert(
            case_id=case_id,
            text=words,
            received_on=local_date(now),
            nonce=secrets.token_hex(16),
        )
    )
    session.flush()


def set_alert_aside(frame: Frame, alert_id: int, reason: str) -> int:
    """Say what became of an alert, once; returns its case.

    Raises CaseNotFoundError, LookBackRefusedError, AlertOverError, InvalidCommandError.
    """
    session, said = frame.session, reason.strip()
    alert = session.scalars(
        sa.select(PublicAlert)
        .join(SupervisionCase, SupervisionCase.id == PublicAlert.case_id)
        .where(PublicAlert.id == alert_id, inside_of(frame.actor))
        .with_for_update(of=PublicAlert)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if alert is None:
        raise CaseNotFoundError
    office_id = session.get_one(SupervisionCase, alert.case_id).listing_office_id
    post = _require_post(frame, office_id)
    if alert.set_aside_by_id == frame.actor.person_id and alert.reason == said:
        return alert.case_id
    if alert.set_aside_at is not None:
        raise AlertOverError
    if not said or len(said) > MOST_CHARACTERS:
        problem = f"too_long:{MOST_CHARACTERS}" if said else "required"
        raise InvalidCommandError({"reason": problem})
    alert.set_aside_at, alert.set_aside_by_id = frame.now, frame.actor.person_id
    alert.set_aside_post_id, alert.reason = post.post_id, said
    session.flush()
    body = {
        ALERT_ID: alert.id,
        "person_id": alert.set_aside_by_id,
        "post_id": alert.set_aside_post_id,
        "at": frame.now.isoformat(),
        "content": _alert_commitment(alert),
    }
    audit.append(session, alert.case_id, body, frame.now)
    return alert.case_id


def first_changed_look_back(session: Session) -> str | None:
    """The first check or alert that no longer is what the chain committed to, with its id."""
    one = audit.first_changed(session, CHECK_ID, LookBackCheck, _check_commitment)
    if one is not None:
        return f"lookback_check {one}"
    other = audit.first_changed(session, ALERT_ID, PublicAlert, _alert_commitment)
    return None if other is None else f"public_alert {other}"


def _is_known(session: Session, case_id: int, words: str, today: date) -> bool:
    """Whether the same words about the case came today; sending twice makes one alert."""
    found = session.scalar(
        sa.select(PublicAlert.id).where(
            PublicAlert.case_id == case_id,
            PublicAlert.text == words,
            PublicAlert.received_on == today,
            PublicAlert.set_aside_at.is_(None),
        )
    )
    return found is not None


def _require_post(frame: Frame, *organisations: int | None) -> PostRecord:
    post = find_post(frame.actor, organisations)
    if post is None:
        raise LookBackRefusedError
    return post


def _require_sound(command: RecordCheck, ended_on: date, today: date) -> date:
    problems = {}
    if command.done_on is None:
        problems["done_on"] = "required"
    elif command.done_on > today:
        problems["done_on"] = "in_future"
    elif command.done_on < ended_on:
        problems["done_on"] = "before_the_end"
    if not command.note.strip():
        problems["note"] = "required"
    elif len(command.note.strip()) > MOST_CHARACTERS:
        problems["note"] = f"too_long:{MOST_CHARACTERS}"
    if problems or command.done_on is None:
        raise InvalidCommandError(problems)
    return command.done_on


def _is_there(frame: Frame, command: RecordCheck, done_on: date) -> bool:
    found = frame.session.scalar(
        sa.select(LookBackCheck.id).where(
            LookBackCheck.case_id == command.case_id,
            LookBackCheck.months == command.months,
            LookBackCheck.done_on == done_on,
            LookBackCheck.result == command.result.value,
            LookBackCheck.note == command.note.strip(),
            LookBackCheck.person_id == frame.actor.person_id,
        )
    )
    return found is not None


def _check_commitment(check: LookBackCheck) -> str:
    content = [
        check.case_id,
        check.months,
        check.due_on.isoformat(),
        check.done_on.isoformat(),
        check.result,
        check.note,
    ]
    return commitment(check.nonce, content)


def _alert_commitment(alert: PublicAlert) -> str:
    content = [alert.case_id, alert.text, alert.received_on.isoformat(), alert.reason]
    return commitment(alert.nonce, content)
