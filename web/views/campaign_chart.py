"""The chart of a task list: each dated task from the notice to its day, over the months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.queries.campaigns import TaskRow
from services.queries.months import Month
from workflows.campaigns import TaskState

# In the chart's own units: names on the left, then the months, then how each task stands.
NAMES, MONTHS, ENDS, ROW, HEAD = 330, 620, 130, 26, 34
NAME_CHARACTERS = 20


@dataclass(frozen=True)
class Bar:
    """A dated task. `state` is None where the ledger says how far it is."""

    number: int
    name: str
    y: int
    width: int
    state: TaskState | None
    is_overdue: bool
    due_on: date


@dataclass(frozen=True)
class Tick:
    """Where a month begins."""

    x: int
    name: str


@dataclass(frozen=True)
class Chart:
    """The dated tasks over the months; `today_x` where today is one of the days shown."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    begin_x: int
    today_x: int | None
    end_x: int
    width: int
    height: int


@dataclass(frozen=True)
class _Scale:
    """From days to places, over whole months."""

    first: Month
    last: Month

    def place(self, day: date) -> int:
        days = (self.last.last_on - self.first.first_on).days + 1
        return NAMES + (day - self.first.first_on).days * MONTHS // days

    def shows(self, day: date) -> bool:
        return self.first.first_on <= day <= self.last.last_on

    def ticks(self) -> Iterator[Tick]:
        month = self.first
        while month <= self.last:
            yield Tick(self.place(month.first_on), self._name(month))
            month = month.after()

    def _name(self, month: Month) -> str:
        with_year = month == self.first or month.number == 1
        return f"{month.year}.{month.number}" if with_year else f"{month.number}月"


def draw_chart(tasks: Sequence[TaskRow], issued_on: date, today: date) -> Chart | None:
    """The chart of these tasks; None where none of them has a day."""
    dated = [(task, task.due_on) for task in tasks if task.due_on is not None]
    if not dated:
        return None
    scale = _Scale(Month.of(issued_on), Month.of(max(due_on for _, due_on in dated)))
    begin = scale.place(issued_on)
    return Chart(
        bars=tuple(
            Bar(
                number=task.number,
                name=_shortened(task.text),
                y=HEAD + place * ROW,
                width=max(4, scale.place(due_on) - begin),
                state=task.state,
                is_overdue=task.is_overdue(today),
                due_on=due_on,
            )
            for place, (task, due_on) in enumerate(dated)
        ),
        ticks=tuple(scale.ticks()),
        begin_x=begin,
        today_x=scale.place(today) if scale.shows(today) else None,
        end_x=NAMES + MONTHS,
        width=NAMES + MONTHS + ENDS,
        height=HEAD + len(dated) * ROW,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= NAME_CHARACTERS else text[:NAME_CHARACTERS] + "…"
