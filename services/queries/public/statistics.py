"""How many hazards were listed where and when, those included that are only counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.public import PublicCase
from services.queries.public.cases import PublicStatus, is_status


@dataclass(frozen=True)
class PublicCounts:
    """The true numbers: what of them is told is for the page to decide. Months as `2026-10`."""

    by_division: Mapping[str, int]
    by_sector: Mapping[str, int]
    by_month: Mapping[str, int]
    by_status: Mapping[PublicStatus, int]


def count_public_cases(session: Session, today: date) -> PublicCounts:
    """Of all that was published and not taken down."""
    year = sa.extract("year", PublicCase.listed_on)
    month = sa.extract("month", PublicCase.listed_on)
    months = session.execute(
        sa.select(year, month, _COUNT).where(_COUNTED).group_by(year, month).order_by(year, month)
    )
    numbers = [_COUNT.filter(is_status(one, today)) for one in PublicStatus]
    statuses = session.execute(sa.select(*numbers).where(_COUNTED)).one()
    return PublicCounts(
        by_division=_count_by(session, PublicCase.division_code),
        by_sector=_count_by(session, PublicCase.sector),
        by_month={f"{int(y):04d}-{int(m):02d}": int(count) for y, m, count in months},
        by_status=dict(zip(PublicStatus, statuses, strict=True)),
    )


_COUNT = sa.func.count(PublicCase.id)
_COUNTED = PublicCase.taken_down_at.is_(None)


def _count_by(session: Session, column: sa.orm.InstrumentedAttribute[str]) -> Mapping[str, int]:
    rows = session.execute(sa.select(column, _COUNT).where(_COUNTED).group_by(column))
    return {row[0]: row[1] for row in rows}
