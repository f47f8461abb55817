"""The two handovers on screen: the board per receiver, and one handover with its reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.clock import local_date
from services.frame import Frame
from services.queries.handovers import (
    HandoverLine,
    HandoverPage,
    OwedProgress,
    get_handover,
    list_handovers,
    list_owed_progress,
)
from services.queries.months import Month
from web.views.due import Due, due_of
from workflows.deadlines import DeadlineRule, last_day
from workflows.handovers import NoteKind, find_noting_post


@dataclass(frozen=True)
class BoardLine:
    """A handover with how its receipt stands. `due`: None once acknowledged."""

    row: HandoverLine
    due: Due | None
    days_late: int


@dataclass(frozen=True)
class ReceiverLine:
    """What one receiver has: in all, waiting, waiting late, acknowledged late, days late in all."""

    receiver_id: int
    name: str
    total: int
    waiting: int
    waiting_late: int
    acknowledged_late: int
    days_late: int


@dataclass(frozen=True)
class BoardView:
    """Receivers, and the handovers of the one that was chosen."""

    receivers: tuple[ReceiverLine, ...]
    chosen: ReceiverLine | None
    lines: tuple[BoardLine, ...]
    rule: DeadlineRule


@dataclass(frozen=True)
class HandoverView:
    """One handover. `writes`: whether the visitor may report now."""

    page: HandoverPage
    line: BoardLine
    owed: tuple[OwedProgress, ...]
    periods: tuple[Month, ...]
    writes: bool
    acknowledges: bool
    rule: DeadlineRule
    progress_rule: DeadlineRule
    today: date

    @property
    def due_on(self) -> date | None:
        """The last day on which it could be acknowledged in time."""
        return last_day(self.page.line.due_at) if self.page.line.due_at else None

    @property
    def reports_progress(self) -> bool:
        """Whether the receiver reports each month."""
        return self.page.line.note_kind is NoteKind.PROGRESS


def board_view(frame: Frame, receiver: str) -> BoardView:
    """The board, narrowed to a receiver where one was chosen."""
    lines = [_line(frame, row) for row in list_handovers(frame.session, frame.actor)]
    receivers = tuple(_receivers(lines))
    chosen = next((one for one in receivers if str(one.receiver_id) == receiver), None)
    shown = [line for line in lines if chosen is None or line.row.receiver_id == chosen.receiver_id]
    return BoardView(receivers, chosen, tuple(shown), _rule(frame))


def handover_view(frame: Frame, handover_id: int) -> HandoverView:
    """One handover as the visitor sees it."""
    office = frame.office
    page = get_handover(frame.session, frame.actor, handover_id)
    row = page.line
    post = find_noting_post(frame.actor, row.receiver_id)
    owed = list_owed_progress(page, office.profile, frame.today, office.calendar)
    return HandoverView(
        page=page,
        line=_line(frame, row),
        owed=owed,
        periods=_periods(row, frame.today),
        writes=post is not None and row.acknowledged_at is not None and not row.case_is_over,
        acknowledges=post is not None and row.waits,
        rule=_rule(frame),
        progress_rule=office.profile.rules["monthly_return"],
        today=frame.today,
    )


def _rule(frame: Frame) -> DeadlineRule:
    return frame.office.profile.rules["acknowledge_handover"]


def _periods(row: HandoverLine, today: date) -> tuple[Month, ...]:
    """From this month back to the one of the handover."""
    if row.note_kind is not NoteKind.PROGRESS:
        return ()
    first, periods = Month.of(local_date(row.handed_over_at)), [Month.of(today)]
    while periods[-1] > first:
        periods.append(periods[-1].before())
    return tuple(periods)


def _line(frame: Frame, row: HandoverLine) -> BoardLine:
    due = due_of(row.due_at, frame.now) if row.waits else None
    return BoardLine(row, due, row.days_late(frame.now))


def _receivers(lines: Iterable[BoardLine]) -> Iterable[ReceiverLine]:
    """Those with the most late ones first."""
    grouped: dict[int, list[BoardLine]] = {}
    for line in lines:
        grouped.setdefault(line.row.receiver_id, []).append(line)
    found = [
        ReceiverLine(
            receiver_id=receiver_id,
            name=own[0].row.receiver_name,
            total=len(own),
            waiting=sum(one.row.waits for one in own),
            waiting_late=sum(one.row.waits and one.days_late > 0 for one in own),
            acknowledged_late=sum(
                one.row.acknowledged_at is not None and one.days_late > 0 for one in own
            ),
            days_late=sum(one.days_late for one in own),
        )
        for receiver_id, own in grouped.items()
    ]
    return sorted(found, key=lambda one: (-one.waiting_late, -one.days_late, one.receiver_id))
