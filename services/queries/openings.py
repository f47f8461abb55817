"""Who opened an issued document first, of the organisation that it is addressed to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import Act, SupervisionCase
from services.models.document import Document
from workflows.vocabulary import LETTERS, Action, Addressee, DocumentKind


@dataclass(frozen=True)
class OpeningRow:
    """The first opening by an organisation."""

    organisation_id: int
    organisation_name: str
    person_name: str
    at: datetime


def addressee_of(
    case: SupervisionCase,
    kind: DocumentKind,
    signed_by_act_id: int | None,
    proposed: Iterable[tuple[int, Mapping[str, Any]]],
) -> int | None:
    """The organisation that a document is for; None where it is served on nobody.

    `proposed`: what was proposed to press the case on, oldest first, each with the id of its act.
    A letter is for whom the last proposal before it pressed on, everything else for the party.
    """
    if kind is DocumentKind.CLOSURE_PETITION:
        return None
    before = [content for act_id, content in proposed if act_id < (signed_by_act_id or 0)]
    pressed = Addressee(before[-1]["addressee"]) if before and kind in LETTERS else None
    if pressed is Addressee.TERRITORY:
        return case.territorial_government_id
    if pressed is Addressee.DEPARTMENT:
        return case.competent_department_id
    return case.responsible_party_id


def find_addressee(session: Session, document: Document) -> int | None:
    """The organisation that a stored document is for."""
    case = session.get_one(SupervisionCase, document.case_id)
    proposed = session.execute(
        sa.select(Act.id, Act.content)
        .where(Act.case_id == case.id, Act.action == Action.PROPOSE_ESCALATION)
        .order_by(Act.id)
    )
    kind = DocumentKind(document.kind)
    return addressee_of(case, kind, document.signed_by_act_id, [(i, c) for i, c in proposed])
