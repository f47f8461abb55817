"""Ledgers that are handed in and taken out: kept, checked, imported as checked, and logged."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services import audit
from services.database import reading, transaction
from services.errors import ShownChangedError
from services.frame import Frame
from services.models.ledger_file import LedgerExport, LedgerImport
from services.office import Office
from services.operations.case_import import (
    RowNote,
    RowReport,
    RowResult,
    check_cases,
    import_cases,
)
from services.uploads import Upload, UploadEmptyError, clean_file_name
from services.workbook.reading import SUFFIX, read_workbook
from services.workbook.rows import SheetContent, WorkbookRefusedError
from workflows.errors import RuleError

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportNotFoundError(RuleError):
    """No such file, or one that somebody else handed in."""

    code = "import_not_found"


@dataclass(frozen=True)
class Importer:
    """In whose name, when and where a file is checked and imported."""

    engine: Engine
    office: Office
    person_id: int
    username: str
    now: datetime


@dataclass(frozen=True)
class KeptImport:
    """A file that was handed in, with what was found, and what came of it."""

    import_id: int
    file_name: str
    sha256: str
    checked_at: datetime
    imported_at: datetime | None
    reports: tuple[RowReport, ...]
    unknown_headings: tuple[str, ...]

    @property
    def refused(self) -> tuple[RowReport, ...]:
        """The rows that are to be mended."""
        return tuple(row for row in self.reports if row.result is RowResult.REFUSED)

    def count(self, result: RowResult) -> int:
        """How many rows came to this."""
        return sum(row.result is result for row in self.reports)


def keep_and_check(here: Importer, upload: Upload) -> int:
    """Read the file, judge its rows, and keep both. Returns the id under which it is kept."""
    name = clean_file_name(upload.file_name)
    if PurePath(name).suffix != SUFFIX:
        raise WorkbookRefusedError(problem="not_xlsx")
    if not upload.data:
        raise UploadEmptyError(file_name=name)
    content = read_workbook(upload.data)
    reports = check_cases(here.engine, here.office, content.rows, here.username, here.now)
    stored = here.office.files.put(upload.data, MEDIA_TYPE)
    kept = LedgerImport(
        person_id=here.person_id,
        file_name=name,
        sha256=stored.sha256,
        size=stored.size,
        checked_at=here.now,
        checked=_plain(reports, content.unknown_headings),
    )
    with transaction(here.engine) as session:
        session.add(kept)
        session.flush()
        return kept.id


def find_import(session: Session, person_id: int, import_id: int) -> KeptImport:
    """One's own file; ImportNotFoundError for any other."""
    row = _get(session, person_id, import_id)
    found = row.imported if row.imported is not None else row.checked
    return KeptImport(
        row.id,
        row.file_name,
        row.sha256,
        row.checked_at,
        row.imported_at,
        tuple(_report(item) for item in found["rows"]),
        tuple(found["unknown_headings"]),
    )


def import_checked(here: Importer, import_id: int, confirmed_sha256: str) -> None:
    """Import the very bytes that were checked. Pressed twice, it takes effect once."""
    with reading(here.engine) as session:
        row = _get(session, here.person_id, import_id)
        kept, name, done = row.sha256, row.file_name, row.imported_at is not None
    if kept != confirmed_sha256:
        raise ShownChangedError
    if done:
        return
    content = read_workbook(here.office.files.read(kept))
    reports = import_cases(here.engine, here.office, content.rows, here.username, name, here.now)
    with transaction(here.engine) as session:
        row = _get(session, here.person_id, import_id)
        if row.imported_at is None:
            row.imported_at = here.now
            row.imported = _plain(reports, content.unknown_headings)


def read_kept(office: Office, kept: KeptImport) -> SheetContent:
    """The rows of a kept file as they were handed in."""
    return read_workbook(office.files.read(kept.sha256))


def record_export(
    frame: Frame, form: str, asked: Mapping[str, Any], counts: tuple[int, int], content: bytes
) -> None:
    """Who took out what: a row, and a link of the audit chain that commits to it."""
    digest = sha256(content).hexdigest()
    entry = LedgerExport(
        person_id=frame.actor.person_id,
        format=form,
        asked=dict(asked),
        case_count=counts[0],
        total=counts[1],
        sha256=digest,
        at=frame.now,
    )
    frame.session.add(entry)
    frame.session.flush()
    body = {
        "ledger_export_id": entry.id,
        "person_id": entry.person_id,
        "case_count": entry.case_count,
        "sha256": digest,
        "at": frame.now.isoformat(),
    }
    audit.append(frame.session, None, body, frame.now)


def _get(session: Session, person_id: int, import_id: int) -> LedgerImport:
    row = session.scalars(
        sa.select(LedgerImport).where(
            LedgerImport.id == import_id, LedgerImport.person_id == person_id
        )
    ).one_or_none()
    if row is None:
        raise ImportNotFoundError
    return row


def _plain(reports: Sequence[RowReport], unknown_headings: Sequence[str]) -> dict[str, Any]:
    rows = [{name: value for name, value in asdict(report).items() if value} for report in reports]
    return {"rows": rows, "unknown_headings": list(unknown_headings)}


def _report(item: Mapping[str, Any]) -> RowReport:
    return RowReport(
        row=item["row"],
        result=RowResult(item["result"]),
        case_number=item.get("case_number", ""),
        problems=item.get("problems", {}),
        missing=tuple(item.get("missing", ())),
        notes=tuple(RowNote(note) for note in item.get("notes", ())),
        differs=tuple(item.get("differs", ())),
    )
