"""The demonstration's month of returns, and what receivers reported of their handovers."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import LOCAL_ZONE
from services.database import transaction
from services.demonstration.play import Play, actor_of, day_at
from services.frame import Frame
from services.handover_notes import WriteNote, write_note
from services.instances import shown_of
from services.models.case import Handover
from services.models.monthly_return import MonthlyReturn
from services.queries.months import Month
from services.queries.returns import due_on_of
from services.reference.tables import Table, read_toml
from services.returns.opening import open_missing
from services.returns.steps import ReturnCommand, take_return_step
from services.worker import Workshop, work_off
from workflows.handovers import find_noting_post
from workflows.returns import ReturnPart, ReturnState, ReturnStep
from workflows.vocabulary import Outcome

FILE = Path(__file__).parent / "returns.toml"
# So long after its day everything about the month is over.
SETTLED_DAYS = 9


@dataclass(frozen=True)
class _Told:
    """What one unit did: who filled in and approved, when, and whether it came back once."""

    row: Table
    due_on: date

    @property
    def submitted_on(self) -> date:
        return self.due_on + timedelta(days=self.row.get("submitted", int))

    @property
    def received_on(self) -> date:
        return self.submitted_on + timedelta(days=self.row.get("received", int))


def play_returns(play: Play) -> None:
    """Play the latest month that is settled, and the notes of this month."""
    told = read_toml(FILE)
    profile, calendar = play.office.profile, play.office.calendar
    period = Month.of(play.today)
    while due_on_of(profile, period, calendar) + timedelta(days=SETTLED_DAYS) > play.today:
        period = period.before()
    due_on = due_on_of(profile, period, calendar)
    opened_on = due_on - timedelta(days=profile.monthly_return.opens_days_before_due)
    with transaction(play.engine) as session:
        open_missing(session, play.office, _at(opened_on, 8))
        for row in told.tables("returns", "officer"):
            _report(play, session, told, _Told(row, due_on))
        _close_others(play, session, told, due_on)
        for row in told.tables("notes", "officer"):
            _write_note(play, session, row)
    work_off(Workshop(play.engine, play.office.files, play.press.render, play.press.sign), play.now)


def _report(play: Play, session: Session, told: Table, unit: _Told) -> None:
    officer, leader = unit.row.text("officer"), unit.row.text("leader")
    frame = _frame(play, session, officer, unit.submitted_on, 9)
    houses = [post.organisation_id for post in frame.actor.posts]
    return_id = session.scalars(
        sa.select(MonthlyReturn.id).where(MonthlyReturn.unit_id.in_(houses))
    ).one()
    typed = {
        part.key: unit.row.text("summary") if part.kind is ReturnPart.SUMMARY else told.text(name)
        for part in play.office.profile.monthly_return.parts
        if part.kind is not ReturnPart.FIGURES
        for name in ("measures" if part.kind is ReturnPart.TASK_LIST else "key_tasks",)
    }
    reason = unit.row.text("sent_back", default="")
    on = unit.submitted_on
    if reason:
        _submit(play, session, return_id, (officer, leader), on - timedelta(days=2), typed)
        sent_back = _frame(play, session, told.text("receiving"), on - timedelta(days=1), 10)
        _take(sent_back, return_id, ReturnStep.RECEIVE, Outcome.RETURNED, reason)
    _submit(play, session, return_id, (officer, leader), on, typed)
    receiving = _frame(play, session, told.text("receiving"), unit.received_on, 15)
    _take(receiving, return_id, ReturnStep.RECEIVE, Outcome.ACCEPTED)


def _submit(
    play: Play,
    session: Session,
    return_id: int,
    people: tuple[str, str],
    on: date,
    typed: dict[str, str],
) -> None:
    officer, leader = people
    filling = _frame(play, session, officer, on, 9)
    _take(filling, return_id, ReturnStep.PREPARE, Outcome.DONE, typed=typed)
    approving = _frame(play, session, leader, on, 16)
    _take(approving, return_id, ReturnStep.APPROVE, Outcome.ACCEPTED)


def _close_others(play: Play, session: Session, told: Table, due_on: date) -> None:
    missing = session.scalars(
        sa.select(MonthlyReturn.id)
        .where(MonthlyReturn.state == ReturnState.UNDER_WAY.value)
        .order_by(MonthlyReturn.id)
    ).all()
    frame = _frame(play, session, told.text("receiving"), due_on + timedelta(days=8), 17)
    for return_id in missing:
        reason = told.text("unreported_reason")
        _take(frame, return_id, ReturnStep.CLOSE_UNREPORTED, Outcome.DONE, reason)


def _take(
    frame: Frame,
    return_id: int,
    step: ReturnStep,
    outcome: Outcome,
    opinion: str = "",
    typed: dict[str, str] | None = None,
) -> None:
    content = frame.session.get_one(MonthlyReturn, return_id).content
    command = ReturnCommand(
        return_id=return_id,
        step=step,
        shown=shown_of(content),
        outcome=outcome,
        opinion=opinion,
        typed=typed or {},
    )
    take_return_step(frame, command)


def _write_note(play: Play, session: Session, row: Table) -> None:
    """A note of the receiver on the case's handover to it."""
    on = day_at(play.today, row.get("days", int), play.office.calendar)
    frame = _frame(play, session, row.text("officer"), on, 11)
    case_id = play.case_ids[row.text("case")]
    handovers = session.scalars(sa.select(Handover).where(Handover.case_id == case_id))
    handover = next(one for one in handovers if find_noting_post(frame.actor, one.receiver_id))
    command = WriteNote(handover_id=handover.id, text=row.text("text"), period=Month.of(on))
    write_note(frame, command)


def _frame(play: Play, session: Session, username: str, on: date, hour: int) -> Frame:
    moment = _at(on, hour)
    return Frame(session, actor_of(play, session, username, moment), moment, play.office)


def _at(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), LOCAL_ZONE)
