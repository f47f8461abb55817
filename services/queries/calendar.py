"""The calendar in force: what the release ships with, under the notices entered since."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.calendar import CalendarNotice
from services.office import Office
from workflows.working_days import Calendar, Notice, with_notices


def current_calendar(session: Session, office: Office) -> Calendar:
    """The calendar by which limits are counted now."""
    return with_notices(office.calendar, (_notice(row) for row in list_notices(session)))


def list_notices(session: Session) -> list[CalendarNotice]:
    """Every notice entered since the release, oldest first."""
    return list(session.scalars(sa.select(CalendarNotice).order_by(CalendarNotice.id)))


def _notice(row: CalendarNotice) -> Notice:
    return Notice(row.year, row.citation, _days(row.off_days), _days(row.make_up_days))


def _days(stored: dict[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in stored.items()}
