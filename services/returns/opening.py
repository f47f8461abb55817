"""Returns come due: the worker opens one for each unit and month, once."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services import instances
from services.clock import local_date
from services.database import lock_until_commit, reading, transaction
from services.models.monthly_return import MonthlyReturn
from services.office import Office
from services.queries.months import Month
from services.queries.returns import (
    current_period,
    due_on_of,
    find_office,
    list_units,
    rule_of,
)
from workflows.returns import ReturnState, derive

SUBJECT = "monthly_return"


def open_returns(engine: Engine, office: Office, now: datetime) -> int:
    """Open what is not open yet; returns how many. Called again, it finds nothing to do."""
    with reading(engine) as session:
        if not _missing(session, office, local_date(now)):
            return 0
    with transaction(engine) as session:
        return open_missing(session, office, now)


def open_missing(session: Session, office: Office, now: datetime) -> int:
    """In this transaction: a return for each unit of each month that has come due."""
    lock_until_commit(session, "monthly returns")
    office_id = find_office(session, office.profile)
    missing = _missing(session, office, local_date(now))
    if office_id is None:
        return 0
    rule = rule_of(office.profile)
    for period, unit_id in missing:
        row = MonthlyReturn(
            unit_id=unit_id,
            office_id=office_id,
            period=str(period),
            rule_id=rule.id,
            rule_version=rule.version,
            due_on=due_on_of(office.profile, period, office.calendar),
            state=ReturnState.UNDER_WAY.value,
            opened_at=now,
        )
        session.add(row)
        session.flush()
        row.waiting_step = instances.begin(
            session,
            office.keys,
            office.monthly_return,
            instances.Subject(SUBJECT, row.id),
            derive(()),
            now,
        )
    session.flush()
    return len(missing)


def _missing(session: Session, office: Office, today: date) -> list[tuple[Month, int]]:
    """Months and units without a return. An installation begins with the first month that is not
    late already; from then on no month is left out, however long the worker stood still.
    """
    if find_office(session, office.profile) is None:
        return []
    current = current_period(office.profile, today, office.calendar)
    latest = session.scalar(sa.select(sa.func.max(MonthlyReturn.period)))
    if latest is None:
        on_time = due_on_of(office.profile, current, office.calendar) >= today
        periods = [current] if on_time else []
    else:
        known = Month(int(latest[:4]), int(latest[5:]))
        periods = [known]
        while periods[-1] < current:
            periods.append(periods[-1].after())
        # Of the latest month that is open, only those are added that it is not too late for.
        if due_on_of(office.profile, known, office.calendar) < today:
            periods.remove(known)
    if not periods:
        return []
    opened = {
        (row.period, row.unit_id)
        for row in session.execute(
            sa.select(MonthlyReturn.period, MonthlyReturn.unit_id).where(
                MonthlyReturn.period.in_([str(period) for period in periods])
            )
        )
    }
    units = list_units(session, office.profile)
    return [
        (period, unit_id)
        for period in periods
        for unit_id in units
        if (str(period), unit_id) not in opened
    ]
