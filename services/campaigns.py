"""Task lists at work: loaded from their files, given to units, reported on."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.frame import Frame
from services.models.campaign import Campaign, CampaignAssignment, CampaignProgress, CampaignTask
from services.queries.campaigns import latest_report_id, may_own
from services.reference.campaigns import ListedTask, TaskList
from workflows.campaigns import (
    CampaignRefusedError,
    TaskState,
    find_assigning_post,
    find_reporting_post,
)
from workflows.permissions import PostRecord

MOST_TEXT, MOST_EVIDENCE = 2000, 500
PROGRESS_ID = "campaign_progress_id"


@dataclass(frozen=True, kw_only=True)
class ReportProgress:
    """How far a task is. `shown` is the report that the person saw as the latest, 0 for none."""

    key: str
    number: int
    shown: int
    state: TaskState
    text: str
    evidence: str = ""


def load_campaign(session: Session, listed: TaskList, now: datetime) -> int:
    """Put a list and its tasks on record; returns how many tasks are new.

    Loaded again, a mended wording is taken over; owners and reports stay as they are.
    """
    lock_until_commit(session, f"campaign {listed.key}")
    campaign = session.scalar(sa.select(Campaign).where(Campaign.key == listed.key))
    if campaign is None:
        campaign = Campaign(key=listed.key, loaded_at=now)
        session.add(campaign)
    for name in ("title", "short_title", "document", "document_number", "issued_by", "issued_on"):
        setattr(campaign, name, getattr(listed, name))
    campaign.certainty = listed.certainty
    session.flush()
    known = {
        task.number: task
        for task in session.scalars(
            sa.select(CampaignTask).where(CampaignTask.campaign_id == campaign.id)
        )
    }
    for row in listed.tasks:
        task = known.get(row.number) or CampaignTask(campaign_id=campaign.id, number=row.number)
        _word(task, row)
        task.counts_cases = row.number == listed.case_loop_item
        session.add(task)
    session.flush()
    return len({row.number for row in listed.tasks} - set(known))


def assign_task(frame: Frame, key: str, number: int, owner_id: int | None) -> None:
    """Give a task to a unit, or take it back; the same unit again changes nothing."""
    post = find_assigning_post(frame.actor)
    if post is None:
        raise CampaignRefusedError(reason="not_committee")
    task = _lock_task(frame.session, key, number)
    if task.owner_id == owner_id:
        return
    if owner_id is not None and not may_own(frame.session, owner_id):
        raise InvalidCommandError({"owner_id": "choice"})
    task.owner_id = owner_id
    row = CampaignAssignment(task_id=task.id, owner_id=owner_id, **_by_whom(frame, post))
    frame.session.add(row)
    frame.session.flush()
    _chain(frame, post, {"campaign_assignment_id": row.id, "owner_id": owner_id})


def report_progress(frame: Frame, command: ReportProgress) -> None:
    """Put a report on record; the same one sent twice counts once. ShownChangedError when
    somebody else has reported since the page was opened.
    """
    session = frame.session
    task = _lock_task(session, command.key, command.number)
    if task.counts_cases:
        raise CampaignRefusedError(reason="counted")
    post = find_reporting_post(frame.actor, task.owner_id)
    if post is None:
        raise CampaignRefusedError(reason="not_owner")
    _require_complete(command)
    latest = latest_report_id(session, task.id)
    if latest != command.shown:
        if _is_same(session.get_one(CampaignProgress, latest), frame, command):
            return
        raise ShownChangedError
    row = CampaignProgress(
        task_id=task.id,
        state=command.state.value,
        text=command.text,
        evidence=command.evidence,
        nonce=secrets.token_hex(16),
        **_by_whom(frame, post),
    )
    session.add(row)
    session.flush()
    _chain(frame, post, {PROGRESS_ID: row.id, "content": _commitment(row)})


def first_changed_progress(session: Session) -> int | None:
    """The id of the first report that no longer is what the chain committed to, or None."""
    return audit.first_changed(session, PROGRESS_ID, CampaignProgress, _commitment)


def _word(task: CampaignTask, row: ListedTask) -> None:
    task.heading = row.heading
    task.text = row.text
    task.units_text = row.units_text
    task.deadline_text = row.deadline_text
    task.due_on = row.due_on
    task.standing = row.standing
    task.frequencies = list(row.frequencies)
    task.listed_progress = row.progress
    task.note = row.note


def _lock_task(session: Session, key: str, number: int) -> CampaignTask:
    """The task, held until the transaction ends: its owner and its latest report stand still."""
    lock_until_commit(session, f"campaign {key} {number}")
    task = session.scalar(
        sa.select(CampaignTask)
        .join(Campaign, Campaign.id == CampaignTask.campaign_id)
        .where(Campaign.key == key, CampaignTask.number == number)
    )
    if task is None:
        raise RecordNotFoundError
    return task


def _require_complete(command: ReportProgress) -> None:
    problems = {}
    if not command.text.strip():
        problems["text"] = "required"
    if len(command.text) > MOST_TEXT:
        problems["text"] = f"too_long:{MOST_TEXT}"
    if len(command.evidence) > MOST_EVIDENCE:
        problems["evidence"] = f"too_long:{MOST_EVIDENCE}"
    if command.state is TaskState.DONE and not command.evidence.strip():
        problems["evidence"] = "required"
    if problems:
        raise InvalidCommandError(problems)


def _is_same(row: CampaignProgress, frame: Frame, command: ReportProgress) -> bool:
    sent = (frame.actor.person_id, command.state.value, command.text, command.evidence)
    return (row.person_id, row.state, row.text, row.evidence) == sent


def _by_whom(frame: Frame, post: PostRecord) -> dict[str, object]:
    return {
        "person_id": frame.actor.person_id,
        "post_id": post.post_id,
        "substitution_id": post.authority.substitution_id if post.authority else None,
        "at": frame.now,
    }


def _chain(frame: Frame, post: PostRecord, body: Mapping[str, object]) -> None:
    whole = {
        **body,
        "person_id": frame.actor.person_id,
        "post_id": post.post_id,
        "at": frame.now.isoformat(),
    }
    audit.append(frame.session, None, whole, frame.now)


def _commitment(row: CampaignProgress) -> str:
    return commitment(row.nonce, [row.task_id, row.state, row.text, row.evidence])
