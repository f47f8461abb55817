"""The monthly bulletins that were published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.public import PublicBulletin, PublicCase


@dataclass(frozen=True)
class BulletinRow:
    """One bulletin. `sha256`: its printed file, once it is there.

    `taken_down`: ids of cases in it that have been taken down since.
    """

    bulletin_id: int
    number: str
    period: str
    content: Mapping[str, Any]
    audit_size: int
    audit_head: str
    sha256: str | None
    published_at: datetime
    taken_down: frozenset[int]

    @property
    def is_offered(self) -> bool:
        """Whether its printed file may be had: it names nothing that was taken down."""
        return self.sha256 is not None and not self.taken_down


def list_bulletins(session: Session, limit: int) -> tuple[BulletinRow, ...]:
    """The newest bulletins, newest period first."""
    rows = session.scalars(
        sa.select(PublicBulletin)
        .order_by(PublicBulletin.period.desc(), PublicBulletin.id.desc())
        .limit(limit)
    )
    return tuple(_row(session, row) for row in rows)


def find_bulletin(session: Session, bulletin_id: int) -> BulletinRow | None:
    """One bulletin."""
    row = session.get(PublicBulletin, bulletin_id)
    return _row(session, row) if row else None


def _row(session: Session, row: PublicBulletin) -> BulletinRow:
    told = {case for section in row.content["sections"] for case in section["cases"]}
    taken_down = session.scalars(
        sa.select(PublicCase.id).where(
            PublicCase.id.in_(told), PublicCase.taken_down_at > row.published_at
        )
    )
    return BulletinRow(
        bulletin_id=row.id,
        number=row.number,
        period=row.period,
        content=row.content,
        audit_size=row.audit_size,
        audit_head=row.audit_head,
        sha256=row.sha256,
        published_at=row.published_at,
        taken_down=frozenset(taken_down),
    )
