"""Who may read a listing notice for several cases as a whole; everybody else has extracts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import DocumentNotFoundError
from services.models.case import SupervisionCase
from services.models.document import Document, ListingBatch
from services.queries.scope import inside_of, visible_to
from workflows.permissions import Actor


@dataclass(frozen=True)
class BatchRow:
    """The whole notice. A hash is None where there are no pages, or not for this reader."""

    batch_id: int
    number: str | None
    draft_sha256: str | None
    issued_sha256: str | None


def list_wholes(
    session: Session, actor: Actor, batch_ids: Collection[int]
) -> Mapping[int, BatchRow]:
    """Of these batches the whole notices that the actor may read: who may see every case."""
    if not batch_ids:
        return {}
    rows = session.execute(
        sa.select(
            ListingBatch.id,
            ListingBatch.number,
            ListingBatch.draft_sha256,
            ListingBatch.issued_sha256,
            sa.func.count(Document.id).label("cases"),
            sa.func.count(Document.id).filter(visible_to(actor)).label("visible"),
            sa.func.count(Document.id).filter(inside_of(actor)).label("inside"),
        )
        .join(Document, Document.batch_id == ListingBatch.id)
        .join(SupervisionCase, SupervisionCase.id == Document.case_id)
        .where(ListingBatch.id.in_(sorted(batch_ids)))
        .group_by(ListingBatch.id)
    )
    return {
        row.id: BatchRow(
            row.id,
            row.number,
            row.draft_sha256 if row.inside == row.cases else None,
            row.issued_sha256,
        )
        for row in rows
        if row.visible == row.cases
    }


def get_whole(session: Session, actor: Actor, batch_id: int) -> BatchRow:
    """The whole notice of a batch; DocumentNotFoundError for who may not see every case of it."""
    found = list_wholes(session, actor, [batch_id]).get(batch_id)
    if found is None:
        raise DocumentNotFoundError
    return found
