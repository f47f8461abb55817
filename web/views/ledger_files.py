"""The ledger as a file: what goes out, the template, and rows that are handed back."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from services.clock import local_date
from services.operations.case_import import RowReport
from services.operations.row_judgement import own_key
from services.queries.concerns import Concern
from services.queries.ledger_sheet import LedgerSheet, SheetCase
from services.reference.divisions import divisions, divisions_below
from services.reference.sectors import sectors
from services.workbook.columns import ledger_columns, problem_heading
from services.workbook.rows import SourceRow
from services.workbook.xlsx import FORMULA_STARTS, Cell, Kind, Sheet, SheetColumn, write
from web.labels import label_of, local_time
from web.labels.ledger_files import (
    ASKED_NAMES,
    CRITERION_SAID,
    ERROR_HEAD,
    EXPORT_CAPPED,
    EXPORT_HEAD,
    GUIDE_HEADINGS,
    GUIDE_SHEET,
    LEDGER_SHEET,
    LEDGER_TITLE,
    NOT_FILTERED,
    OVERDUE_ONLY,
    PROGRESS_SAID,
    TEMPLATE_HEAD,
    row_problem,
)
from web.views.ledger import Wanted, division_name, late_rule_name, sector_name
from workflows.deadlines import DeadlineRule
from workflows.vocabulary import Affiliation, CaseEnding, Phase

_PROBLEM_COLUMN = SheetColumn(problem_heading(), Kind.PROSE, 60)


def exported_workbook(found: LedgerSheet, asked: str, person: str, now: datetime) -> bytes:
    """The cases as an Excel file with a head that says what it is."""
    rows = (_cells(number, case) for number, case in enumerate(found.cases, start=1))
    head = (LEDGER_TITLE, head_line(found, asked, person, now))
    return write([Sheet(LEDGER_SHEET, head, _columns(), rows)], person)


def exported_csv(found: LedgerSheet) -> bytes:
    """The cases as comma-separated text that Excel opens: UTF-8 with its mark, no formulas."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(column.heading for column in ledger_columns().values())
    for number, case in enumerate(found.cases, start=1):
        writer.writerow(_csv_text(cell) for cell in _cells(number, case))
    if found.total > len(found.cases):
        writer.writerow([_capped(found)])
    return target.getvalue().encode("utf-8-sig")


def head_line(found: LedgerSheet, asked: str, person: str, now: datetime) -> str:
    """What was asked for, by whom and when, and how many cases there are."""
    said = EXPORT_HEAD.format(
        asked=asked, person=person, at=local_time(now), count=len(found.cases)
    )
    return said + (_capped(found) if found.total > len(found.cases) else "")


def asked_in_words(wanted: Wanted, rules: Mapping[str, DeadlineRule]) -> str:
    """The filter of the page, as a person would say it."""
    values = {
        "text": wanted.text,
        "phase": label_of(Phase(wanted.phase)) if wanted.phase else "",
        "sector": sector_name(wanted.sector) if wanted.sector else "",
        "division": division_name(wanted.division) if wanted.division else "",
        "affiliation": label_of(Affiliation(wanted.affiliation)) if wanted.affiliation else "",
        "concern": label_of(Concern(wanted.concern)) if wanted.concern else "",
        "late": late_rule_name(wanted, rules),
    }
    said = [f"{ASKED_NAMES[name]}“{value}”" for name, value in values.items() if value]
    if wanted.overdue:
        said.append(OVERDUE_ONLY)
    return "，".join(said) or NOT_FILTERED


def template_workbook(person: str) -> bytes:
    """An empty ledger, and a second sheet that explains each column and what it may hold."""
    guide = tuple(
        SheetColumn(heading, Kind.PROSE, width)
        for heading, width in zip(GUIDE_HEADINGS, (26, 70, 60), strict=True)
    )
    rows = [
        (column.heading, column.note, "、".join(_choices(key)))
        for key, column in ledger_columns().items()
    ]
    empty = Sheet(LEDGER_SHEET, (LEDGER_TITLE, TEMPLATE_HEAD), _columns(), ())
    return write([empty, Sheet(GUIDE_SHEET, (GUIDE_SHEET,), guide, rows)], person)


def refused_workbook(rows: Sequence[SourceRow], refused: Sequence[RowReport], person: str) -> bytes:
    """The refused rows as they were handed in, each with what is to be mended."""
    by_number = {row.number: row for row in rows}
    columns = (*_columns(), _PROBLEM_COLUMN)
    lines = (
        (*_handed_back(by_number[report.row]), "；".join(problems_said(report)))
        for report in refused
    )
    return write([Sheet(LEDGER_SHEET, (LEDGER_TITLE, ERROR_HEAD), columns, lines)], person)


def problems_said(report: RowReport) -> tuple[str, ...]:
    """What is to be mended in a row, each with its column."""
    return tuple(row_problem(name, code) for name, code in report.problems.items())


def _columns() -> tuple[SheetColumn, ...]:
    return tuple(
        SheetColumn(column.heading, column.kind, column.width, _choices(key))
        for key, column in ledger_columns().items()
    )


def _choices(key: str) -> tuple[str, ...]:
    if key == "sector":
        return tuple(sector.name for sector in sectors().values())
    if key == "division":
        whole = {division.parent_code for division in divisions().values()} & set(divisions())
        return tuple(part.name for code in sorted(whole) for part in divisions_below(code))
    return ()


def _cells(number: int, case: SheetCase) -> list[Cell]:
    values = _values(case)
    return [number if key == "serial" else values[key] for key in ledger_columns()]


def _values(case: SheetCase) -> Mapping[str, Cell]:
    ended_on = local_date(case.ended_at) if case.ended_at else None
    return {
        "case_number": case.case_number,
        "intake_number": case.intake_number,
        "national_number": case.national_number,
        "hazard_name": case.hazard_name,
        "division": division_name(case.division_code),
        "sector": sector_name(case.sector),
        "responsible_party": case.party_name,
        "credit_code": case.credit_code,
        "place": case.place,
        "description": case.description,
        "measures_taken": case.measures_taken,
        "criterion": _criterion(case),
        "clause_key": case.criterion.clause_key if case.criterion else None,
        "found_on": case.found_on,
        "source": label_of(case.source),
        "listing_body": case.listing_body,
        "listing_number": case.listing.number if case.listing else None,
        "listed_on": case.listing.issued_on if case.listing else None,
        "rectification_limit_on": case.rectification_limit_on,
        "rectification_lead": case.rectification_lead,
        "territory": case.territory,
        "department": case.department,
        "phase": _phase(case),
        "round": case.round_number,
        "waiting": "；".join(_waiting(case)),
        "progress": _progress(case),
        "delisting_number": case.delisting.number if case.delisting else None,
        "delisted_on": ended_on if case.ending is CaseEnding.DELISTED else None,
        "ended_on": ended_on,
        "key": own_key(case.import_key),
    }


def _phase(case: SheetCase) -> str:
    left = case.ending not in (None, CaseEnding.DELISTED)
    return label_of(case.ending if left and case.ending else case.phase)


def _criterion(case: SheetCase) -> str | None:
    found = case.criterion
    if found is None:
        return None
    return CRITERION_SAID.format(
        document=found.document,
        document_number=found.document_number,
        article=found.article,
        wording=found.wording,
    )


def _progress(case: SheetCase) -> str | None:
    report = case.progress
    if report is None:
        return None
    on = local_date(report.at).isoformat()
    return PROGRESS_SAID.format(percent=report.percent, text=report.text, on=on)


def _waiting(case: SheetCase) -> Iterator[str]:
    for row in case.waiting:
        holder = f"（{row.holder_name}）" if row.holder_name else ""
        yield f"{label_of(row.step)}{holder}"


def _capped(found: LedgerSheet) -> str:
    return EXPORT_CAPPED.format(total=found.total, count=len(found.cases))


def _csv_text(cell: Cell) -> str:
    if cell is None:
        return ""
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    # An apostrophe is how Excel itself marks a text that must not be calculated.
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA_STARTS) else text


def _handed_back(row: SourceRow) -> list[Cell]:
    return [_as_handed_in(key, row.cells.get(key)) for key in ledger_columns()]


def _as_handed_in(key: str, text: str | None) -> Cell:
    if not text:
        return None
    if ledger_columns()[key].kind is Kind.DATE:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
