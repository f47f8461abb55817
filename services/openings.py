"""An issued document is opened by whom it is addressed to: the first time is put on record."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.database import lock_until_commit
from services.errors import DocumentNotFoundError
from services.frame import Frame
from services.models.document import Document, DocumentOpening
from services.queries.brief import get_visible_document
from services.queries.openings import find_addressee


def open_issued(frame: Frame, document_id: int) -> None:
    """Whoever may open it does; of the addressee's people the first is kept, in the chain too.

    DocumentNotFoundError where there are no pages for this reader.
    """
    shown = get_visible_document(frame.session, frame.actor, document_id, frame.office.profile)
    if shown.issued_sha256 is None:
        raise DocumentNotFoundError
    document = frame.session.get_one(Document, document_id)
    addressee_id = _own_addressee(frame, document)
    if addressee_id is not None:
        _record_first(frame, document, addressee_id)


def case_to_open_from(frame: Frame, document_id: int) -> int | None:
    """The case where the reader opens it: nobody of the addressee's people has opened it yet."""
    document = frame.session.get_one(Document, document_id)
    addressee_id = _own_addressee(frame, document)
    if addressee_id is None or _was_opened(frame.session, document, addressee_id):
        return None
    return document.case_id


def _own_addressee(frame: Frame, document: Document) -> int | None:
    found = find_addressee(frame.session, document)
    return found if found in {post.organisation_id for post in frame.actor.posts} else None


def _was_opened(session: Session, document: Document, organisation_id: int) -> bool:
    earlier = sa.select(DocumentOpening.id).where(
        DocumentOpening.document_id == document.id,
        DocumentOpening.organisation_id == organisation_id,
    )
    return session.scalar(earlier) is not None


def _record_first(frame: Frame, document: Document, organisation_id: int) -> None:
    session = frame.session
    lock_until_commit(session, f"opening {document.id} {organisation_id}")
    if _was_opened(session, document, organisation_id):
        return
    opening = DocumentOpening(
        document_id=document.id,
        organisation_id=organisation_id,
        person_id=frame.actor.person_id,
        at=frame.now,
    )
    session.add(opening)
    session.flush()
    body = {
        "document_opened_id": document.id,
        "organisation_id": organisation_id,
        "person_id": frame.actor.person_id,
        "at": frame.now.isoformat(),
    }
    audit.append(session, document.case_id, body, frame.now)
