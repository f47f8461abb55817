"""One month of one's own deadlines, with what each day is by the calendar in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.frame import Frame
from services.queries.calendar import current_calendar
from services.queries.months import Month
from services.queries.own_deadlines import OwnDeadlineRow, Span, list_own_deadlines
from web.views.due import Due, due_of
from workflows.working_days import Calendar, DaySource, explain, is_known

MOST_SHOWN = 300


class DayKind(StrEnum):
    """What a day is: a working day, a day off, or a make-up working day."""

    WORKING = "working"
    OFF = "off"
    MAKE_UP = "make_up"


@dataclass(frozen=True)
class Entry:
    """One deadline and how it stands now. `at`: the moment, where it is counted in hours."""

    row: OwnDeadlineRow
    due: Due | None


@dataclass(frozen=True)
class CalendarDay:
    """One day; `name`: of the holiday, blank on an ordinary weekend."""

    on: date
    kind: DayKind
    name: str
    is_today: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class CalendarView:
    """A month, what came before it and is still open, and whether its holidays are known."""

    month: Month
    is_present: bool
    days: tuple[CalendarDay, ...]
    before: tuple[Entry, ...]
    count: int
    is_cut: bool
    is_known: bool


def calendar_view(frame: Frame, month: Month) -> CalendarView:
    """The month as the visitor's posts see it."""
    is_present = month == Month.of(frame.today)
    calendar = current_calendar(frame.session, frame.office)
    found = _entries(frame, Span(None if is_present else month.first_on, month.last_on))
    shown = found[:MOST_SHOWN]
    entries = tuple(entry for entry in shown if entry.row.due_on >= month.first_on)
    return CalendarView(
        month=month,
        is_present=is_present,
        days=tuple(_days(month, calendar, entries, frame.today)),
        before=tuple(entry for entry in shown if entry.row.due_on < month.first_on),
        count=len(entries),
        is_cut=len(found) > MOST_SHOWN,
        is_known=is_known(month.first_on, calendar),
    )


def _entries(frame: Frame, span: Span) -> tuple[Entry, ...]:
    rows = list_own_deadlines(
        frame.session,
        frame.actor,
        frame.office.profile.rules,
        frame.today,
        span,
        MOST_SHOWN + 1,
    )
    return tuple(Entry(row, due_of(row.due_at, frame.now)) for row in rows)


def _days(
    month: Month, calendar: Calendar, entries: tuple[Entry, ...], today: date
) -> Iterable[CalendarDay]:
    for number in range(month.last_on.day):
        on = month.first_on + timedelta(days=number)
        day = explain(on, calendar)
        kind = DayKind.WORKING if day.is_working else DayKind.OFF
        if day.source is DaySource.MAKE_UP:
            kind = DayKind.MAKE_UP
        named = day.source not in (DaySource.WEEKEND, DaySource.ORDINARY)
        yield CalendarDay(
            on,
            kind,
            day.reason if named else "",
            on == today,
            tuple(entry for entry in entries if entry.row.due_on == on),
        )
