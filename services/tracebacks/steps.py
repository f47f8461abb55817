"""The steps of a traceback: the report compiled, reviewed, decided on; and what came of it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit, instances
from services.chain import commitment
from services.documents.numbers import take_number
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.frame import MOST_CHARACTERS, Frame
from services.models.case import SupervisionCase
from services.models.traceback import (
    Disposition,
    Traceback,
    TracebackLook,
    TracebackStepTaken,
)
from services.queries.trace import Link, trace_back
from services.queries.tracebacks import get_traceback, houses_of, read_steps, reported_in
from services.second_factor import use_code
from services.tracebacks.proposing import SUBJECT
from services.tracebacks.report import LOOK_ID, InWords, issue_report, look_commitment
from workflows.errors import TaskNotReadyError
from workflows.permissions import PostRecord
from workflows.traceback import (
    OUTCOMES,
    DispositionKind,
    TracebackDecision,
    TracebackStep,
    check_step,
    derive,
    find_post,
)
from workflows.vocabulary import Outcome

STEP_ID, DISPOSITION_ID = "traceback_step_id", "traceback_disposition_id"
SERIES = "traceback"


@dataclass(frozen=True, kw_only=True)
class TracebackCommand:
    """One step. `shown` is the hash of the report that the person read."""

    traceback_id: int
    step: TracebackStep
    shown: str
    outcome: Outcome
    opinion: str = ""
    findings: str = ""
    responsibility: str = ""
    decision: TracebackDecision | None = None


@dataclass(frozen=True, kw_only=True)
class RecordDisposition:
    """What was done about a person or a unit, and by which organ and document."""

    traceback_id: int
    kind: DispositionKind
    subject: str
    organ_name: str
    document_number: str
    done_on: date | None
    note: str


def take_traceback_step(frame: Frame, command: TracebackCommand, in_words: InWords) -> None:
    """Compile, review or decide; deciding takes the one-time code of whoever signs the report.

    Decided, the report has its number, is issued, and is not changed any more.
    Raises RecordNotFoundError, TaskNotReadyError, TracebackRefusedError, ShownChangedError,
    InvalidCommandError, SecondFactorError.
    """
    session = frame.session
    get_traceback(session, frame.actor, command.traceback_id)
    row = session.scalars(
        sa.select(Traceback)
        .where(Traceback.id == command.traceback_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.waiting_step != command.step:
        raise TaskNotReadyError(step=command.step.value)
    case = session.get_one(SupervisionCase, row.case_id)
    taken, reported = read_steps(session, row.id), reported_in(session, case.id)
    post = check_step(frame.actor, command.step, houses_of(case), taken, reported)
    if command.shown != instances.shown_of(row.content):
        raise ShownChangedError
    _require_answer(command)
    if command.step is TracebackStep.COMPILE:
        row.content = _report(session, row, command)
    if command.step is TracebackStep.DECIDE and frame.office.second_factor:
        use_code(session, frame.actor.person_id, frame.code)
    step_id, waits_for = _complete(frame, row, post, command)
    if waits_for is None and command.decision is not None:
        form = frame.office.profile.traceback.number_format
        entry = take_number(session, SERIES, form, case.listing_body_id, case.id, frame.now)
        row.number, row.decision = entry.text, command.decision.value
        row.ended_at = frame.now
        session.flush()
        issue_report(frame, row.id, step_id, in_words)
    session.flush()


def record_disposition(frame: Frame, command: RecordDisposition) -> None:
    """Put on record what came of it. The same twice is once.

    Raises RecordNotFoundError, InvalidCommandError.
    """
    session = frame.session
    page = get_traceback(session, frame.actor, command.traceback_id)
    if not page.may_record:
        raise RecordNotFoundError
    done_on = _require_sound(frame, command)
    texts = {
        name: str(getattr(command, name)).strip()
        for name in ("subject", "organ_name", "document_number", "note")
    }
    known = [(one.kind, one.subject, one.document_number) for one in page.dispositions]
    if (command.kind, texts["subject"], texts["document_number"]) in known:
        return
    case = session.get_one(SupervisionCase, page.row.case_id)
    post = find_post(frame.actor, TracebackStep.COMPILE, houses_of(case))
    assert post is not None, "who may record holds a post"
    row = Disposition(
        traceback_id=command.traceback_id,
        kind=command.kind.value,
        done_on=done_on,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        at=frame.now,
        nonce=secrets.token_hex(16),
        **texts,
    )
    session.add(row)
    session.flush()
    body = {DISPOSITION_ID: row.id, "content": _disposition_commitment(row)}
    audit.append(session, None, body, frame.now)


def first_changed_traceback(session: Session) -> str | None:
    """The first step, disposition or look that no longer is what the chain committed to."""
    one = audit.first_changed(session, STEP_ID, TracebackStepTaken, _commitment)
    if one is not None:
        return f"traceback_step {one}"
    other = audit.first_changed(session, DISPOSITION_ID, Disposition, _disposition_commitment)
    if other is not None:
        return f"traceback_disposition {other}"
    look = audit.first_changed(session, LOOK_ID, TracebackLook, look_commitment)
    return None if look is None else f"traceback_look {look}"


def _report(session: Session, row: Traceback, command: TracebackCommand) -> dict[str, Any]:
    """What was found, with the chain as it is on record at this moment."""
    return {
        "ground": row.ground,
        "trigger": row.trigger,
        "findings": command.findings.strip(),
        "responsibility": command.responsibility.strip(),
        "chain": [_link(link) for link in trace_back(session, row.case_id, None)],
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "stage": link.stage.value,
        "at": link.at.isoformat(),
        "person": link.person_name,
        "principal": link.principal_name,
        "organisation": link.organisation_name,
        "what": link.what.value,
        "publication": link.publication.value if link.publication else "",
        "outcome": link.outcome.value if link.outcome else "",
        "documents": [[one.kind.value, one.number or ""] for one in link.documents],
        "files": [one.file_name for one in link.files],
        "of_case": link.of_case.number if link.of_case else "",
    }


def _complete(
    frame: Frame, row: Traceback, post: PostRecord, command: TracebackCommand
) -> tuple[int, str | None]:
    """Put the step on record, move the diagram on, chain the step without naming the case.

    Returns the id of the step, and the step that is waited for next.
    """
    session = frame.session
    before = read_steps(session, row.id)
    step = TracebackStepTaken(
        traceback_id=row.id,
        step=command.step.value,
        outcome=command.outcome.value,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        opinion=command.opinion.strip(),
        content={
            "report": row.content,
            "decision": command.decision.value if command.decision else "",
        },
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    session.add(step)
    session.flush()
    row.waiting_step = instances.take_step(
        session,
        frame.office.keys,
        instances.Subject(SUBJECT, row.id),
        command.step.value,
        derive(read_steps(session, row.id)),
        len(before),
        frame.now,
    )
    session.flush()
    body: Mapping[str, object] = {STEP_ID: step.id, "content": _commitment(step)}
    audit.append(session, None, body, frame.now)
    return step.id, row.waiting_step


def _require_answer(command: TracebackCommand) -> None:
    if command.outcome not in OUTCOMES[command.step]:
        raise InvalidCommandError({"outcome": "choice"})
    decides = command.step is TracebackStep.DECIDE
    accepted = command.outcome is Outcome.ACCEPTED
    needed = {
        "findings": command.step is TracebackStep.COMPILE,
        "responsibility": command.step is TracebackStep.COMPILE,
        "opinion": decides or command.outcome is Outcome.RETURNED,
    }
    texts = {name: str(getattr(command, name)).strip() for name in needed}
    problems = {name: "required" for name, asked in needed.items() if asked and not texts[name]}
    long = {name for name, text in texts.items() if len(text) > MOST_CHARACTERS}
    problems |= dict.fromkeys(long, f"too_long:{MOST_CHARACTERS}")
    if decides and accepted and command.decision is None:
        problems["decision"] = "choose"
    if problems:
        raise InvalidCommandError(problems)


def _require_sound(frame: Frame, command: RecordDisposition) -> date:
    problems = {
        name: "required"
        for name in ("subject", "organ_name", "document_number")
        if not str(getattr(command, name)).strip()
    }
    if command.done_on is None:
        problems["done_on"] = "required"
    elif command.done_on > frame.today:
        problems["done_on"] = "in_future"
    if problems or command.done_on is None:
        raise InvalidCommandError(problems)
    return command.done_on


def _commitment(step: TracebackStepTaken) -> str:
    return commitment(step.nonce, [step.traceback_id, step.step, step.opinion, step.content])


def _disposition_commitment(row: Disposition) -> str:
    content = [
        row.traceback_id,
        row.kind,
        row.subject,
        row.organ_name,
        row.document_number,
        row.done_on.isoformat(),
        row.note,
    ]
    return commitment(row.nonce, content)
