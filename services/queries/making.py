"""Pages that are still to be made: under way, failed for now, or failed for good."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.document import Document
from services.models.process import outbox
from services.topics import Topic


class Making(StrEnum):
    """How far the worker is with the pages of a document; the worst comes last."""

    UNDER_WAY = "under_way"
    RETRYING = "retrying"
    FAILED = "failed"


def find_makings(session: Session, documents: Iterable[Document]) -> Mapping[int, Making]:
    """By the id of each of these documents whose pages are awaited."""
    keys = {key: document.id for document in documents for key in _awaited(document)}
    if not keys:
        return {}
    rows = session.execute(
        sa.select(
            outbox.c.idempotency_key,
            outbox.c.incident.is_not(None).label("failed"),
            sa.and_(outbox.c.attempts > 0, outbox.c.leased_until.is_(None)).label("put_back"),
        ).where(outbox.c.idempotency_key.in_(sorted(keys)), outbox.c.done_at.is_(None))
    )
    order, found = list(Making), dict[int, Making]()
    for row in rows:
        place = Making.UNDER_WAY
        if row.failed or row.put_back:
            place = Making.FAILED if row.failed else Making.RETRYING
        document_id = keys[row.idempotency_key]
        found[document_id] = max(found.get(document_id, place), place, key=order.index)
    return found


def _awaited(document: Document) -> Iterator[str]:
    """The keys of the messages that would give the document its pages."""
    if document.state == "draft" and document.draft_sha256 is None:
        yield f"{Topic.RENDER_DRAFT}:{document.id}"
    if document.state == "draft" and document.batch and document.batch.draft_sha256 is None:
        yield f"{Topic.RENDER_BATCH_DRAFT}:{document.batch_id}"
    if document.state == "numbered" and document.issued_sha256 is None:
        yield f"{Topic.RENDER_ISSUED}:{document.id}"
