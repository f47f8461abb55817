"""Whether something was issued here, what became of it, and what its signatures say.

A file that is handed in is hashed and forgotten; no library ever opens it. The answer is exact: the
same bytes as those that left, or not ours. Who has paper only asks by the code printed on it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pikepdf
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.clock import local_date
from services.documents.issue import VOID
from services.documents.paper import PAPER
from services.files import FileStore
from services.models.case import SupervisionCase
from services.models.document import Document, ListingBatch
from services.models.handover import HandoverLetter
from services.models.organisation import Organisation
from services.public_requests import PublicForm, add_public_request, require_room
from services.signatures.pades import SignatureFound, find_signatures
from services.signing import find_root
from workflows.handovers import LetterKind
from workflows.vocabulary import DocumentKind

MOST_CORRECTIONS = 50


@dataclass(frozen=True)
class IssuedPages:
    """What issued pages show themselves, whether they still stand, and their signatures.

    `from_paper`: they are the scan of what was signed on paper. `sha256` is None while the pages
    are being made. `corrections`: number and day of what corrects them.
    """

    kind: DocumentKind | LetterKind
    number: str
    organ_name: str
    issued_on: date | None
    void: bool
    from_paper: bool
    is_signed: bool
    sha256: str | None
    title: str = ""
    signatures: Sequence[SignatureFound] = ()
    corrections: Sequence[tuple[str, date | None]] = ()


def find_issued_pages(session: Session, files: FileStore, sha256: str) -> IssuedPages | None:
    """The issued document of exactly these bytes; None where nothing like it left this system."""
    found = (
        _document(session, Document.issued_sha256 == sha256)
        or _batch(session, ListingBatch.issued_sha256 == sha256)
        or _letter(session, HandoverLetter.sha256 == sha256)
    )
    if found is None:
        return None
    content = files.read(sha256)
    root = find_root(session) if found.is_signed else None
    signatures = find_signatures(content, root) if root else ()
    return replace(found, title=_title(found, content), signatures=signatures)


def find_by_code(session: Session, code: str, network: str, now: datetime) -> IssuedPages | None:
    """What bears this code, its title apart. TooManyRequestsError after too many misses."""
    require_room(session, PublicForm.VERIFICATION, network, now)
    found = (
        _document(session, Document.verification_code == code)
        or _batch(session, ListingBatch.verification_code == code)
        or _letter(session, HandoverLetter.verification_code == code)
    )
    if found is None:
        add_public_request(session, PublicForm.VERIFICATION, network, now)
        return None
    return found


def with_title(found: IssuedPages, files: FileStore) -> IssuedPages:
    """With the title that stands in the pages; they are opened outside of any transaction."""
    if found.sha256 is None:
        return found
    return replace(found, title=_title(found, files.read(found.sha256)))


def _title(found: IssuedPages, content: bytes) -> str:
    """As it stands in the pages; a scan's says nothing."""
    if found.from_paper:
        return ""
    with pikepdf.open(io.BytesIO(content)) as pages:
        return str(pages.docinfo.get("/Title", ""))


def _document(session: Session, matching: sa.ColumnElement[bool]) -> IssuedPages | None:
    row = session.execute(
        sa.select(Document, Organisation.name)
        .join(Organisation, Organisation.id == Document.organ_id)
        .where(matching)
        .order_by(Document.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    document, organ_name = row
    return IssuedPages(
        kind=DocumentKind(document.kind),
        number=document.number or "",
        organ_name=organ_name,
        issued_on=document.issued_on,
        void=document.state == VOID,
        from_paper=document.origin == PAPER,
        is_signed=bool(document.signatures),
        sha256=document.issued_sha256,
        corrections=_corrections(session, Document.id == document.id),
    )


def _batch(session: Session, matching: sa.ColumnElement[bool]) -> IssuedPages | None:
    row = session.execute(
        sa.select(ListingBatch, Organisation.name)
        .join(Organisation, Organisation.id == ListingBatch.organ_id)
        .where(matching)
        .limit(1)
    ).first()
    if row is None:
        return None
    batch, organ_name = row
    return IssuedPages(
        kind=DocumentKind.LISTING_NOTICE,
        number=batch.number or "",
        organ_name=organ_name,
        issued_on=batch.issued_on,
        void=False,
        from_paper=False,
        is_signed=bool(batch.signatures),
        sha256=batch.issued_sha256,
        corrections=_corrections(session, Document.batch_id == batch.id),
    )


def _letter(session: Session, matching: sa.ColumnElement[bool]) -> IssuedPages | None:
    row = session.execute(
        sa.select(HandoverLetter, Organisation.name)
        .join(SupervisionCase, SupervisionCase.id == HandoverLetter.case_id)
        .join(Organisation, Organisation.id == SupervisionCase.listing_office_id)
        .where(matching)
        .limit(1)
    ).first()
    if row is None:
        return None
    letter, organ_name = row
    return IssuedPages(
        kind=LetterKind(letter.kind),
        number=letter.number,
        organ_name=organ_name,
        issued_on=local_date(letter.made_at),
        void=False,
        from_paper=False,
        is_signed=bool(letter.signatures),
        sha256=letter.sha256,
    )


def _corrections(
    session: Session, corrected: sa.ColumnElement[bool]
) -> tuple[tuple[str, date | None], ...]:
    correction = aliased(Document)
    rows = session.execute(
        sa.select(correction.number, correction.issued_on)
        .join(Document, Document.id == correction.corrects_id)
        .where(corrected)
        .order_by(correction.id)
        .limit(MOST_CORRECTIONS)
    )
    return tuple((row.number or "", row.issued_on) for row in rows)
