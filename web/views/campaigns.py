"""Task lists on screen: the board with its filters, the chart over time, one task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.frame import Frame
from services.queries.campaigns import (
    Board,
    TaskPage,
    TaskRow,
    get_board,
    get_task_page,
    list_boards,
    list_possible_owners,
)
from services.queries.ledger import LedgerFilter, count_matching, count_phases
from web.views.campaign_chart import Chart, draw_chart
from workflows.campaigns import (
    COMMITTEE,
    CampaignRefusedError,
    TaskState,
    find_reporting_post,
)
from workflows.vocabulary import Phase


@dataclass(frozen=True)
class Wanted:
    """What the reader narrowed the board to."""

    unit: str = ""
    state: str = ""
    overdue: bool = False

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Wanted":
        """From the address; what does not exist is left out."""
        state = args.get("state", "")
        return cls(
            unit=args.get("unit", "").strip()[:60],
            state=state if state in set(TaskState) else "",
            overdue=args.get("overdue") == "1",
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything at all was asked for."""
        return bool(self.unit or self.state or self.overdue)

    def admits(self, task: TaskRow, today: date) -> bool:
        """Whether the task is among those asked for."""
        return (
            (self.unit in task.units_text or self.unit in task.owner_name)
            and (not self.state or task.state == self.state)
            and (not self.overdue or task.is_overdue(today))
        )


@dataclass(frozen=True)
class TaskLine:
    """A task with how its day stands. `days_left`: None where no day is waited for."""

    row: TaskRow
    days_left: int | None
    is_overdue: bool


@dataclass(frozen=True)
class CaseCounts:
    """What the ledger says of the cases that the reader may see."""

    total: int
    overdue: int
    phases: Mapping[Phase, int]


@dataclass(frozen=True)
class BoardView:
    """The board as the reader asked for it."""

    board: Board
    wanted: Wanted
    lines: tuple[TaskLine, ...]
    overdue: int
    counts: CaseCounts | None
    chart: Chart | None
    states: Sequence[TaskState]
    now: datetime


@dataclass(frozen=True)
class ListLine:
    """A list among all lists."""

    board: Board
    dated: int
    overdue: int


@dataclass(frozen=True)
class TaskView:
    """One task, with what the visitor may do. `refusal`: why no report is taken from them."""

    page: TaskPage
    line: TaskLine
    refusal: CampaignRefusedError | None
    may_assign: bool
    owners: Mapping[int, str]
    counts: CaseCounts | None


def lists_view(frame: Frame) -> tuple[ListLine, ...]:
    """All lists with how far they are."""
    return tuple(
        ListLine(
            board,
            sum(task.due_on is not None for task in board.tasks),
            board.count_overdue(frame.today),
        )
        for board in list_boards(frame.session)
    )


def board_view(frame: Frame, key: str, wanted: Wanted) -> BoardView:
    """The board of one list, narrowed."""
    board, today = get_board(frame.session, key), frame.today
    rows = [task for task in board.tasks if wanted.admits(task, today)]
    counted = any(task.counts_cases for task in rows)
    return BoardView(
        board=board,
        wanted=wanted,
        lines=tuple(_line(task, today) for task in rows),
        overdue=board.count_overdue(today),
        counts=_counts(frame) if counted else None,
        chart=draw_chart(rows, board.issued_on, today),
        states=tuple(TaskState),
        now=frame.now,
    )


def task_view(frame: Frame, key: str, number: int) -> TaskView:
    """One task of a list."""
    page = get_task_page(frame.session, key, number)
    may_assign = any(post.role in COMMITTEE for post in frame.actor.posts)
    return TaskView(
        page=page,
        line=_line(page.task, frame.today),
        refusal=_refusal(frame, page.task),
        may_assign=may_assign,
        owners=list_possible_owners(frame.session) if may_assign else {},
        counts=_counts(frame) if page.task.counts_cases else None,
    )


def _refusal(frame: Frame, task: TaskRow) -> CampaignRefusedError | None:
    if task.counts_cases:
        return CampaignRefusedError(reason="counted")
    if find_reporting_post(frame.actor, task.owner_id) is None:
        return CampaignRefusedError(reason="not_owner")
    return None


def _counts(frame: Frame) -> CaseCounts:
    overdue = LedgerFilter(overdue_at=frame.now)
    total, late = count_matching(frame.session, frame.actor, [LedgerFilter(), overdue])
    found = count_phases(frame.session, frame.actor, LedgerFilter())
    return CaseCounts(total, late, {phase: found[phase] for phase in Phase if phase in found})


def _line(task: TaskRow, today: date) -> TaskLine:
    waits = task.due_on is not None and task.state not in (TaskState.DONE, None)
    left = (task.due_on - today).days if task.due_on and waits else None
    return TaskLine(task, left, task.is_overdue(today))
