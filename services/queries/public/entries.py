"""The public log: what was published, corrected and taken down, when, why and by which rule."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.public import PublicCase, PublicEntry
from services.queries.public.cases import SHOWN, PublicCaseRow, row_of
from workflows.disclosure import Exposure, PublicationKind

NEWS = (
    PublicationKind.LISTING.value,
    PublicationKind.PROGRESS.value,
    PublicationKind.RESULT.value,
    PublicationKind.CORRECTION.value,
)
_HAS_A_PAGE = PublicCase.exposure != Exposure.COUNTED.value


@dataclass(frozen=True)
class PublicEntryRow:
    """One line of the log, and the case as it is published now."""

    entry_id: int
    kind: PublicationKind
    reason: str
    basis: str
    fields: tuple[str, ...]
    at: datetime
    case: PublicCaseRow


@dataclass(frozen=True)
class PublicLogPage:
    """One page of the log and how many lines there are in all."""

    rows: tuple[PublicEntryRow, ...]
    total: int


def list_entries_of(session: Session, public_id: int) -> tuple[PublicEntryRow, ...]:
    """The log of one case, newest first."""
    wanted = _joined().where(PublicEntry.public_case_id == public_id, _HAS_A_PAGE)
    return _rows(session, wanted.order_by(_AT.desc(), _ID.desc()))


def list_news(
    session: Session, limit: int, *, sector: str = "", division_code: str = ""
) -> tuple[PublicEntryRow, ...]:
    """What was published last about the cases that are shown, newest first."""
    where = [SHOWN, PublicEntry.kind.in_(NEWS)]
    if sector:
        where.append(PublicCase.sector == sector)
    if division_code:
        where.append(PublicCase.division_code == division_code)
    return _rows(session, _joined().where(*where).order_by(_AT.desc(), _ID.desc()).limit(limit))


def list_amendments(session: Session, limit: int, offset: int = 0) -> PublicLogPage:
    """Corrections and takedowns, newest first. What was taken down leaves the takedown alone."""
    corrected = sa.and_(PublicEntry.kind == PublicationKind.CORRECTION.value, SHOWN)
    where = (_HAS_A_PAGE, sa.or_(PublicEntry.kind == PublicationKind.TAKEDOWN.value, corrected))
    total = session.execute(
        sa.select(sa.func.count(PublicEntry.id)).join(PublicCase, _OF_CASE).where(*where)
    ).scalar_one()
    found = _joined().where(*where).order_by(_AT.desc(), _ID.desc()).limit(limit).offset(offset)
    return PublicLogPage(_rows(session, found), total)


def list_entries_between(
    session: Session, begins_at: datetime, ends_at: datetime
) -> tuple[PublicEntryRow, ...]:
    """The log of a span about the cases that are shown, and every takedown, oldest first."""
    told = sa.or_(SHOWN, PublicEntry.kind == PublicationKind.TAKEDOWN.value)
    within = sa.and_(PublicEntry.at >= begins_at, PublicEntry.at < ends_at)
    return _rows(session, _joined().where(_HAS_A_PAGE, told, within).order_by(_AT, _ID))


_AT, _ID = PublicEntry.at, PublicEntry.id
_OF_CASE = PublicCase.id == PublicEntry.public_case_id


def _joined() -> sa.Select[PublicEntry, PublicCase]:
    return sa.select(PublicEntry, PublicCase).join(PublicCase, _OF_CASE)


def _rows(
    session: Session, asked: sa.Select[PublicEntry, PublicCase]
) -> tuple[PublicEntryRow, ...]:
    return tuple(
        PublicEntryRow(
            entry_id=entry.id,
            kind=PublicationKind(entry.kind),
            reason=entry.reason,
            basis=entry.basis,
            fields=tuple(entry.fields),
            at=entry.at,
            case=row_of(case),
        )
        for entry, case in session.execute(asked)
    )
