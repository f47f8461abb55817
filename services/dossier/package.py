"""Packing a dossier: what is in it, its manifest, and the signature under that."""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pikepdf
import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit, chain
from services.chain import canonical
from services.dossier import verify
from services.errors import CaseNotFoundError
from services.files import FileStore
from services.frame import Frame
from services.models.audit import AuditEntry
from services.models.case import Act
from services.queries.assignments import get_standing
from services.queries.case_page import ActRow, CasePage, DeadlineRow, DocumentRow, get_case_page
from services.queries.handovers import LetterOfCase, list_letters
from services.sealer import Sealer
from services.signing import find_root
from workflows.deadlines import SHANGHAI
from workflows.permissions import sees_inside

FORMAT = "guapai-dossier/1"
INDEX = "案卷目录.html"
README = "README.txt"
AUTHORITY = "authority.crt"


@dataclass(frozen=True)
class DossierFile:
    """One file of the dossier. `pages` of a document in PDF."""

    path: str
    title: str
    sha256: str
    size: int
    pages: int | None = None


@dataclass(frozen=True)
class Dossier:
    """What the database holds of a case at one moment. The last entry is that it was taken."""

    page: CasePage
    made_at: datetime
    made_by: str
    acts: tuple[Mapping[str, Any], ...]
    chain: tuple[Mapping[str, Any], ...]
    authority: bytes | None
    letters: tuple[LetterOfCase, ...]


@dataclass(frozen=True)
class Papers:
    """The files of a dossier in their order, with what they belong to."""

    documents: tuple[tuple[DocumentRow, DossierFile], ...]
    attachments: tuple[tuple[ActRow, DossierFile], ...]
    letters: tuple[tuple[LetterOfCase, DossierFile], ...]

    @property
    def files(self) -> tuple[DossierFile, ...]:
        """All of them."""
        return tuple(file for _, file in (*self.documents, *self.attachments, *self.letters))


def take(frame: Frame, case_id: int) -> Dossier:
    """Everything of a case, and that it was taken, on record. Nobody can act meanwhile.

    CaseNotFoundError for whoever does not read the inside of the case.
    """
    require_inside(frame, case_id)
    body = {
        "export": "dossier",
        "person_id": frame.actor.person_id,
        "at": frame.now.isoformat(),
    }
    audit.append(frame.session, case_id, body, frame.now)
    return copy_of(frame, case_id)


def require_inside(frame: Frame, case_id: int) -> None:
    """CaseNotFoundError for whoever does not read the inside of the case."""
    standing = get_standing(frame.session, frame.actor, case_id, frame.office.profile)
    if not sees_inside(frame.actor, standing):
        raise CaseNotFoundError


def copy_of(frame: Frame, case_id: int) -> Dossier:
    """Everything of a case, and nothing on record: what else is known of it must not show there.

    CaseNotFoundError for whoever does not read the inside of the case.
    """
    require_inside(frame, case_id)
    page = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
    return Dossier(
        page,
        frame.now,
        frame.actor.name,
        tuple(_acts(frame.session, page.acts)),
        tuple(_entries(frame.session, case_id)),
        find_root(frame.session),
        list_letters(frame.session, case_id),
    )


def lay_out(dossier: Dossier, files: FileStore) -> Papers:
    """Documents as issued and files as handed in, each with its place."""
    return Papers(
        tuple(_documents(dossier.page.documents, files)),
        tuple(_attachments(dossier.page.acts, files)),
        tuple(_letters(dossier.letters, files)),
    )


def pack(
    dossier: Dossier,
    papers: Papers,
    files: FileStore,
    sealer: Sealer,
    index: bytes,
    pictures: Mapping[str, bytes],
) -> IO[bytes]:
    """The dossier as a zip in a temporary file.

    `index` is the page that people open; `pictures` are the diagrams with the way taken.
    """
    own = {
        INDEX: index,
        **{f"diagrams/{name}.svg": picture for name, picture in pictures.items()},
        "acts.json": canonical(dossier.acts),
        "deadlines.json": canonical([_deadline(row) for row in dossier.page.deadlines]),
        "chain.jsonl": b"".join(canonical(entry) + b"\n" for entry in dossier.chain),
        "chain.py": Path(chain.__file__).read_bytes(),
        "verify.py": Path(verify.__file__).read_bytes(),
        "verify.html": (Path(__file__).parent / "verify.html").read_bytes(),
        README: _READ_ME.encode(),
    }
    if dossier.authority is not None:
        own[AUTHORITY] = dossier.authority
    manifest = canonical(_manifest(dossier, papers, own))
    signature = verify.signature_text(sealer.public_key, sealer.sign(manifest))
    own |= {verify.MANIFEST: manifest, verify.SIGNATURE: signature}
    out = TemporaryFile()  # noqa: SIM115  handed to the caller
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in own.items():
            archive.writestr(_entry(path, dossier.made_at), content)
        for item in papers.files:
            archive.writestr(_entry(item.path, dossier.made_at), files.read(item.sha256))
    out.seek(0)
    return out


def _manifest(dossier: Dossier, papers: Papers, own: Mapping[str, bytes]) -> dict[str, object]:
    count, head, _ = chain.verify_case_chain(dossier.chain)
    listed = [
        *(
            (path, hashlib.sha256(content).hexdigest(), len(content))
            for path, content in own.items()
        ),
        *((item.path, item.sha256, item.size) for item in papers.files),
    ]
    return {
        "format": FORMAT,
        "case_number": dossier.page.case_number or "",
        "intake_number": dossier.page.intake_number,
        "made_at": dossier.made_at.isoformat(),
        "made_by": dossier.made_by,
        "chain": {"entries": count, "head": head},
        "files": [
            {"path": path, "sha256": sha256, "size": size} for path, sha256, size in sorted(listed)
        ],
    }


def _entry(path: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, at.astimezone(SHANGHAI).timetuple()[:6])
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return info


def _documents(
    rows: Sequence[DocumentRow], files: FileStore
) -> Iterator[tuple[DocumentRow, DossierFile]]:
    for number, row in enumerate((row for row in rows if row.issued_sha256), 1):
        content = files.read(row.issued_sha256 or "")
        name = f"{verify.DOCUMENTS}{number:02}-{row.kind.value}.pdf"
        title = row.number or ""
        yield row, DossierFile(name, title, row.issued_sha256 or "", len(content), _pages(content))


def _letters(
    rows: Sequence[LetterOfCase], files: FileStore
) -> Iterator[tuple[LetterOfCase, DossierFile]]:
    for number, row in enumerate((row for row in rows if row.sha256), 1):
        content = files.read(row.sha256 or "")
        name = f"{verify.DOCUMENTS}handover-{number:02}.pdf"
        yield row, DossierFile(name, row.number, row.sha256 or "", len(content), _pages(content))


def _pages(content: bytes) -> int | None:
    try:
        with pikepdf.open(BytesIO(content)) as document:
            return len(document.pages)
    except pikepdf.PdfError:  # a scan that took the place of pages, and is none of ours
        return None


def _attachments(acts: Sequence[ActRow], files: FileStore) -> Iterator[tuple[ActRow, DossierFile]]:
    for act in acts:
        for number, item in enumerate(act.files, 1):
            suffix = Path(item.file_name).suffix.lower()
            path = f"attachments/{act.act_id}-{number:02}{suffix if suffix.isascii() else ''}"
            size = len(files.read(item.sha256))
            yield act, DossierFile(path, item.file_name, item.sha256, size)


def _acts(session: Session, rows: Sequence[ActRow]) -> Iterator[dict[str, Any]]:
    acts = {
        act.id: act
        for act in session.scalars(sa.select(Act).where(Act.id.in_([row.act_id for row in rows])))
    }
    for row in rows:
        act = acts[row.act_id]
        yield {
            "act_id": act.id,
            "action": act.action,
            "outcome": act.outcome,
            "opinion": act.opinion,
            "content": act.content,
            "nonce": act.nonce,
            "files": [item.sha256 for item in row.files],
            "at": act.at.isoformat(),
            "person": row.person_name,
            "post": row.post_title,
            "organisation": row.organisation_name,
            "principal": row.principal_name,
            "round": act.round_number,
        }


def _deadline(row: DeadlineRow) -> dict[str, Any]:
    return {
        "rule": row.rule_id,
        "name": row.name,
        "basis": dict(row.basis),
        "computation": dict(row.computation),
        "started_at": row.started_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "provisional": row.provisional,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "ended_as": row.ended_as,
        "changes": [
            {"former": change.former_due_on.isoformat(), "due_on": change.due_on.isoformat()}
            for change in row.changes
        ],
    }


def _entries(session: Session, case_id: int) -> Iterator[dict[str, Any]]:
    rows = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.case_id == case_id)
        .order_by(AuditEntry.case_sequence)
    )
    return map(audit.as_exported, rows)


_READ_ME = """案卷：打开 案卷目录.html 查看目录。

核对：在本文件夹执行  python3 verify.py  公钥
公钥由导出单位另行提供（flask audit verify 显示其指纹）；
verify.py 也应当另行取得，不用案卷自带的一份。
没有 Python 的，用浏览器打开 verify.html，选择本文件夹。
authority.crt 是签发文书签章证书的根证书，核对文书电子签名时使用，也应当另行取得或者核对其指纹。
"""
