"""Papers with a number that wait to be served."""

from datetime import date

import sqlalchemy as sa

from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.document import Document
from workflows.vocabulary import DocumentKind


def serve(frame: Frame, case_id: int, kind: DocumentKind, served_on: date | None) -> str:
    """Mark the paper of this kind that waits for its service as served; returns its number."""
    document = frame.session.scalars(
        sa.select(Document)
        .where(Document.case_id == case_id, Document.kind == kind, Document.served_at.is_(None))
        .order_by(Document.id.desc())
        .limit(1)
    ).first()
    if document is None:
        return ""
    if document.issued_on and served_on and served_on < document.issued_on:
        raise InvalidCommandError({"served_on": "before_issue"})
    document.served_at = frame.now
    return document.number or ""
