"""One's own deadlines as an iCalendar file (RFC 5545), for calendars that leave the office.

Of a case it carries its number, what is due, when and by which rule; nothing of the hazard.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration

from services.clock import LOCAL_ZONE
from services.queries.own_deadlines import OwnDeadlineRow
from web.labels import CALENDAR_NAME, counting_said, due_event_said
from workflows.deadlines import SHANGHAI
from workflows.vocabulary import DeadlineUnit

# How long a program may leave the file unread.
REFRESH = timedelta(hours=1)
Address = Callable[[OwnDeadlineRow], str]


def calendar_file(rows: Iterable[OwnDeadlineRow], address: Address) -> bytes:
    """The same bytes as long as nothing has changed. `address` leads to how one was counted."""
    calendar = Calendar()
    calendar.add("prodid", "-//guapai//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", CALENDAR_NAME)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(_zone())
    for row in rows:
        calendar.add_component(_event(row, address(row)))
    return bytes(calendar.to_ical())


def _event(row: OwnDeadlineRow, address: str) -> Event:
    event = Event()
    event.add("uid", _uid(row))
    event.add("dtstamp", row.changed_at or row.started_at)
    event.add("sequence", row.changes)
    if row.unit is DeadlineUnit.HOURS:
        event.add("dtstart", row.due_at.astimezone(LOCAL_ZONE))
    else:
        event.add("dtstart", row.due_on)
        event.add("dtend", row.due_on + timedelta(days=1))
    basis = row.basis
    counted = counting_said(row.unit, basis["count"], backward=basis.get("backward", False))
    said = due_event_said(row.number, row.name, basis, counted, provisional=row.provisional)
    event.add("summary", said.summary)
    event.add("description", said.description)
    event.add("url", address)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("status", "TENTATIVE" if row.provisional else "CONFIRMED")
    return event


def _uid(row: OwnDeadlineRow) -> str:
    """The same for as long as the deadline lives, on every day and under every address."""
    parts = f"{row.deadline_id} {row.case_id} {row.started_at.isoformat()}"
    return f"{hashlib.sha256(parts.encode()).hexdigest()[:40]}@guapai"


def _zone() -> Timezone:
    """China has kept one offset without daylight saving since 1991."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", LOCAL_ZONE.key)
    offset = SHANGHAI.utcoffset(None)
    standard.add("dtstart", datetime(1992, 1, 1))  # noqa: DTZ001  local, as the format asks
    standard.add("tzoffsetfrom", offset)
    standard.add("tzoffsetto", offset)
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone
