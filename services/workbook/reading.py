"""A ledger that was handed in as an Excel file: checked, taken apart, and turned into rows."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from services.reference.divisions import divisions
from services.reference.sectors import sectors
from services.workbook import xlsx
from services.workbook.columns import LedgerColumn, Use, ledger_columns, problem_heading
from services.workbook.rows import SheetContent, SourceRow, WorkbookRefusedError
from services.workbook.xlsx import Kind

SUFFIX = ".xlsx"
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED_BYTES = 64 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 100
WALL_SECONDS = 90
# The headings may stand below a title and a few lines.
HEADING_WITHIN = 20
_NEEDED = ("hazard_name", "responsible_party", "sector", "division")
# Their characters are known to be narrow ones; a number of another office stays as it was written.
_FOLDED_CODES = frozenset(
    {"case_number", "intake_number", "national_number", "credit_code", "clause_key"}
)
_MARKS = {
    "formula": "formula",
    "error": "cell_error",
    "truth": "not_text",
    "merged": "merged",
    "long_number": "digits_lost",
}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(r"[ T]00:00(:00)?$")

RawRow = Mapping[str, Any]


def read_workbook(content: bytes) -> SheetContent:
    """The rows of the one ledger in the file; WorkbookRefusedError when there is none."""
    if len(content) > MOST_BYTES:
        raise WorkbookRefusedError(problem="too_large")
    found = [
        (rows, at)
        for sheet in _taken_apart(content)
        if (at := _heading_at(rows := sheet["rows"])) is not None
    ]
    if not found:
        raise WorkbookRefusedError(problem="no_headings")
    if len(found) > 1:
        raise WorkbookRefusedError(problem="several_ledgers")
    rows, at = found[0]
    keys, unknown = _keys_of(rows[at])
    read = tuple(_row(row, keys) for row in rows[at + 1 :] if _says_something(row, keys))
    if len(read) > MOST_ROWS:
        raise WorkbookRefusedError(problem="too_many_rows")
    if not read:
        raise WorkbookRefusedError(problem="no_rows")
    return SheetContent(read, unknown)


def _taken_apart(content: bytes) -> list[Mapping[str, Any]]:
    limits = (MOST_UNPACKED_BYTES, MOST_ROWS + HEADING_WITHIN, MOST_COLUMNS)
    try:
        done = subprocess.run(  # noqa: S603  # our interpreter, our script
            [sys.executable, "-s", "-P", str(Path(xlsx.__file__)), *map(str, limits)],
            input=content,
            capture_output=True,
            check=False,
            timeout=WALL_SECONDS,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise WorkbookRefusedError(problem="too_large") from error
    verdict, _, answer = done.stdout.partition(b"\n")
    if verdict != b"ok":
        # No verdict: the process reached its limit of memory or processor time.
        raise WorkbookRefusedError(problem=verdict.decode() or "too_large")
    sheets: list[Mapping[str, Any]] = json.loads(answer)
    return sheets


def _heading_at(rows: Sequence[RawRow]) -> int | None:
    """Where the row of headings stands: the first that names hazard and party."""
    wanted = {_folded(ledger_columns()[key].heading) for key in _NEEDED[:2]}
    for at, row in enumerate(rows[:HEADING_WITHIN]):
        if wanted <= {_folded(text) for text in row["cells"] if isinstance(text, str)}:
            return at
    return None


def _keys_of(heading: RawRow) -> tuple[list[str | None], tuple[str, ...]]:
    """The key of each column of the sheet, and the headings that are not ours."""
    by_heading = {_folded(column.heading): key for key, column in ledger_columns().items()}
    texts = [text if isinstance(text, str) else "" for text in heading["cells"]]
    keys = [by_heading.get(_folded(text)) for text in texts]
    known = [key for key in keys if key]
    twice = next((key for key in known if known.count(key) > 1), None)
    if twice is not None:
        raise WorkbookRefusedError(problem="heading_twice", what=ledger_columns()[twice].heading)
    missing = [ledger_columns()[key].heading for key in _NEEDED if key not in known]
    if missing:
        raise WorkbookRefusedError(problem="heading_missing", what="、".join(missing))
    unknown = [
        text.strip()
        for text, key in zip(texts, keys, strict=True)
        if text.strip() and not key and _folded(text) != problem_heading()
    ]
    return keys, tuple(unknown)


def _folded(text: str) -> str:
    """A heading without what differs between hands: width, blanks, breaks, marks of duty."""
    plain = re.sub(r"\s+|[*:]", "", unicodedata.normalize("NFKC", text))
    return plain.removesuffix("(必填)")


def _says_something(row: RawRow, keys: Sequence[str | None]) -> bool:
    """Whether a row holds more than its serial number; a template's empty rows do not."""
    named = zip(row["cells"], keys, strict=False)
    return any(
        not isinstance(cell, str) or _stripped(cell)
        for cell, key in named
        if cell is not None and key not in (None, "serial")
    )


def _row(row: RawRow, keys: Sequence[str | None]) -> SourceRow:
    values: dict[str, str] = {}
    problems: dict[str, str] = {"row": "hidden"} if row["hidden"] else {}
    cells: dict[str, str] = {}
    for cell, key in zip(row["cells"], keys, strict=False):
        if key is None or cell is None:
            continue
        column = ledger_columns()[key]
        cells[key] = _as_it_stood(cell)
        if column.use is Use.NONE:
            continue
        if isinstance(cell, Mapping) and cell["is"] in _MARKS:
            problems[key] = _MARKS[cell["is"]]
        elif text := _text_of(cell, column):
            values[key] = _named(key, text)
    return SourceRow(row["number"], values, problems, cells)


def _text_of(cell: Any, column: LedgerColumn) -> str:
    """The cell as a text; a date in the form 2026-03-01 wherever it can be read as one."""
    if column.kind is Kind.DATE:
        return _day_of(cell)
    text = cell if isinstance(cell, str) else str(cell["text"])
    text = _stripped(text)
    if column.key in _FOLDED_CODES:
        return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return text


def _day_of(cell: Any) -> str:
    if isinstance(cell, Mapping) and cell["is"] == "date":
        return str(cell["text"])
    if isinstance(cell, Mapping) and "as_date" in cell:
        return str(cell["as_date"])
    text = cell if isinstance(cell, str) else str(cell["text"])
    plain = _MIDNIGHT.sub("", _stripped(unicodedata.normalize("NFKC", text)))
    found = _DATE.fullmatch(plain.replace(" ", "")) or _EIGHT_DIGITS.fullmatch(plain)
    if found is None:
        return plain
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return plain


def _as_it_stood(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    return str(cell.get("text", ""))


def _named(key: str, text: str) -> str:
    """Sectors and divisions are written by name; a code that is one stays."""
    match key:
        case "sector":
            return _by_name(text, {name: item.name for name, item in sectors().items()})
        case "division":
            return _by_name(text, {code: item.name for code, item in divisions().items()})
        case "credit_code":
            return text.upper()
        case _:
            return text


def _by_name(text: str, names: Mapping[str, str]) -> str:
    wanted = _folded(text)
    return next((key for key, name in names.items() if _folded(name) == wanted), text)


def _stripped(text: str) -> str:
    """Without blanks of any width, byte-order marks and zero-width signs at either end."""
    return text.replace("\r\n", "\n").strip(" \t\n\r\v\f\u00a0\u3000\u200b\u200c\u200d\ufeff")
