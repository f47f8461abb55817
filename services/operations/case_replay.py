"""The operator's command for a case from paper: a file, its scans beside it, an officer."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.clock import local_date
from services.database import transaction
from services.frame import Frame
from services.models.account import Account
from services.office import Office
from services.paper.case_entry import enter_paper_case, try_paper_case
from services.paper.case_file import ReplayRefusedError, read_case_file, scans_named
from services.queries.people import find_actor
from services.uploads import AcceptedUpload, Upload, UploadRefusedError, accept_upload
from workflows.permissions import Actor


def replay_file(engine: Engine, office: Office, file: Path, username: str, now: datetime) -> int:
    """Enter the case; a second person confirms it in the application. Returns the entry's id."""
    text, scans = _read(office, file, now)
    with transaction(engine) as session:
        frame = Frame(session, _officer(session, username, now), now, office)
        return enter_paper_case(frame, text, scans, file.name)


def check_file(
    engine: Engine, office: Office, file: Path, username: str, now: datetime
) -> Mapping[str, Any]:
    """The dry run: the replay itself, of which nothing is kept; where the case would stand."""
    text, scans = _read(office, file, now)
    with transaction(engine) as session:
        frame = Frame(session, _officer(session, username, now), now, office)
        return try_paper_case(frame, text, scans)


def _read(office: Office, file: Path, now: datetime) -> tuple[str, dict[str, AcceptedUpload]]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ReplayRefusedError(0, "", "file", "not_utf8") from error
    content = read_case_file(text, local_date(now))
    return text, {name: _scan(office, file.parent, name) for name in scans_named(content)}


def _scan(office: Office, folder: Path, name: str) -> AcceptedUpload:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise ReplayRefusedError(0, "", "scans", "scan_missing", name)
    try:
        return accept_upload(Upload(name, path.read_bytes()), limit_bytes=office.upload_limit_bytes)
    except UploadRefusedError as error:
        raise ReplayRefusedError(0, "", "scans", error.code, name) from error


def _officer(session: Session, username: str, now: datetime) -> Actor:
    person_id = session.execute(
        sa.select(Account.person_id).where(
            Account.username == username, Account.disabled_at.is_(None)
        )
    ).scalar_one_or_none()
    actor = find_actor(session, person_id, local_date(now)) if person_id is not None else None
    if actor is None:
        raise ReplayRefusedError(0, "", "recorder", "no_officer", username)
    return actor
