"""What an act found, kept with its instance so that the act can be taken back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.documents.issue import DRAFT, VOID
from services.former_values import keep_former, plain, typed
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
    _keep_present(session, case.id, found, now)
    _put_back_criterion(session, case.id, found["criterion"])
    _put_back_tasks(session, instance_id, found["tasks"])
    _put_back_deadlines(session, case.id, found, now)
    _put_back_drafts(session, case.id, found["drafts"])
    _update(session, Handover.__table__, found["handovers"])
    for name, value in typed(SupervisionCase.__table__, found["case"][0]).items():
        setattr(case, name, value)
    case.changed_at = now
    session.flush()


def _keep_present(session: Session, case_id: int, found: Found, now: datetime) -> None:
    """What stood since the act is read again when a day in between is asked for."""
    columns = [name for name in _CASE if name != "phase"]
    keep_former(session, SupervisionCase, columns, now, SupervisionCase.id == case_id)
    every = [column.name for column in CaseCriterion.__table__.columns]
    keep_former(session, CaseCriterion, every, now, CaseCriterion.case_id == case_id)
    clocks = Deadline.id.in_([row["id"] for row in found["deadlines"]])
    ended = Deadline.ended_at.is_not(None)
    keep_former(session, Deadline, _DEADLINE[1:], now, clocks, ended)
    reported = Handover.reported_at.is_not(None)
    keep_former(session, Handover, _HANDOVER[1:], now, Handover.case_id == case_id, reported)
    drafted = sa.or_(Document.state == DRAFT, Document.id.in_(found["drafts"]))
    keep_former(session, Document, ("state",), now, Document.case_id == case_id, drafted)


def _put_back_criterion(session: Session, case_id: int, rows: list[Row]) -> None:
    mine = CaseCriterion.case_id == case_id
    if not rows:
        session.execute(sa.delete(CaseCriterion).where(mine))
    for row in rows:
        values = typed(CaseCriterion.__table__, row)
        session.execute(sa.update(CaseCriterion).where(mine).values(values))


def _put_back_tasks(session: Session, instance_id: int, rows: list[Row]) -> None:
    connection = session.connection()
    connection.execute(sa.delete(open_task).where(open_task.c.instance_id == instance_id))
    connection.execute(sa.insert(open_task), [typed(open_task, row) for row in rows])


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
        {name: plain(value) for name, value in row.items()}
        for row in session.connection().execute(query).mappings()
    ]


def _update(session: Session, table: Any, rows: list[Row]) -> None:
    for row in rows:
        values = typed(table, row)
        session.connection().execute(
            sa.update(table).where(table.c.id == values.pop("id")).values(values)
        )
