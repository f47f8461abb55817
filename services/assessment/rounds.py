"""A round of assessment, step by step: computed, shown, frozen, approved, sent out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import instances
from services.assessment.collect import Found, Reading, collect, list_units
from services.assessment.record import (
    ROUND,
    Deed,
    chain,
    facts_digest,
    put_correction,
    put_step,
    require_text,
)
from services.assessment.scores import differences, store_sheet
from services.clock import local_date
from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import Frame
from services.models.assessment import (
    AssessmentCopy,
    AssessmentCorrection,
    AssessmentFact,
    AssessmentObjection,
    AssessmentRound,
    AssessmentSheet,
)
from services.models.organisation import Organisation
from services.queries.assessments import (
    TakenRoundStep,
    find_committee,
    find_round_id,
    read_steps,
)
from services.queries.calendar import current_calendar
from services.queries.months import Month
from services.queries.returns import list_period
from services.reference.assessment import AssessmentRules, load_assessment
from workflows.assessment import Measure
from workflows.assessment_round import (
    OUTCOMES,
    AssessmentStep,
    RoundState,
    check_post,
    derive,
    kept_apart,
    window_ends_on,
)
from workflows.errors import RuleError, TaskNotReadyError
from workflows.permissions import PostRecord
from workflows.vocabulary import Outcome, Role

MOST_NAME = 60


class RoundNotReadyError(RuleError):
    """The round cannot go on. `detail["reason"]` says what is missing."""

    code = "round_not_ready"


@dataclass(frozen=True, kw_only=True)
class RoundStepCommand:
    """One step of a round. `opinion` is required where something is turned down."""

    round_id: int
    step: AssessmentStep
    outcome: Outcome = Outcome.DONE
    opinion: str = ""


def begin_round(frame: Frame, office_id: int, month: Month) -> int:
    """Collect the facts of a month that is over, and compute all scores; returns the round's id.

    Raises AssessmentRefusedError, RoundNotReadyError.
    """
    session = frame.session
    lock_until_commit(session, f"assessments of office {office_id}")
    post = check_post(frame.actor, AssessmentStep.SCORE, office_id, ())
    if month.ends_at > frame.now:
        raise RoundNotReadyError(reason="month_not_over")
    if find_round_id(session, office_id, month) is not None:
        raise RoundNotReadyError(reason="round_there")
    if missing := [row.unit_name for row in list_period(session, month) if row.is_open]:
        raise RoundNotReadyError(reason="returns_open", units="、".join(missing))
    rules = load_assessment(frame.office.profile.key)
    found = AssessmentRound(
        office_id=office_id,
        period=str(month),
        as_of=month.ends_at,
        rules=rules.as_record(),
        facts_sha256="",
        state=RoundState.UNDER_WAY.value,
        made_at=frame.now,
    )
    session.add(found)
    session.flush()
    units = _store_facts(frame, found, month, rules)
    for unit_id in units:
        store_sheet(session, found, unit_id, 0, frame.now)
    found.waiting_step = instances.begin(
        session,
        frame.office.keys,
        frame.office.assessment,
        instances.Subject(ROUND, found.id),
        derive(()),
        frame.now,
    )
    content = {"facts_sha256": found.facts_sha256, "rules": rules.version}
    put_step(frame, found, post, Deed(AssessmentStep.SCORE, Outcome.DONE, content=content))
    return found.id


def _store_facts(
    frame: Frame, found: AssessmentRound, month: Month, rules: AssessmentRules
) -> list[int]:
    session = frame.session
    house = session.get_one(Organisation, found.office_id)
    units = [unit.id for unit in list_units(session, house, month.last_on)]
    reading = Reading(session, frame.office, month, found.as_of, frozenset(units))
    session.add_all(_row(found.id, fact) for fact in collect(reading, rules.indicators))
    session.flush()
    found.facts_sha256 = facts_digest(session, found.id)
    return units


def _row(round_id: int, fact: Found) -> AssessmentFact:
    return AssessmentFact(round_id=round_id, **asdict(fact))


def take_round_step(frame: Frame, command: RoundStepCommand) -> None:
    """Show, freeze, approve or send out.

    RoundNotReadyError names who was faster. Raises RecordNotFoundError, TaskNotReadyError,
    AssessmentRefusedError, InvalidCommandError.
    """
    found = lock_round(frame.session, command.round_id)
    post = _check_step(frame, found, command)
    if command.outcome not in OUTCOMES[command.step]:
        raise InvalidCommandError({"outcome": "choice"})
    if command.outcome in (Outcome.DECLINED, Outcome.RETURNED):
        require_text("opinion", command.opinion)
    if command.step is AssessmentStep.FREEZE:
        _require_settled(frame, found)
    if command.step is AssessmentStep.SHOW and command.outcome is Outcome.DONE:
        days = AssessmentRules.from_record(found.rules).objection_working_days
        calendar = current_calendar(frame.session, frame.office)
        found.objections_until = window_ends_on(frame.today, days, calendar)
    content = {"sheets": sheets_record(frame.session, found.id)}
    put_step(frame, found, post, Deed(command.step, command.outcome, command.opinion, content))
    if command.step is AssessmentStep.PUBLISH:
        _send_copies(frame, found)
    if found.waiting_step is None:
        published = command.step is AssessmentStep.PUBLISH
        found.state = (RoundState.PUBLISHED if published else RoundState.DROPPED).value
        found.ended_at = frame.now
    frame.session.flush()


def _check_step(frame: Frame, found: AssessmentRound, command: RoundStepCommand) -> PostRecord:
    session = frame.session
    house = found.office_id
    if command.step is AssessmentStep.APPROVE:
        house = find_committee(session, found.office_id) or 0
    taken = read_steps(session, found.id, None)
    post = check_post(frame.actor, command.step, house, kept_apart(command.step, taken))
    require_waiting(found.waiting_step, command.step, taken)
    return post


def require_waiting(
    waiting_step: str | None, step: AssessmentStep, taken: Sequence[TakenRoundStep]
) -> None:
    """Whether the step is to be taken now.

    RoundNotReadyError naming who took it before, TaskNotReadyError where it is not reached yet.
    """
    if waiting_step == step.value:
        return
    last = next((one for one in reversed(taken) if one.step is step), None)
    if last is None or last.at is None:
        raise TaskNotReadyError(step=step.value)
    raise RoundNotReadyError(
        person=last.person_name, principal=last.principal_name, at=last.at.isoformat()
    )


def require_shown(found: AssessmentRound) -> None:
    """The units look at their scores: neither before that, nor once they are frozen."""
    if found.objections_until is None:
        raise RoundNotReadyError(reason="not_shown")
    if found.waiting_step != AssessmentStep.FREEZE.value:
        raise RoundNotReadyError(reason="frozen")


def _require_settled(frame: Frame, found: AssessmentRound) -> None:
    """Nothing is open any more, and the scores are those that the facts give."""
    if found.objections_until is None or frame.today <= found.objections_until:
        raise RoundNotReadyError(reason="window_open")
    if has_open_objection(frame.session, found.id):
        raise RoundNotReadyError(reason="objection_open")
    if differences(frame.session, found):
        raise RoundNotReadyError(reason="scores_differ")


def has_open_objection(session: Session, round_id: int) -> bool:
    """Whether an objection waits for its answer."""
    waiting = sa.select(AssessmentObjection.id).where(
        AssessmentObjection.round_id == round_id, AssessmentObjection.waiting_step.is_not(None)
    )
    return session.execute(waiting.limit(1)).first() is not None


def lock_round(session: Session, round_id: int) -> AssessmentRound:
    """The round, held until the transaction ends; RecordNotFoundError."""
    lock_until_commit(session, f"assessment round {round_id}")
    found = session.get(AssessmentRound, round_id, populate_existing=True)
    if found is None:
        raise RecordNotFoundError
    return found


def sheets_record(session: Session, round_id: int) -> list[list[object]]:
    """The latest sheet of each unit, for the chain: unit, revision, points, grade."""
    rows = session.execute(
        sa.select(
            AssessmentSheet.unit_id,
            AssessmentSheet.revision,
            AssessmentSheet.hundredths,
            AssessmentSheet.grade,
        )
        .where(AssessmentSheet.round_id == round_id)
        .order_by(AssessmentSheet.unit_id, AssessmentSheet.revision)
    )
    return [list(row) for row in {row.unit_id: row for row in rows}.values()]


def find_false_closure(frame: Frame, round_id: int, fact_id: int, reason: str) -> None:
    """Find that a recurrence was a false closure, by the head of the office: a veto.

    Raises RecordNotFoundError, AssessmentRefusedError, RoundNotReadyError, InvalidCommandError.
    """
    session = frame.session
    found = lock_round(session, round_id)
    fact = session.get(AssessmentFact, fact_id)
    if fact is None or fact.round_id != round_id or not _is_veto(found, fact.indicator):
        raise RecordNotFoundError
    taken = read_steps(session, round_id, None)
    apart = kept_apart(AssessmentStep.ANSWER, taken)
    post = check_post(frame.actor, AssessmentStep.ANSWER, found.office_id, apart)
    if post.role is not Role.COMMITTEE_OFFICE_HEAD:
        raise RoundNotReadyError(reason="not_head")
    require_shown(found)
    require_text("reason", reason)
    same = sa.select(AssessmentCorrection.id).where(
        AssessmentCorrection.fact_id == fact_id, AssessmentCorrection.met.is_(True)
    )
    if session.execute(same).first() is not None:
        return
    correction = put_correction(frame, fact, post, (True, True, 0), reason, None)
    store_sheet(session, found, fact.unit_id, correction.id, frame.now)


def _is_veto(found: AssessmentRound, key: str) -> bool:
    rules = AssessmentRules.from_record(found.rules)
    return any(row.key == key and row.measure is Measure.VETO for row in rules.indicators)


def _send_copies(frame: Frame, found: AssessmentRound) -> None:
    receivers = AssessmentRules.from_record(found.rules).copies
    frame.session.add_all(
        AssessmentCopy(round_id=found.id, receiver_name=name, sent_at=frame.now)
        for name in receivers
    )


def record_receipt(
    frame: Frame, round_id: int, copy_id: int, received_on: date | None, received_by: str
) -> None:
    """Put on record that a receiver has the ranking; the same receipt again changes nothing.

    Raises RecordNotFoundError, AssessmentRefusedError, RoundNotReadyError, InvalidCommandError.
    """
    session = frame.session
    found = lock_round(session, round_id)
    post = check_post(frame.actor, AssessmentStep.PUBLISH, found.office_id, ())
    copy = session.get(AssessmentCopy, copy_id, populate_existing=True)
    if copy is None or copy.round_id != round_id:
        raise RecordNotFoundError
    name = received_by.strip()
    if copy.received_on is not None:
        if (copy.received_on, copy.received_by) == (received_on, name):
            return
        raise RoundNotReadyError(reason="receipt_there")
    _require_receipt(frame, copy.sent_at, received_on, name)
    copy.received_on, copy.received_by = received_on, name
    copy.recorded_by_id, copy.recorded_at = frame.actor.person_id, frame.now
    session.flush()
    chain(frame, post, {"assessment_copy_id": copy.id, "received_on": str(received_on)})


def _require_receipt(frame: Frame, sent_at: datetime, day: date | None, name: str) -> None:
    problems = {}
    if day is None:
        problems["received_on"] = "required"
    elif day > frame.today:
        problems["received_on"] = "in_future"
    elif day < local_date(sent_at):
        problems["received_on"] = "before_sent"
    if not name:
        problems["received_by"] = "required"
    elif len(name) > MOST_NAME:
        problems["received_by"] = f"too_long:{MOST_NAME}"
    if problems:
        raise InvalidCommandError(problems)
