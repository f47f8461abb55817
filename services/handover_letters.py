"""The pages of a letter to the receiver of a handover, with the list of what goes with it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.documents.issue import ISSUED, NUMBERED
from services.models.case import Handover, SupervisionCase
from services.models.document import Document
from services.models.handover import HandoverLetter
from services.models.organisation import Organisation
from services.signing import Signatory, as_rows, seal_of
from workflows.vocabulary import DocumentKind, OrganisationKind

LETTER_TEMPLATE = "handover_letter.html"
# What the receiver reads to know the hazard; nothing of penalties or of proceedings inside.
ENCLOSED = (
    DocumentKind.LISTING_NOTICE,
    DocumentKind.RECTIFICATION_ORDER,
    DocumentKind.IMMEDIATE_MEASURES_ORDER,
)


def printed_letter(session: Session, letter_id: int) -> dict[str, Any] | None:
    """What the pages are made from; None where the letter is gone."""
    letter = session.get(HandoverLetter, letter_id)
    if letter is None:
        return None
    case = session.get_one(SupervisionCase, letter.case_id)
    handover = session.get(Handover, letter.handover_id) if letter.handover_id else None
    receiver = session.get_one(Organisation, letter.receiver_id)
    limit_on = case.rectification_limit_on
    made_on = local_date(letter.made_at).isoformat()
    return {
        "kind": "handover_letter",
        "letter_kind": letter.kind,
        "number": letter.number,
        "office": case.listing_office.name,
        "receiver": receiver.name,
        "governs": receiver.kind == OrganisationKind.GOVERNMENT,
        "handover_kind": handover.kind if handover else "",
        "case_number": case.case_number or "",
        "intake_number": case.intake_number,
        "hazard": case.hazard_name,
        "place": case.place or "",
        "party": case.responsible_party.name,
        "limit_on": limit_on.isoformat() if limit_on else "",
        "enclosed": _enclosed(session, case.id),
        "sealed": letter.sealed_by_id is not None,
        "verification": letter.verification,
        "drafted_on": made_on,
        "issued_on": made_on,
    }


def sealing_organ(session: Session, letter_id: int) -> tuple[Signatory, ...]:
    """Whose seal the pages bear; nobody signs them, for whoever decided signed the listing."""
    organ_id = session.get_one(HandoverLetter, letter_id).sealed_by_id
    return (seal_of(session.get_one(Organisation, organ_id)),) if organ_id else ()


def keep_letter(
    session: Session,
    letter_id: int,
    sha256: str,
    signatories: Sequence[Signatory],
    enclosed: Sequence[dict[str, str]],
) -> None:
    """The pages as they were set first, with whose seal they bear and what they list."""
    session.execute(
        sa.update(HandoverLetter)
        .where(HandoverLetter.id == letter_id, HandoverLetter.sha256.is_(None))
        .values(sha256=sha256, signatures=as_rows(signatories) or None, enclosed=list(enclosed))
    )


def _enclosed(session: Session, case_id: int) -> list[dict[str, str]]:
    rows = session.scalars(
        sa.select(Document)
        .where(
            Document.case_id == case_id,
            Document.kind.in_([kind.value for kind in ENCLOSED]),
            Document.state.in_((NUMBERED, ISSUED)),
        )
        .order_by(Document.id)
    )
    return [
        {
            "kind": row.kind,
            "number": row.number or "",
            "issued_on": row.issued_on.isoformat() if row.issued_on else "",
        }
        for row in rows
    ]
