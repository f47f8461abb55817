"""The steps of a return: filled in, approved and submitted, received or sent back, or closed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit, instances
from services.chain import commitment
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.frame import MOST_CHARACTERS, Frame
from services.messages.outbox import put
from services.models.monthly_return import MonthlyReturn, MonthlyReturnStep
from services.queries.months import Month
from services.queries.returns import find_pending_paper, read_steps
from services.returns.draft import draft_parts, frozen_content
from services.returns.opening import SUBJECT
from services.topics import Topic
from workflows.errors import TaskNotReadyError
from workflows.permissions import PostRecord
from workflows.returns import (
    OF_THE_UNIT,
    OUTCOMES,
    Houses,
    ReturnRefusedError,
    ReturnState,
    ReturnStep,
    check_step,
    derive,
    houses_of,
)
from workflows.vocabulary import Outcome

STEP_ID = "monthly_return_step_id"


@dataclass(frozen=True, kw_only=True)
class ReturnCommand:
    """One step of a return. `shown` is the hash of what the person read; `typed` by part."""

    return_id: int
    step: ReturnStep
    shown: str
    outcome: Outcome
    opinion: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def take_return_step(frame: Frame, command: ReturnCommand) -> None:
    """Fill in, approve and submit, receive or send back, or close as unreported.

    Raises RecordNotFoundError, TaskNotReadyError, ReturnRefusedError, ShownChangedError,
    InvalidCommandError.
    """
    session = frame.session
    row = lock_return(frame, command.return_id)
    _require_open(row, command.step)
    taken = read_steps(session, row.id)
    post = check_step(frame.actor, command.step, Houses(row.unit_id, row.office_id), taken)
    _require_overdue(frame, row, command.step)
    if command.shown != instances.shown_of(row.content):
        raise ShownChangedError
    _require_answer(command)
    if command.step is ReturnStep.PREPARE:
        row.content = _content(frame, row, command.typed)
    step_id = complete_step(frame, row, post, command)
    _follow(frame, row, command, step_id)


def first_changed_return_step(session: Session) -> int | None:
    """The id of the first step that no longer is what the chain committed to, or None."""
    return audit.first_changed(session, STEP_ID, MonthlyReturnStep, _commitment)


def lock_return(frame: Frame, return_id: int) -> MonthlyReturn:
    """The return, held until the transaction ends; RecordNotFoundError for what is not theirs."""
    row = frame.session.scalars(
        sa.select(MonthlyReturn)
        .where(MonthlyReturn.id == return_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not (
        row.unit_id in houses_of(frame.actor, OF_THE_UNIT)
        or row.office_id in houses_of(frame.actor, (ReturnStep.RECEIVE,))
    ):
        raise RecordNotFoundError
    return row


def _require_open(row: MonthlyReturn, step: ReturnStep) -> None:
    closes = step is ReturnStep.CLOSE_UNREPORTED
    waits = row.waiting_step in OF_THE_UNIT if closes else row.waiting_step == step
    if not waits:
        raise TaskNotReadyError(step=step.value)


def _require_overdue(frame: Frame, row: MonthlyReturn, step: ReturnStep) -> None:
    if step is not ReturnStep.CLOSE_UNREPORTED:
        return
    if frame.today <= row.due_on:
        raise ReturnRefusedError(step=step.value, reason="not_overdue")
    if find_pending_paper(frame.session, row.id) is not None:
        raise ReturnRefusedError(step=step.value, reason="paper_pending")


def _require_answer(command: ReturnCommand) -> None:
    if command.outcome not in OUTCOMES[command.step]:
        raise InvalidCommandError({"outcome": "choice"})
    closes = command.step is ReturnStep.CLOSE_UNREPORTED
    needs_reason = closes or command.outcome is Outcome.RETURNED
    if needs_reason and not command.opinion.strip():
        raise InvalidCommandError({"opinion": "required"})
    if len(command.opinion) > MOST_CHARACTERS:
        raise InvalidCommandError({"opinion": f"too_long:{MOST_CHARACTERS}"})


def _content(frame: Frame, row: MonthlyReturn, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, with the figures as the record has them at this moment."""
    period = Month(int(row.period[:4]), int(row.period[5:]))
    settings = frame.office.profile.monthly_return
    parts = draft_parts(frame.session, settings, row.unit_id, period, frame.now)
    return frozen_content(parts, typed, period, frame.today)


def complete_step(
    frame: Frame,
    row: MonthlyReturn,
    post: PostRecord,
    command: ReturnCommand,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Put the step on record, move the diagram on, chain the step. `more`: what it rests on."""
    session = frame.session
    before = read_steps(session, row.id)
    step = MonthlyReturnStep(
        return_id=row.id,
        step=command.step.value,
        outcome=command.outcome.value,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        opinion=command.opinion.strip(),
        content={
            "period": row.period,
            "unit_id": row.unit_id,
            "return": row.content,
            **(more or {}),
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
    body: Mapping[str, object] = {
        STEP_ID: step.id,
        "monthly_return_id": row.id,
        "step": step.step,
        "outcome": step.outcome,
        "person_id": step.person_id,
        "post_id": step.post_id,
        "at": frame.now.isoformat(),
        "content": _commitment(step),
    }
    audit.append(session, None, body, frame.now)
    return step.id


def _follow(frame: Frame, row: MonthlyReturn, command: ReturnCommand, step_id: int) -> None:
    """What the step brings about: submitted pages, a receipt, an end."""
    decided = (command.step, command.outcome)
    if decided == (ReturnStep.APPROVE, Outcome.ACCEPTED):
        row.first_submitted_at = row.first_submitted_at or frame.now
        row.submitted_at, row.sha256 = frame.now, None
        payload = {"return_id": row.id, "step_id": step_id}
        key = f"{Topic.RENDER_RETURN}:{step_id}"
        put(frame.session, key, Topic.RENDER_RETURN, payload, frame.now)
    if row.waiting_step is None:
        unreported = command.step is ReturnStep.CLOSE_UNREPORTED
        state = ReturnState.UNREPORTED if unreported else ReturnState.RECEIVED
        row.state, row.ended_at = state.value, frame.now
    frame.session.flush()


def _commitment(step: MonthlyReturnStep) -> str:
    return commitment(step.nonce, [step.opinion, step.content, []])
