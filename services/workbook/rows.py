"""One row of a file that cases are imported from, whatever kind of file it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.errors import RuleError


@dataclass(frozen=True)
class SourceRow:
    """A row: its number in the file, what it says by column, and cells that cannot be read.

    `cells` is the row as it stood, to hand it back with its problems.
    """

    number: int
    values: Any
    problems: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetContent:
    """The rows of a ledger, and headings of the sheet that no column of ours bears."""

    rows: tuple[SourceRow, ...]
    unknown_headings: tuple[str, ...]


class WorkbookRefusedError(RuleError):
    """The file as a whole is not read. `detail["problem"]` says why, `detail["what"]` where."""

    code = "workbook_refused"
