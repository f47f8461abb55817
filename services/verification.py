"""Whether a file is one that was issued here, and what its signatures say.

Every file that left is kept, so the answer is exact: the same bytes, or not ours. What a stranger
hands in is hashed and forgotten; no library ever opens it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.files import FileStore
from services.models.document import Document, ListingBatch
from services.models.organisation import Organisation
from services.signatures.pades import SignatureFound, find_signatures
from services.signing import find_root
from workflows.vocabulary import DocumentKind


@dataclass(frozen=True)
class IssuedPages:
    """What issued pages show themselves, whether they still stand, and their signatures.

    `from_paper`: they are the scan of what was signed on paper.
    """

    kind: DocumentKind
    number: str
    organ_name: str
    issued_on: date | None
    void: bool
    from_paper: bool
    sha256: str
    signatures: Sequence[SignatureFound]


def find_issued_pages(session: Session, files: FileStore, sha256: str) -> IssuedPages | None:
    """The issued document of exactly these bytes; None where nothing like it left this system."""
    found = _document(session, sha256) or _batch(session, sha256)
    if found is None:
        return None
    kind, number, organ_name, issued_on, state, origin, signed = found
    root = find_root(session) if signed else None
    return IssuedPages(
        kind=DocumentKind(kind),
        number=number or "",
        organ_name=organ_name,
        issued_on=issued_on,
        void=state == "void",
        from_paper=origin == "paper",
        sha256=sha256,
        signatures=find_signatures(files.read(sha256), root) if root else (),
    )


_Found = tuple[str, str | None, str, date | None, str, str, object]


def _document(session: Session, sha256: str) -> _Found | None:
    row = session.execute(
        sa.select(
            Document.kind,
            Document.number,
            Organisation.name,
            Document.issued_on,
            Document.state,
            Document.origin,
            Document.signatures,
        )
        .join(Organisation, Organisation.id == Document.organ_id)
        .where(Document.issued_sha256 == sha256)
        .order_by(Document.id)
        .limit(1)
    ).first()
    return tuple(row) if row else None  # type: ignore[return-value]


def _batch(session: Session, sha256: str) -> _Found | None:
    row = session.execute(
        sa.select(
            ListingBatch.number, Organisation.name, ListingBatch.issued_on, ListingBatch.signatures
        )
        .join(Organisation, Organisation.id == ListingBatch.organ_id)
        .where(ListingBatch.issued_sha256 == sha256)
        .limit(1)
    ).first()
    if row is None:
        return None
    kind = DocumentKind.LISTING_NOTICE.value
    return kind, row.number, row.name, row.issued_on, "issued", "system", row.signatures
