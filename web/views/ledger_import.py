"""The page of a ledger that was handed in: what was found row by row, and what can be done."""

from dataclasses import dataclass
from datetime import datetime

from services.operations.case_import import RowReport, RowResult
from services.operations.ledger_files import KeptImport
from web.labels.ledger_files import CHECK_RESULTS, RESULTS, ROW_NOTES, column_name, differing
from web.views.ledger_files import problems_said

# More rows than this are in the error file, or need no attention.
MOST_LINES = 200
_KINDS = {
    RowResult.IMPORTED: "done",
    RowResult.NUMBER_ADDED: "done",
    RowResult.UNCHANGED: "calm",
    RowResult.REFUSED: "overdue",
}


@dataclass(frozen=True)
class ImportLine:
    """One row of the file with what was found."""

    row: RowReport
    result: str
    kind: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    missing: str


@dataclass(frozen=True)
class ImportView:
    """The report on one file."""

    kept: KeptImport
    counts: tuple[tuple[str, str, int], ...]
    refused: tuple[ImportLine, ...]
    others: tuple[ImportLine, ...]
    left_off: int
    to_import: int

    @property
    def imported_at(self) -> datetime | None:
        """When it was imported; until then the report is that of the check."""
        return self.kept.imported_at


def import_view(kept: KeptImport) -> ImportView:
    """Refused rows first, then those with something to say, then the rest, up to a limit."""
    words = RESULTS if kept.imported_at else CHECK_RESULTS
    lines = [_line(row, words[row.result]) for row in kept.reports]
    refused = [line for line in lines if line.row.result is RowResult.REFUSED]
    others = [line for line in lines if line.row.result is not RowResult.REFUSED]
    others.sort(key=lambda line: (not (line.notes or line.row.differs), line.row.row))
    shown = refused[:MOST_LINES], others[: max(0, MOST_LINES - len(refused))]
    return ImportView(
        kept=kept,
        counts=tuple((words[result], _KINDS[result], kept.count(result)) for result in RowResult),
        refused=tuple(shown[0]),
        others=tuple(shown[1]),
        left_off=len(lines) - len(shown[0]) - len(shown[1]),
        to_import=kept.count(RowResult.IMPORTED) + kept.count(RowResult.NUMBER_ADDED),
    )


def _line(row: RowReport, result: str) -> ImportLine:
    said = [ROW_NOTES[note] for note in row.notes]
    if row.differs:
        said.append(differing(row.differs))
    missing = "、".join(column_name(name) for name in row.missing)
    return ImportLine(row, result, _KINDS[row.result], problems_said(row), tuple(said), missing)
