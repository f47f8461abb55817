"""Former values: kept before a row of a case is overwritten, put back when a past day is read.

What an act, an opening or a publication says needs none of this: those are only ever added.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import Base, UtcDateTime
from services.models.case import SupervisionCase
from services.models.former import FormerValue

Row = dict[str, Any]
_READ: Mapping[type, Callable[[str], object]] = {
    UtcDateTime: datetime.fromisoformat,
    sa.Date: date.fromisoformat,
}


def keep_former(
    session: Session,
    table: type[Base],
    names: Iterable[str],
    now: datetime,
    *which: sa.ColumnElement[bool],
) -> None:
    """Keep what these columns say. Called before they are overwritten, and before any flush."""
    columns = table.__table__.columns
    case_id = columns["id"] if table is SupervisionCase else columns["case_id"]
    wanted = [columns[name] for name in names]
    found = session.connection().execute(
        sa.select(case_id.label("of_case"), columns["id"].label("record_id"), *wanted).where(*which)
    )
    rows = [
        {
            "case_id": row.of_case,
            "record": table.__tablename__,
            "record_id": row.record_id,
            "former": {column.name: plain(row[place + 2]) for place, column in enumerate(wanted)},
            "at": now,
        }
        for row in found
    ]
    if rows:
        session.connection().execute(sa.insert(FormerValue), rows)


def keep_absent(
    session: Session, case_id: int, table: type[Base], record_id: int, now: datetime
) -> None:
    """Keep that until now there was no such row."""
    session.add(
        FormerValue(
            case_id=case_id, record=table.__tablename__, record_id=record_id, former={}, at=now
        )
    )


def rows_at(session: Session, case_id: int, table: type[Base], at: datetime) -> dict[int, Row]:
    """The rows of a case by id, with what was overwritten later put back; without those that were
    not there, as far as that was kept.
    """
    columns = table.__table__.columns
    of_case = columns["id"] if table is SupervisionCase else columns["case_id"]
    query = sa.select(table.__table__).where(of_case == case_id).order_by(columns["id"])
    rows: dict[int, Row] = {
        row["id"]: dict(row) for row in session.connection().execute(query).mappings()
    }
    later = session.scalars(
        sa.select(FormerValue)
        .where(
            FormerValue.case_id == case_id,
            FormerValue.record == table.__tablename__,
            FormerValue.at > at,
        )
        .order_by(FormerValue.id.desc())
    )
    for kept in later:
        if kept.former:
            values = typed(table.__table__, kept.former)
            rows[kept.record_id] = rows.get(kept.record_id, {"id": kept.record_id}) | values
        else:
            rows.pop(kept.record_id, None)
    return dict(sorted(rows.items()))


def plain(value: object) -> object:
    """A value of a column as plain JSON."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def typed(table: sa.FromClause, row: Mapping[str, Any]) -> Row:
    """The values of a row kept as plain JSON, in the types of its columns."""
    return {
        name: _READ[kind](value)
        if value is not None and (kind := type(table.c[name].type)) in _READ
        else value
        for name, value in row.items()
    }
