"""A return that comes on paper: one person of the office registers it, a second confirms it.

Only the confirmation counts: with it the return is received. Whether it is late follows from the
day on which the paper came, not from the day on which somebody typed it in.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.clock import LOCAL_ZONE
from services.errors import (
    InvalidCommandError,
    PaperDecidedError,
    PaperPendingError,
    RecordNotFoundError,
)
from services.frame import Frame
from services.models.monthly_return import MonthlyReturn, PaperReturn
from services.models.organisation import Person
from services.queries.months import Month
from services.queries.returns import find_pending_paper, read_steps
from services.returns.steps import ReturnCommand, complete_step, lock_return
from services.uploads import AcceptedUpload, keep_upload
from workflows.errors import TaskNotReadyError
from workflows.paper import PaperState
from workflows.permissions import PostRecord
from workflows.returns import (
    OF_THE_UNIT,
    Houses,
    ReturnRefusedError,
    ReturnState,
    ReturnStep,
    check_step,
)
from workflows.vocabulary import Outcome

PAPER_ID = "paper_return_id"
MOST_NAME, MOST_PLACE, MOST_REASON = 60, 200, 1000
_STEP = ReturnStep.CONFIRM_PAPER


@dataclass(frozen=True, kw_only=True)
class RegisterPaperReturn:
    """What came: on which day, brought by whom, signed by whom of the unit, and where it lies."""

    return_id: int
    received_on: date | None
    delivered_by: str
    signed_by: str
    original_place: str
    uploads: Sequence[AcceptedUpload]


def register_paper_return(frame: Frame, command: RegisterPaperReturn) -> int:
    """Keep what came until a second person confirms it; returns its id.

    Raises RecordNotFoundError, TaskNotReadyError, ReturnRefusedError, PaperPendingError,
    InvalidCommandError.
    """
    session = frame.session
    row = lock_return(frame, command.return_id)
    post = _post(frame, row)
    pending = find_pending_paper(session, row.id)
    if pending is not None:
        name = session.get_one(Person, pending.registrar_id).name
        raise PaperPendingError(person=name, at=pending.registered_at.isoformat())
    received_on = _require_sound(frame, row, command)
    paper = PaperReturn(
        return_id=row.id,
        received_on=received_on,
        delivered_by=command.delivered_by.strip(),
        signed_by=command.signed_by.strip(),
        original_place=command.original_place.strip(),
        scans=[_keep(frame, upload) for upload in command.uploads],
        registrar_id=frame.actor.person_id,
        registrar_post_id=post.post_id,
        registered_at=frame.now,
        state=PaperState.PENDING.value,
        reason="",
        nonce=secrets.token_hex(16),
    )
    session.add(paper)
    session.flush()
    _chain(frame, paper)
    return paper.id


def confirm_paper_return(frame: Frame, paper_id: int) -> int:
    """Receive what came on paper; returns the id of the return.

    Raises RecordNotFoundError, TaskNotReadyError, ReturnRefusedError, PaperDecidedError.
    """
    paper, row, post = _open(frame, paper_id)
    command = ReturnCommand(return_id=row.id, step=_STEP, shown="", outcome=Outcome.DONE)
    complete_step(frame, row, post, command, {"paper": _told(paper)})
    came_at = datetime.combine(paper.received_on, time(), LOCAL_ZONE)
    row.first_submitted_at = row.first_submitted_at or came_at
    row.submitted_at, row.sha256, row.paper_received_on = came_at, None, paper.received_on
    row.state, row.ended_at = ReturnState.RECEIVED.value, frame.now
    _decide(frame, paper, PaperState.CONFIRMED)
    return row.id


def refuse_paper_return(frame: Frame, paper_id: int, reason: str) -> int:
    """What was registered is not what the paper says; returns the id of the return.

    Raises what a confirmation raises, and InvalidCommandError.
    """
    said = reason.strip()
    if not said or len(said) > MOST_REASON:
        raise InvalidCommandError({"reason": f"too_long:{MOST_REASON}" if said else "required"})
    paper, row, _ = _open(frame, paper_id)
    paper.reason = said
    _decide(frame, paper, PaperState.REFUSED)
    return row.id


def first_changed_paper_return(session: Session) -> int | None:
    """The id of the first registration that no longer is what the chain committed to, or None."""
    return audit.first_changed(session, PAPER_ID, PaperReturn, _commitment)


def _post(frame: Frame, row: MonthlyReturn) -> PostRecord:
    """By which post of the office the paper of a return that is with its unit is dealt with."""
    if row.waiting_step not in OF_THE_UNIT:
        raise TaskNotReadyError(step=_STEP.value)
    taken = read_steps(frame.session, row.id)
    return check_step(frame.actor, _STEP, Houses(row.unit_id, row.office_id), taken)


def _open(frame: Frame, paper_id: int) -> tuple[PaperReturn, MonthlyReturn, PostRecord]:
    """An undecided registration, for a second person alone until the transaction ends."""
    session = frame.session
    found = session.get(PaperReturn, paper_id)
    if found is None:
        raise RecordNotFoundError
    row = lock_return(frame, found.return_id)
    session.refresh(found)
    if found.decided_by_id is not None and found.decided_at is not None:
        name = session.get_one(Person, found.decided_by_id).name
        raise PaperDecidedError(person=name, at=found.decided_at.isoformat())
    post = _post(frame, row)
    if found.registrar_id in (frame.actor.person_id, post.principal_person_id):
        raise ReturnRefusedError(step=_STEP.value, reason="took_part")
    return found, row, post


def _decide(frame: Frame, paper: PaperReturn, state: PaperState) -> None:
    paper.state, paper.decided_at = state.value, frame.now
    paper.decided_by_id = frame.actor.person_id
    frame.session.flush()
    body = {
        "paper_return": paper.id,
        "state": state.value,
        "person_id": frame.actor.person_id,
        "at": frame.now.isoformat(),
    }
    audit.append(frame.session, None, body, frame.now)


def _require_sound(frame: Frame, row: MonthlyReturn, command: RegisterPaperReturn) -> date:
    most = {"delivered_by": MOST_NAME, "signed_by": MOST_NAME, "original_place": MOST_PLACE}
    texts = {name: str(getattr(command, name)).strip() for name in most}
    problems = {name: "required" for name, text in texts.items() if not text}
    long = {name for name, text in texts.items() if len(text) > most[name]}
    problems |= {name: f"too_long:{most[name]}" for name in long}
    if not command.uploads:
        problems["uploads"] = "paper_scan"
    first_on = Month(int(row.period[:4]), int(row.period[5:])).first_on
    if command.received_on is None:
        problems["received_on"] = "required"
    elif command.received_on > frame.today:
        problems["received_on"] = "in_future"
    elif command.received_on < first_on:
        problems["received_on"] = f"before_day:{first_on.isoformat()}"
    if problems or command.received_on is None:
        raise InvalidCommandError(problems)
    return command.received_on


def _keep(frame: Frame, upload: AcceptedUpload) -> dict[str, object]:
    stored = keep_upload(frame.office.files, upload)
    return {
        "sha256": stored.sha256,
        "original_sha256": stored.original_sha256,
        "size": stored.size,
        "media_type": stored.media_type,
        "file_name": upload.file_name,
    }


def _chain(frame: Frame, paper: PaperReturn) -> None:
    body = {
        PAPER_ID: paper.id,
        "monthly_return_id": paper.return_id,
        "person_id": paper.registrar_id,
        "at": frame.now.isoformat(),
        "content": _commitment(paper),
    }
    audit.append(frame.session, None, body, frame.now)


def _told(paper: PaperReturn) -> dict[str, object]:
    return {
        "paper_return_id": paper.id,
        "received_on": paper.received_on.isoformat(),
        "delivered_by": paper.delivered_by,
        "signed_by": paper.signed_by,
        "original_place": paper.original_place,
        "scans": [scan["sha256"] for scan in paper.scans],
    }


def _commitment(paper: PaperReturn) -> str:
    told = {name: value for name, value in _told(paper).items() if name != "paper_return_id"}
    return commitment(paper.nonce, [paper.return_id, told, paper.scans])
