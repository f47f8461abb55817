"""The published cases as open data: one list of columns for both files and for their dictionary."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.clock import LOCAL_ZONE
from services.queries.public.cases import PublicCaseRow
from services.workbook.xlsx import FORMULA_STARTS
from web.labels import label_of
from web.labels.public import DATA_COLUMNS, DATA_NOTES, site_name
from web.views.ledger import division_name, sector_name
from web.views.public import ending_said
from web.views.public_links import whole_link

CSV_TYPE, JSON_TYPE = "text/csv; charset=utf-8", "application/json; charset=utf-8"
MOST_CASES = 50_000
Value = str | int | None


@dataclass(frozen=True)
class Column:
    """A column: its name in the files, what it is called, of what kind it is, and what it holds."""

    name: str
    title: str
    kind: str
    note: str


def data_columns() -> tuple[Column, ...]:
    """The dictionary of columns."""
    return tuple(
        Column(name, DATA_COLUMNS[name], _KINDS.get(name, "text"), DATA_NOTES.get(name, ""))
        for name in _VALUES
    )


def cases_csv(rows: Sequence[PublicCaseRow], today: date) -> bytes:
    """Comma-separated, UTF-8 with its mark, so that Excel opens it; nothing in it calculates."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(_VALUES)
    for row in rows:
        writer.writerow(_harmless(take(row, today)) for take in _VALUES.values())
    return target.getvalue().encode("utf-8-sig")


def cases_json(rows: Sequence[PublicCaseRow], place: str, now: datetime, today: date) -> bytes:
    """The same, with the dictionary of columns in it."""
    found = {
        "title": site_name(place),
        "generated_at": _moment(now),
        "columns": [vars(column) for column in data_columns()],
        "rows": [{name: take(row, today) for name, take in _VALUES.items()} for row in rows],
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _harmless(value: Value) -> Value:
    """An apostrophe is how Excel itself marks a text that must not be calculated."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime) -> str:
    return at.astimezone(LOCAL_ZONE).isoformat(timespec="seconds")


def _page(row: PublicCaseRow) -> str:
    return whole_link("public.show_case", public_id=row.public_id)


_KINDS = {
    "public_id": "integer",
    **dict.fromkeys(("listed_on", "limit_on", "delisted_on"), "date"),
    **dict.fromkeys(("published_at", "changed_at"), "datetime"),
    "page": "uri",
}
_VALUES: dict[str, Callable[[PublicCaseRow, date], Value]] = {
    "public_id": lambda row, _: row.public_id,
    "page": lambda row, _: _page(row),
    "exposure": lambda row, _: row.exposure.value,
    "case_number": lambda row, _: row.case_number or None,
    "notice_number": lambda row, _: row.notice_number or None,
    "title": lambda row, _: row.title,
    "party_name": lambda row, _: row.party_name or None,
    "sector": lambda row, _: row.sector,
    "sector_name": lambda row, _: sector_name(row.sector),
    "division_code": lambda row, _: row.division_code,
    "division_name": lambda row, _: division_name(row.division_code),
    "place": lambda row, _: row.place or None,
    "listing_body_name": lambda row, _: row.listing_body_name,
    "department_name": lambda row, _: row.department_name or None,
    "basis": lambda row, _: row.basis or None,
    "listed_on": lambda row, _: _day(row.listed_on),
    "limit_on": lambda row, _: _day(row.limit_on),
    "delisted_on": lambda row, _: _day(row.delisted_on),
    "ending": lambda row, _: ending_said(row.ending) or None,
    "status": lambda row, today: row.status(today).value,
    "status_name": lambda row, today: label_of(row.status(today)),
    "summary": lambda row, _: row.summary or None,
    "progress": lambda row, _: row.progress or None,
    "result": lambda row, _: row.result or None,
    "published_at": lambda row, _: _moment(row.published_at),
    "changed_at": lambda row, _: _moment(row.changed_at),
}
