"""What the public was told in a month, for the bulletin: from what was published alone."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.public import PublicCase
from services.queries.months import Month
from services.queries.public.cases import SHOWN, PublicCaseRow, row_of
from services.queries.public.entries import PublicEntryRow, list_entries_between
from workflows.disclosure import Exposure


@dataclass(frozen=True)
class PublishedMonth:
    """A month as the public knows it. `counted`: listed and delisted without being shown."""

    listed: tuple[PublicCaseRow, ...]
    delisted: tuple[PublicCaseRow, ...]
    over_limit: tuple[PublicCaseRow, ...]
    entries: tuple[PublicEntryRow, ...]
    counted: tuple[int, int]
    standing: int


def read_month(session: Session, month: Month, today: date) -> PublishedMonth:
    """Cases listed and delisted in the month, those over their limit at its end, and the log."""
    end = min(month.last_on, today)
    on = PublicCase.listed_on, PublicCase.delisted_on
    within = [day.between(month.first_on, month.last_on) for day in on]
    hidden = PublicCase.exposure == Exposure.COUNTED.value, PublicCase.taken_down_at.is_(None)
    counted = [
        session.execute(sa.select(sa.func.count(PublicCase.id)).where(*hidden, one)).scalar_one()
        for one in within
    ]
    listed_by_then = sa.and_(
        PublicCase.listed_on <= month.last_on,
        sa.or_(PublicCase.delisted_on.is_(None), PublicCase.delisted_on > month.last_on),
    )
    return PublishedMonth(
        listed=_cases(session, within[0]),
        delisted=_cases(session, within[1]),
        over_limit=_cases(session, sa.and_(listed_by_then, PublicCase.limit_on < end)),
        entries=list_entries_between(session, month.begins_at, month.ends_at),
        counted=(counted[0], counted[1]),
        standing=session.execute(
            sa.select(sa.func.count(PublicCase.id)).where(SHOWN, listed_by_then)
        ).scalar_one(),
    )


def _cases(session: Session, which: sa.ColumnElement[bool]) -> tuple[PublicCaseRow, ...]:
    rows = session.scalars(
        sa.select(PublicCase).where(SHOWN, which).order_by(PublicCase.listed_on, PublicCase.id)
    )
    return tuple(row_of(row) for row in rows)
