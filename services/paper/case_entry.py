"""A case from paper put on record by one person, and begun to exist by a second."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services import audit
from services.database import lock_until_commit
from services.errors import (
    CaseNotFoundError,
    InvalidCommandError,
    PaperDecidedError,
    PaperNotFoundError,
)
from services.frame import Frame
from services.models.paper import PaperCase, PaperCaseScan
from services.paper.case_file import (
    ReplayRefusedError,
    case_file_of,
    read_case_file,
    scans_named,
)
from services.paper.replay import ReplayedBy, Scans, replay
from services.queries.case_page import get_case_page
from services.uploads import keep_upload, kept_upload
from workflows.paper import RECORDING_ROLES, PaperState, check_case_confirmer
from workflows.permissions import PermissionRefusedError, PostRecord
from workflows.vocabulary import Action


@dataclass(frozen=True)
class CaseConfirmation:
    """The case that began to exist, or why the entry became void."""

    case_id: int | None
    obstacle: ReplayRefusedError | None = None


def try_paper_case(frame: Frame, text: str, scans: Scans) -> Mapping[str, Any]:
    """Replay everything and keep nothing; returns where the case would stand."""
    recording_post(frame)
    return _preview(frame, read_case_file(text, frame.today), scans)


def enter_paper_case(frame: Frame, text: str, scans: Scans, source_name: str) -> int:
    """Keep the file and its scans until a second person confirms them; returns the entry's id.

    ReplayRefusedError names the act that the diagram does not allow.
    """
    post = recording_post(frame)
    content = read_case_file(text, frame.today)
    preview = _preview(frame, content, scans)
    entry = PaperCase(
        source_name=source_name[:200],
        content=dict(content),
        preview=dict(preview),
        recorder_id=frame.actor.person_id,
        organisation_id=post.organisation_id,
        recorded_at=frame.now,
        state=PaperState.PENDING.value,
    )
    for name in scans_named(content):
        scan = scans[name]
        stored = keep_upload(frame.office.files, scan)
        entry.scans.append(
            PaperCaseScan(
                sha256=stored.sha256,
                original_sha256=stored.original_sha256,
                size=stored.size,
                media_type=stored.media_type,
                file_name=name,
            )
        )
    frame.session.add(entry)
    frame.session.flush()
    return entry.id


def confirm_paper_case(frame: Frame, entry_id: int) -> CaseConfirmation:
    """The second person compared everything: the acts are carried out, all or none."""
    entry = _taken(frame, entry_id)
    try:
        with frame.session.begin_nested():
            case_id = _replayed(frame, entry)
    except ReplayRefusedError as error:
        entry.obstacle = dict(error.detail)
        _decide(frame, entry, PaperState.VOID)
        return CaseConfirmation(None, error)
    entry.case_id = case_id
    _decide(frame, entry, PaperState.CONFIRMED)
    body = {
        "paper_case": entry.id,
        "person_id": frame.actor.person_id,
        "recorder_id": entry.recorder_id,
        "scans": [scan.sha256 for scan in entry.scans],
        "at": frame.now.isoformat(),
    }
    audit.append(frame.session, case_id, body, frame.now)
    return CaseConfirmation(case_id)


def refuse_paper_case(frame: Frame, entry_id: int, reason: str) -> None:
    """The file does not say what the paper says; the reason is told."""
    if not reason.strip():
        raise InvalidCommandError({"reason": "required"})
    entry = _taken(frame, entry_id)
    entry.reason = reason.strip()
    _decide(frame, entry, PaperState.REFUSED)


def recording_post(frame: Frame) -> PostRecord:
    """The post under which the actor puts paper cases on record."""
    for post in frame.actor.own_posts:
        if post.role in RECORDING_ROLES:
            return post
    raise PermissionRefusedError(action=Action.REGISTER_HAZARD, reason="paper_case", missing="")


def _preview(frame: Frame, content: Mapping[str, Any], scans: Scans) -> Mapping[str, Any]:
    """Where the case will stand: the replay itself, of which nothing is kept."""
    by = ReplayedBy(frame.actor.person_id, frame.actor.name, frame.now, "paper case tried")
    with frame.session.begin_nested() as trial:
        case_id = replay(frame, case_file_of(content, frame.today), scans, by)
        try:
            page = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
        except CaseNotFoundError as error:
            raise ReplayRefusedError(1, content["acts"][0]["action"], "by", "other_office") from (
                error
            )
        trial.rollback()
    return {
        "hazard_name": page.hazard_name,
        "party_name": page.party_name,
        "case_number": page.case_number or "",
        "phase": page.phase.value,
        "rectification_limit_on": page.rectification_limit_on.isoformat()
        if page.rectification_limit_on
        else "",
        "steps": [
            {
                "step": step.task.step.value,
                "holder": step.holder_name,
                "due_at": step.task.due_at.isoformat() if step.task.due_at else "",
            }
            for step in page.open_steps
            if not step.task.standing
        ],
    }


def _replayed(frame: Frame, entry: PaperCase) -> int:
    by = ReplayedBy(
        entry.recorder_id,
        entry.recorder.name,
        entry.recorded_at,
        f"paper-case-{entry.id}",
        frame.actor.person_id,
    )
    files = frame.office.files
    scans = {
        scan.file_name: kept_upload(
            files, scan.file_name, scan.sha256, scan.media_type, scan.original_sha256
        )
        for scan in entry.scans
    }
    return replay(frame, case_file_of(entry.content, frame.today), scans, by)


def _taken(frame: Frame, entry_id: int) -> PaperCase:
    lock_until_commit(frame.session, f"paper case {entry_id}")
    entry = frame.session.get(PaperCase, entry_id)
    if entry is None:
        raise PaperNotFoundError
    try:
        check_case_confirmer(frame.actor, entry.recorder_id, entry.organisation_id)
    except PermissionRefusedError as error:
        if error.detail["reason"] == "paper_same_person":
            raise
        raise PaperNotFoundError from error
    if entry.state != PaperState.PENDING:
        assert entry.decided_by is not None
        assert entry.decided_at is not None
        raise PaperDecidedError(person=entry.decided_by.name, at=entry.decided_at.isoformat())
    return entry


def _decide(frame: Frame, entry: PaperCase, state: PaperState) -> None:
    entry.state = state.value
    entry.decided_by_id = frame.actor.person_id
    entry.decided_at = frame.now
    frame.session.flush()
