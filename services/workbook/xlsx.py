"""Excel files written, and taken apart in a process of its own: the only importer of openpyxl.

Run as a script it reads a file that somebody handed in. It then has an empty environment and
imports nothing of ours: a hostile file can harm that process only. Arguments: most bytes unpacked,
most rows, most columns. The file comes on standard input; the answer is a first line with the
verdict and, when that is `ok`, the visible sheets as JSON.
"""

import io
import json
import resource
import sys
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import openpyxl
from openpyxl.cell import MergedCell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.datavalidation import DataValidation

MEMORY_BYTES = 1536 * 1024 * 1024
PROCESSOR_SECONDS = 60
MOST_PARTS = 500
# Excel takes a text that begins with one of these for a formula when somebody edits the cell.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What can run, or fetch something, when the file is opened.
ACTIVE_PARTS = ("vbaproject", "externallinks/", "activex/", "embeddings/", "ctrlprops/", "macro")
OLD_FORMAT = b"\xd0\xcf\x11\xe0"
# Excel's numbers keep fifteen digits; of a longer code the last ones are lost.
EXACT_NUMBERS = 10**15
DAY_NUMBERS = range(20_000, 80_000)

Cell = str | int | date | None


class Kind(StrEnum):
    """How a column is written: codes never become numbers, dates are real dates."""

    TEXT = "text"
    PROSE = "prose"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class SheetColumn:
    """A heading with the width of its column in characters."""

    heading: str
    kind: Kind
    width: int
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What one sheet holds: lines above the table, headings, rows."""

    name: str
    head: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: Iterable[Sequence[Cell]]


class RefusedError(Exception):
    """The file is not read; the verdict says why."""


# ------------------------------------------------------------------ writing

_THIN = Side(style="thin", color="FF999999")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADING_FILL = PatternFill("solid", fgColor="FFE8EDF3")
_FORMATS = {Kind.CODE: "@", Kind.DATE: "yyyy-mm-dd", Kind.NUMBER: "0"}
_A4, _LONG_LIST = 9, 1000
# Characters that an A4 page across holds at a size that can be read.
_PAGE_WIDTH = 190
_LINE_POINTS, _MOST_LINES = 15, 12


def write(sheets: Sequence[Sheet], author: str) -> bytes:
    """The workbook: every text a text and never a formula, every date a date."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = author
    for sheet in sheets:
        _write_sheet(book, sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.name)
    heading_row = len(sheet.head) + 1
    for at, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(at)].width = column.width
        if column.choices:
            _offer(page, get_column_letter(at), heading_row, column.choices)
    page.freeze_panes = f"A{heading_row + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    across = -(-sum(column.width for column in sheet.columns) // _PAGE_WIDTH)
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = across, 0
    page.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(
        fitToPage=True
    )
    page.print_title_rows = f"{heading_row}:{heading_row}"
    if across > 1:
        page.print_title_cols = "A:B"
    margins = page.page_margins
    margins.left = margins.right = margins.top = 0.4
    page.oddFooter.center.text = "&P / &N"
    for at, text in enumerate(sheet.head):
        page.append([_head_cell(page, text, first=at == 0)])
    page.row_dimensions[heading_row].height = 2 * _LINE_POINTS
    page.append([_heading_cell(page, column.heading) for column in sheet.columns])
    patterns = [_pattern(page, column) for column in sheet.columns]
    for number, row in enumerate(sheet.rows, start=heading_row + 1):
        cells = list(zip(row, sheet.columns, strict=True))
        page.row_dimensions[number].height = _LINE_POINTS * min(_MOST_LINES, _lines(cells))
        page.append(
            [_cell(page, value, pattern) for value, pattern in zip(row, patterns, strict=True)]
        )


def _lines(cells: Sequence[tuple[Cell, SheetColumn]]) -> int:
    """Into how many lines the longest text of a row breaks; Chinese signs take two places."""
    return max(
        sum(-(-max(1, _places(line)) // (column.width - 1)) for line in value.split("\n"))
        if isinstance(value, str) and value
        else 1
        for value, column in cells
    )


def _places(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line)


def _offer(page: Any, letter: str, heading_row: int, choices: tuple[str, ...]) -> None:
    first = heading_row + 1
    quoted = '"' + ",".join(choices) + '"'
    if len(quoted) > 255:  # Excel allows no more in a list of its own
        return
    offer = DataValidation(type="list", formula1=quoted, allow_blank=True)
    offer.add(f"{letter}{first}:{letter}{first + _LONG_LIST}")
    page.data_validations.append(offer)


def _head_cell(page: Any, text: str, *, first: bool) -> Any:
    cell = _text_cell(page, text)
    cell.font = Font(bold=first, size=16 if first else 11)
    return cell


def _heading_cell(page: Any, text: str) -> Any:
    cell = _text_cell(page, text)
    cell.font = Font(bold=True)
    cell.fill, cell.border = _HEADING_FILL, _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _cell(page: Any, value: Cell, pattern: Any) -> Any:
    cell = _text_cell(page, value) if isinstance(value, str) else WriteOnlyCell(page, value)
    quoted = cell.quotePrefix
    # Shared, because a style that is set anew for each cell takes most of the time.
    cell._style = copy(pattern._style)  # noqa: SLF001  # openpyxl offers no other way
    if quoted:
        cell.quotePrefix = True
    return cell


def _pattern(page: Any, column: SheetColumn) -> Any:
    """A cell whose style all cells of a column have."""
    cell = WriteOnlyCell(page)
    if column.kind in _FORMATS:
        cell.number_format = _FORMATS[column.kind]
    cell.border = _BORDER
    centred = column.kind in (Kind.DATE, Kind.NUMBER)
    cell.alignment = Alignment(
        horizontal="center" if centred else "left", vertical="top", wrap_text=True
    )
    return cell


def _text_cell(page: Any, text: str) -> Any:
    plain = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    cell = WriteOnlyCell(page, plain)
    cell.data_type = "s"  # whatever it begins with: a text, never a formula
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


# ------------------------------------------------------------------ reading


def take_apart(content: bytes, most_bytes: int, most_rows: int, most_columns: int) -> Any:
    """The visible sheets: rows with number, whether hidden, and cells as JSON values."""
    if content.startswith(OLD_FORMAT):
        raise RefusedError("old_format")
    _refuse_dangerous(content, most_bytes)
    book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    sheets = []
    for page in book.worksheets:
        if page.sheet_state != "visible":
            continue
        if page.max_row > most_rows:
            raise RefusedError("too_many_rows")
        if page.max_column > most_columns:
            raise RefusedError("too_many_columns")
        sheets.append({"name": page.title, "rows": list(_rows(page, book.epoch))})
    return sheets


def _refuse_dangerous(content: bytes, most_bytes: int) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise RefusedError("broken") from error
    with archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most_bytes:
            raise RefusedError("too_large")
        if any(part.flag_bits & 1 for part in parts):
            raise RefusedError("active_content")
        names = [part.filename.lower() for part in parts]
        if any(word in name for name in names for word in ACTIVE_PARTS):
            raise RefusedError("active_content")
        for part in parts:
            _refuse_entities(archive.read(part))


def _refuse_entities(text: bytes) -> None:
    """No part of a workbook has a document type; one that has wants to fetch or to swell."""
    plain = text.replace(b"\0", b"").lower()  # in UTF-16 every second byte is empty
    if b"<!doctype" in plain or b"<!entity" in plain or b"macroenabled" in plain:
        raise RefusedError("active_content")


def _rows(page: Any, epoch: datetime) -> Iterator[dict[str, Any]]:
    for cells in page.iter_rows():
        values = [_plain(cell, epoch) for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if values:
            number = cells[0].row
            hidden = bool(page.row_dimensions[number].hidden)
            yield {"number": number, "hidden": hidden, "cells": values}


def _plain(cell: Any, epoch: datetime) -> Any:
    """A text, a mark of what the cell is instead, or None when it is empty."""
    if isinstance(cell, MergedCell):
        return {"is": "merged"}
    value = cell.value
    if value is None:
        return None
    match cell.data_type:
        case "f":
            return {"is": "formula"}
        case "e":
            return {"is": "error"}
        case "b":
            return {"is": "truth"}
        case "d":
            return (
                {"is": "date", "text": value.date().isoformat()} if _is_day(value) else str(value)
            )
        case "n":
            return _plain_number(value, epoch)
        case _:
            return str(value)


def _is_day(value: object) -> bool:
    return isinstance(value, datetime)


def _plain_number(value: float, epoch: datetime) -> Any:
    if abs(value) >= EXACT_NUMBERS:
        return {"is": "long_number"}
    text = str(int(value)) if value == int(value) else repr(value)
    number: dict[str, Any] = {"is": "number", "text": text}
    if int(value) in DAY_NUMBERS:
        number["as_date"] = from_excel(value, epoch).date().isoformat()
    return number


def main() -> None:
    """Take one file apart under limits of memory and processor time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    limits = [int(text) for text in sys.argv[1:4]]
    verdict, answer = "ok", b""
    try:
        answer = json.dumps(take_apart(sys.stdin.buffer.read(), *limits)).encode()
    except RefusedError as refusal:
        verdict = str(refusal)
    except MemoryError:
        verdict = "too_large"
    # A parser fed with garbage may raise anything; the file is broken then.
    except Exception:  # noqa: BLE001
        verdict = "broken"
    sys.stdout.buffer.write(verdict.encode() + b"\n" + answer)


if __name__ == "__main__":
    main()
