"""Claim, release, transfer and delegation of an open step. The case and its clocks go on as before.

Each is one row, one link of the audit chain, and nothing else: the diagram knows nothing of it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.assignment import StepAssignment
from services.models.case import SupervisionCase
from services.models.process import open_task, process_instance
from services.queries.assignments import (
    Claim,
    find_claim,
    find_last_assignment,
    refuse_if_held_by_another,
    step_at_hand,
)
from services.queries.facts import load_record, standing_of
from services.queries.people import find_actor
from services.queries.scope import get_visible_case
from services.queries.tasks import TaskRow, find_open_task, who_was_faster
from workflows.assignments import (
    AssignmentRefusedError,
    StepAtHand,
    claiming_post,
    delegating_post,
    releasing_post,
    transferring_post,
)
from workflows.errors import TaskNotReadyError
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import AssignmentKind

MOST_CHARACTERS = 500


@dataclass(frozen=True, kw_only=True)
class GiveStep:
    """A step for somebody else, with the reason or the instruction."""

    case_id: int
    task_id: str
    to_person_id: int | None
    reason: str


@dataclass(frozen=True)
class _Held:
    """A step whose instance is locked: nobody acts on it or takes it until the transaction ends."""

    case: SupervisionCase
    task: TaskRow
    step: StepAtHand
    claim: Claim | None
    last: StepAssignment | None

    @property
    def holder(self) -> Actor | None:
        return self.claim.holder if self.claim else None


def claim_step(frame: Frame, case_id: int, task_id: str) -> None:
    """Take a step that nobody holds. One's own claim sent twice changes nothing."""
    held = _hold(frame, case_id, task_id)
    refuse_if_held_by_another(frame.actor, held.claim)
    if held.claim is None:
        post = claiming_post(frame.actor, held.step, None)
        _add(frame, held, AssignmentKind.CLAIMED, post, frame.actor, "")


def release_step(frame: Frame, case_id: int, task_id: str, reason: str) -> None:
    """Give a held step back to all whom it falls to."""
    _require_reason(reason)
    held = _hold(frame, case_id, task_id)
    if _repeats(frame, held, AssignmentKind.RELEASED, None, reason):
        return
    refuse_if_held_by_another(frame.actor, held.claim)
    post = releasing_post(frame.actor, held.step, held.holder)
    _add(frame, held, AssignmentKind.RELEASED, post, None, reason)


def transfer_step(frame: Frame, command: GiveStep) -> None:
    """Hand a step to a colleague who holds the same duty for it now."""
    held = _hold(frame, command.case_id, command.task_id)
    if not _repeats(frame, held, AssignmentKind.TRANSFERRED, command.to_person_id, command.reason):
        refuse_if_held_by_another(frame.actor, held.claim)
        _give(frame, held, command, AssignmentKind.TRANSFERRED, transferring_post)


def delegate_step(frame: Frame, command: GiveStep) -> None:
    """Assign a step of the own organisation, whoever of the own people holds it now."""
    held = _hold(frame, command.case_id, command.task_id)
    if not _repeats(frame, held, AssignmentKind.DELEGATED, command.to_person_id, command.reason):
        _give(frame, held, command, AssignmentKind.DELEGATED, delegating_post)


def first_changed_assignment(session: Session) -> int | None:
    """The id of the first assignment that no longer fits what the chain committed to."""
    return audit.first_changed(session, "assignment_id", StepAssignment, _commitment)


def _hold(frame: Frame, case_id: int, task_id: str) -> _Held:
    """CaseNotFoundError, TaskNotReadyError. The instance first, as every act takes it."""
    session = frame.session
    _lock_instance(session, case_id, task_id)
    case = get_visible_case(session, frame.actor, case_id)
    task = find_open_task(session, case_id, task_id)
    if task is None:
        raise TaskNotReadyError(**who_was_faster(session, case_id, task_id))
    record = load_record(session, case, frame.office.profile)
    step = step_at_hand(task, standing_of(session, case, record))
    claim = find_claim(session, task_id, step, frame.today)
    return _Held(case, task, step, claim, find_last_assignment(session, task_id))


def _lock_instance(session: Session, case_id: int, task_id: str) -> None:
    owner = (
        sa.select(open_task.c.instance_id)
        .where(open_task.c.task_id == task_id, open_task.c.case_id == case_id)
        .scalar_subquery()
    )
    session.execute(
        sa.select(process_instance.c.id).where(process_instance.c.id == owner).with_for_update()
    )


def _repeats(
    frame: Frame, held: _Held, kind: AssignmentKind, to_person_id: int | None, reason: str
) -> bool:
    """Whether the same form has arrived already and nothing happened since."""
    last = held.last
    return last is not None and (last.kind, last.person_id, last.holder_id, last.reason) == (
        kind.value,
        frame.actor.person_id,
        to_person_id,
        reason,
    )


def _give(
    frame: Frame,
    held: _Held,
    command: GiveStep,
    kind: AssignmentKind,
    rule: Callable[[Actor, Actor, StepAtHand, Actor | None], PostRecord],
) -> None:
    if command.to_person_id is None:
        raise InvalidCommandError({"to_person_id": "choose"})
    _require_reason(command.reason)
    to = find_actor(frame.session, command.to_person_id, frame.today)
    if to is None:
        raise AssignmentRefusedError(reason="no_duty")
    post = rule(frame.actor, to, held.step, held.holder)
    _add(frame, held, kind, post, to, command.reason)


def _require_reason(reason: str) -> None:
    if not reason:
        raise InvalidCommandError({"reason": "required"})
    if len(reason) > MOST_CHARACTERS:
        raise InvalidCommandError({"reason": f"too_long:{MOST_CHARACTERS}"})


def _add(
    frame: Frame,
    held: _Held,
    kind: AssignmentKind,
    post: PostRecord,
    to: Actor | None,
    reason: str,
) -> None:
    row = StepAssignment(
        case_id=held.case.id,
        task_id=held.task.task_id,
        number=held.last.number + 1 if held.last else 1,
        action=held.task.step.value,
        process_id=held.task.process_id,
        position=held.task.position,
        kind=kind.value,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        holder_id=to.person_id if to else None,
        former_holder_id=held.holder.person_id if held.holder else None,
        reason=reason,
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    frame.session.add(row)
    frame.session.flush()
    body = {
        "assignment_id": row.id,
        "task_id": row.task_id,
        "action": row.action,
        "kind": row.kind,
        "person_id": row.person_id,
        "post_id": row.post_id,
        "holder_id": row.holder_id,
        "at": frame.now.isoformat(),
        "content": _commitment(row),
    }
    audit.append(frame.session, row.case_id, body, frame.now)


def _commitment(row: StepAssignment) -> str:
    content = [
        row.task_id,
        row.kind,
        row.person_id,
        row.post_id,
        row.holder_id,
        row.former_holder_id,
        row.reason,
    ]
    return commitment(row.nonce, content)
