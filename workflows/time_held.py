"""How long somebody held a step: time on working days, and what of it lay after a limit."""

from datetime import datetime, time, timedelta

from workflows.deadlines import SHANGHAI, local_date
from workflows.working_days import Calendar, is_working_day

_ONE_DAY = timedelta(days=1)


def working_time(since: datetime, until: datetime, calendar: Calendar) -> timedelta:
    """What lies on working days in China between two moments; a working day has 24 hours.

    Offices keep different hours, and no source says which count: so every hour of a working day
    does, and none of a day off. Zero where `until` is not after `since`.
    """
    total, day = timedelta(), local_date(since)
    while (start := datetime.combine(day, time(0), SHANGHAI)) < until:
        if is_working_day(day, calendar):
            total += max(min(until, start + _ONE_DAY) - max(since, start), timedelta())
        day += _ONE_DAY
    return total


def late_time(
    since: datetime, until: datetime, due_at: datetime | None, calendar: Calendar
) -> timedelta:
    """What of a time held lay after the limit; zero without one."""
    if due_at is None:
        return timedelta()
    return working_time(max(since, due_at), until, calendar)
