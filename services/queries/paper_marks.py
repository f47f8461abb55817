"""Which acts were done on paper, and who put them on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import Act
from services.models.paper import PaperAct
from workflows.paper import PaperManner


@dataclass(frozen=True)
class PaperMark:
    """What the record says of an act on paper."""

    manner: PaperManner
    registrar_name: str
    confirmer_name: str
    signed_on: date
    original_place: str
    scan_sha256: str


def paper_marks(session: Session, case_id: int) -> Mapping[int, PaperMark]:
    """By act."""
    rows = session.scalars(
        sa.select(PaperAct).join(Act, Act.id == PaperAct.act_id).where(Act.case_id == case_id)
    )
    return {
        row.act_id: PaperMark(
            PaperManner(row.manner),
            row.registrar.name,
            row.confirmer.name,
            row.signed_on,
            row.original_place,
            row.scan_sha256,
        )
        for row in rows
    }
