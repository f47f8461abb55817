"""A traceback of the demonstration: a delisted hazard comes back, and the chain is gone back."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.database import reading, transaction
from services.demonstration.play import Play, frame_at
from services.frame import Frame
from services.instances import shown_of
from services.look_backs import RecordCheck, record_check
from services.models.traceback import Traceback
from services.queries.look_backs import get_look_back
from services.reference.tables import Table, read_toml
from services.tracebacks.proposing import propose_by_rule
from services.tracebacks.steps import (
    RecordDisposition,
    TracebackCommand,
    record_disposition,
    take_traceback_step,
)
from services.worker import Workshop, work_off
from workflows.looking_back import LookBackResult
from workflows.traceback import DispositionKind, TracebackDecision, TracebackStep
from workflows.vocabulary import Outcome

FILE = Path(__file__).with_name("tracebacks.toml")


def play_traceback(play: Play) -> None:
    """Find the recurrence, let the rule propose, and go through the three steps."""
    told = read_toml(FILE).table("traceback")
    case_id = play.case_ids[told.text("case")]
    with transaction(play.engine) as session:
        frame = _frame(play, session, told.text("checked_by"), 5)
        settings = play.office.profile.look_back
        due = get_look_back(session, frame.actor, case_id, settings, frame.today).row.due
        if due is None:
            return
        command = RecordCheck(
            case_id=case_id,
            months=due.months,
            done_on=local_date(play.now),
            result=LookBackResult.RECURRED,
            note=told.text("check_note"),
        )
        record_check(frame, command)
    propose_by_rule(play.engine, play.office, play.now - timedelta(minutes=4))
    with reading(play.engine) as session:
        found = sa.select(Traceback.id).where(Traceback.case_id == case_id)
        traceback_id = session.scalars(found).one()
    _take_steps(play, told, traceback_id)
    work_off(Workshop(play.engine, play.office.files, play.press.render, play.press.sign), play.now)
    _dispose(play, told, traceback_id)


def _take_steps(play: Play, told: Table, traceback_id: int) -> None:
    steps = (
        (TracebackStep.COMPILE, Outcome.DONE, "compiled_by", ""),
        (TracebackStep.REVIEW, Outcome.ACCEPTED, "reviewed_by", told.text("review")),
        (TracebackStep.DECIDE, Outcome.ACCEPTED, "decided_by", told.text("reasons")),
    )
    for minutes, (step, outcome, by, opinion) in zip((3, 2, 1), steps, strict=True):
        decides = step is TracebackStep.DECIDE
        with transaction(play.engine) as session:
            command = TracebackCommand(
                traceback_id=traceback_id,
                step=step,
                shown=shown_of(session.get_one(Traceback, traceback_id).content),
                outcome=outcome,
                opinion=opinion,
                findings=told.text("findings").strip(),
                responsibility=told.text("responsibility").strip(),
                decision=told.member("decision", TracebackDecision) if decides else None,
            )
            frame = _frame(play, session, told.text(by), minutes)
            take_traceback_step(frame, command, play.press.in_words)


def _dispose(play: Play, told: Table, traceback_id: int) -> None:
    row = told.table("disposition")
    with transaction(play.engine) as session:
        command = RecordDisposition(
            traceback_id=traceback_id,
            kind=row.member("kind", DispositionKind),
            subject=row.text("subject"),
            organ_name=row.text("organ_name"),
            document_number=row.text("document_number"),
            done_on=local_date(play.now),
            note=row.text("note"),
        )
        record_disposition(_frame(play, session, told.text("compiled_by"), 0), command)


def _frame(play: Play, session: Session, username: str, minutes: int) -> Frame:
    return frame_at(play, session, username, play.now - timedelta(minutes=minutes))
