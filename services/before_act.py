"""What an act found, kept with its instance so that the act can be taken back."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import UtcDateTime
from services.documents.issue import DRAFT, VOID
from services.models.case import CaseCriterion, Handover, SupervisionCase
from services.models.deadline import Deadline
from services.models.document import Document
from services.models.process import open_task

TAKEN_BACK = "taken_back"
# What acts that can be taken back may change, by table.
_CASE = ("place", "description", "measures_taken", "found_on", "listing_body_id", "phase")
_CRITERION = tuple(
    column.name
    for column in CaseCriterion.__table__.columns
    if column.name not in ("id", "case_id")
)
_TASK = tuple(open_task.c.keys())
_DEADLINE = ("id", "ended_at", "ended_as")
_HANDOVER = ("id", "reported_at")

_READ: Mapping[type, Callable[[str], object]] = {
    UtcDateTime: datetime.fromisoformat,
    sa.Date: date.fromisoformat,
}

Found = dict[str, Any]
Row = dict[str, Any]


def keep_found(session: Session, case: SupervisionCase, instance_id: int) -> Found:
    """All that such an act may change, as plain JSON, as it is before the act."""
    running = sa.or_(Deadline.ended_at.is_(None), Deadline.task_id.is_(None))
    return {
        "case": _rows(session, SupervisionCase.__table__, _CASE, SupervisionCase.id == case.id),
        "criterion": _rows(
            session, CaseCriterion.__table__, _CRITERION, CaseCriterion.case_id == case.id
        ),
        "tasks": _rows(session, open_task, _TASK, open_task.c.instance_id == instance_id),
        "deadlines": _rows(
            session, Deadline.__table__, _DEADLINE, Deadline.case_id == case.id, running
        ),
        "last_deadline": session.scalars(
            sa.select(sa.func.max(Deadline.id)).where(Deadline.case_id == case.id)
        ).one()
        or 0,
        "handovers": _rows(session, Handover.__table__, _HANDOVER, Handover.case_id == case.id),
        "drafts": session.scalars(
            sa.select(Document.id).where(Document.case_id == case.id, Document.state == DRAFT)
        ).all(),
    }


def put_back(
    session: Session, case: SupervisionCase, instance_id: int, found: Found, now: datetime
) -> None:
    """The case as the act found it, but for what follows from the record. No clock starts anew."""
    _put_back_criterion(session, case.id, found["criterion"])
    _put_back_tasks(session, instance_id, found["tasks"])
    _put_back_deadlines(session, case.id, found, now)
    _put_back_drafts(session, case.id, found["drafts"])
    _update(session, Handover.__table__, found["handovers"])
    for name, value in _typed(SupervisionCase.__table__, found["case"][0]).items():
        setattr(case, name, value)
    case.changed_at = now
    session.flush()


def _put_back_criterion(session: Session, case_id: int, rows: list[Row]) -> None:
    mine = CaseCriterion.case_id == case_id
    if not rows:
        session.execute(sa.delete(CaseCriterion).where(mine))
    for row in rows:
        values = _typed(CaseCriterion.__table__, row)
        session.execute(sa.update(CaseCriterion).where(mine).values(values))


def _put_back_tasks(session: Session, instance_id: int, rows: list[Row]) -> None:
    connection = session.connection()
    connection.execute(sa.delete(open_task).where(open_task.c.instance_id == instance_id))
    connection.execute(sa.insert(open_task), [_typed(open_task, row) for row in rows])


def _put_back_deadlines(session: Session, case_id: int, found: Found, now: datetime) -> None:
    _update(session, Deadline.__table__, found["deadlines"])
    session.execute(
        sa.update(Deadline)
        .where(
            Deadline.case_id == case_id,
            Deadline.id > found["last_deadline"],
            Deadline.ended_at.is_(None),
        )
        .values(ended_at=now, ended_as=TAKEN_BACK)
    )


def _put_back_drafts(session: Session, case_id: int, drafts: list[int]) -> None:
    """A draft that the act froze is void; the one that it replaced is a draft again."""
    of_case = Document.case_id == case_id
    session.execute(
        sa.update(Document)
        .where(of_case, Document.state == DRAFT, Document.id.not_in(drafts))
        .values(state=VOID)
    )
    session.execute(sa.update(Document).where(Document.id.in_(drafts)).values(state=DRAFT))


def _rows(
    session: Session,
    table: sa.FromClause,
    names: Iterable[str],
    *which: sa.ColumnElement[bool],
) -> list[Row]:
    query = sa.select(*(table.c[name] for name in names)).where(*which)
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in session.connection().execute(query).mappings()
    ]


def _update(session: Session, table: Any, rows: list[Row]) -> None:
    for row in rows:
        values = _typed(table, row)
        session.connection().execute(
            sa.update(table).where(table.c.id == values.pop("id")).values(values)
        )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _typed(table: sa.FromClause, row: Mapping[str, Any]) -> Row:
    """The values of a row kept as plain JSON, in the types of its columns."""
    return {
        name: _READ[kind](value)
        if value is not None and (kind := type(table.c[name].type)) in _READ
        else value
        for name, value in row.items()
    }
