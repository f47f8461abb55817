"""The task lists of the source notices: each task with its units, its deadline and its origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.tables import Table, read_json

FOLDER = Path(__file__).parent / "campaigns"


@dataclass(frozen=True)
class ListedTask:
    """One task as the notice words it. `units_text` is the cell as printed, `units` its units.

    `due_on` and `standing` are read from `deadline_text`: a day, standing work (长期坚持), both, or
    neither. `frequencies` are the intervals that the text itself names, such as 每季度.
    """

    number: int
    heading: str
    text: str
    units_text: str
    units: tuple[str, ...]
    deadline_text: str
    due_on: date | None
    standing: bool
    frequencies: tuple[str, ...]
    progress: str
    note: str


@dataclass(frozen=True)
class TaskList:
    """The list of one document. `certainty` says what was read into it, and how surely.

    `document_number` is None where the text at hand does not show it. `case_loop_item` is the task
    that is the supervision of listed hazards itself.
    """

    key: str
    title: str
    short_title: str
    document: str
    document_number: str | None
    issued_by: str
    issued_on: date
    division_code: str
    certainty: str
    case_loop_item: int | None
    tasks: tuple[ListedTask, ...]


@cache
def task_lists() -> Mapping[str, TaskList]:
    """Return all lists by key."""
    return MappingProxyType(
        {file.stem: read_task_list(file) for file in sorted(FOLDER.glob("*.json"))}
    )


def read_task_list(file: Path) -> TaskList:
    """Read and check a file of tasks; its key is the name of the file."""
    whole = read_json(file)
    issued_on = _day(whole, "issued_on")
    tasks = tuple(_task(row, issued_on) for row in whole.tables("tasks", "number"))
    numbers = [task.number for task in tasks]
    if numbers != list(range(1, len(tasks) + 1)):
        raise whole.error("tasks are not numbered from 1 without a gap")
    if len(tasks) != whole.get("count", int):
        raise whole.error(f"`count` is {whole.get('count', int)}, tasks are {len(tasks)}")
    loop = whole.get("case_loop_item", int) if "case_loop_item" in whole.values else None
    if loop is not None and loop not in numbers:
        raise whole.error(f"`case_loop_item` names no task: {loop}")
    return TaskList(
        key=file.stem,
        title=whole.text("title"),
        short_title=whole.text("short_title"),
        document=whole.text("document"),
        document_number=whole.find_text("number"),
        issued_by=whole.text("issued_by"),
        issued_on=issued_on,
        division_code=whole.text("division_code"),
        certainty=whole.text("certainty"),
        case_loop_item=loop,
        tasks=tasks,
    )


def _task(row: Table, issued_on: date) -> ListedTask:
    task = ListedTask(
        number=row.get("number", int),
        heading=row.text("heading"),
        text=row.text("text"),
        units_text=row.text("units_text", ""),
        units=row.texts("units"),
        deadline_text=row.text("deadline_text", ""),
        due_on=row.find_date("due_on"),
        standing=row.get("standing", bool),
        frequencies=row.texts("frequencies"),
        progress=row.text("progress", ""),
        note=row.text("note", ""),
    )
    if bool(task.units) != bool(task.units_text):
        raise row.error("`units` and `units_text` are both given or both empty")
    if (task.due_on is not None or task.standing) != bool(task.deadline_text):
        raise row.error("`deadline_text` is given exactly where there is a deadline")
    if task.due_on is not None and task.due_on < issued_on:
        raise row.error(f"`due_on` lies before the document: {task.due_on}")
    return task


def _day(table: Table, field: str) -> date:
    found = table.find_date(field)
    if found is None:
        raise table.error(f"`{field}` is missing")
    return found
