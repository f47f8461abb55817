"""The one clock, and the place whose calendar the law counts by."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The day on which a moment falls in Asia/Shanghai."""
    return moment.astimezone(LOCAL_ZONE).date()


def start_of_day(day: date) -> datetime:
    """The moment at which a day begins in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE)
