"""What is issued to press a case on, and what is told of it."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.documents.issue import issue_document
from services.frame import Frame
from services.models.case import Act, SupervisionCase
from services.models.document import Document
from workflows.facts import CaseRecord, escalation_kind
from workflows.vocabulary import Action, DocumentKind, EscalationKind

# An exposure is published by the media and has no number of ours.
DOCUMENTS: Mapping[EscalationKind, DocumentKind] = {
    EscalationKind.SUPERVISION_LETTER: DocumentKind.SUPERVISION_LETTER,
    EscalationKind.WARNING_LETTER: DocumentKind.WARNING_LETTER,
    EscalationKind.REGULATORY_TALK: DocumentKind.TALK_NOTICE,
    EscalationKind.CIRCULAR: DocumentKind.CIRCULAR,
}


def issue_escalation(frame: Frame, case: SupervisionCase, record: CaseRecord, act: Act) -> None:
    """Give what was decided its number and date."""
    kind = escalation_kind(record)
    document = DOCUMENTS.get(kind) if kind else None
    if document is not None:
        issue_document(frame.session, frame.office, case, document, act, frame.now)


def find_issued(session: Session, record: CaseRecord, case_id: int) -> Document | None:
    """The newest document of the kind that was proposed last."""
    kind = escalation_kind(record)
    document = DOCUMENTS.get(kind) if kind else None
    if document is None:
        return None
    return session.scalars(
        sa.select(Document)
        .where(Document.case_id == case_id, Document.kind == document)
        .order_by(Document.id.desc())
        .limit(1)
    ).first()


def demands_of(record: CaseRecord) -> str:
    """The text that goes out, as it was proposed last."""
    proposed = record.last(Action.PROPOSE_ESCALATION)
    return str(proposed.content["demands"]) if proposed else ""
