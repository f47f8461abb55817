"""A deadline as every page shows it: the moment, the day, the days left."""

from dataclasses import dataclass
from datetime import date, datetime

from services.clock import local_date
from web.labels import local_time
from workflows.deadlines import end_of_day, is_overdue, last_day


@dataclass(frozen=True)
class Due:
    """`days_left` is 0 on the last day itself and negative once it has passed."""

    at: datetime
    on: date
    days_left: int
    overdue: bool


def due_of(due_at: datetime | None, now: datetime) -> Due | None:
    """How a deadline stands now; None where there is none."""
    if due_at is None:
        return None
    on = last_day(due_at)
    return Due(due_at, on, (on - local_date(now)).days, is_overdue(due_at, now))


def limit_said(due_at: datetime) -> str:
    """The last day of a limit that ends with its day; otherwise the moment."""
    on = last_day(due_at)
    return on.isoformat() if end_of_day(on) == due_at else local_time(due_at)
