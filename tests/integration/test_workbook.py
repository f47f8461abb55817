"""Reading what offices hand in, refusing what is no ledger, and writing nothing that runs."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from services.workbook.columns import ledger_columns
from services.workbook.reading import read_workbook
from services.workbook.rows import WorkbookRefusedError
from services.workbook.xlsx import Kind, Sheet, SheetColumn, write
from tests.ledgers import HEADINGS, credit_code, saved, sheet_of

ROW: dict[str, Any] = {
    "hazard_name": "皮带老化",
    "division": "朔城区",
    "sector": "煤矿",
    "responsible_party": "示例煤业",
}


def values_of(**changes: Any) -> Any:
    (row,) = read_workbook(sheet_of([{**ROW, **changes}])).rows
    return row.values


def problems_of(**changes: Any) -> Any:
    (row,) = read_workbook(sheet_of([{**ROW, **changes}])).rows
    return dict(row.problems)


def refusal(content: bytes) -> str:
    with pytest.raises(WorkbookRefusedError) as refused:
        read_workbook(content)
    return str(refused.value.detail["problem"])


DATES: tuple[Any, ...] = (
    date(2026, 3, 1),
    datetime.fromisoformat("2026-03-01T09:30"),
    "2026-03-01",
    "2026/3/1",
    "2026.3.1",
    "2026年3月1日",
    " ２０２６年３月１日\u3000",
    "20260301",
    20260301,
    46082,
    "2026-03-01 00:00:00",
)


def test_a_date_is_read_however_it_was_written() -> None:
    rows = read_workbook(sheet_of([{**ROW, "found_on": written} for written in DATES])).rows
    assert [row.values["found_on"] for row in rows] == ["2026-03-01"] * len(DATES)


def test_a_serial_number_counts_from_the_year_of_its_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_of([{**ROW, "found_on": 46082 - 1462}])))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    (row,) = read_workbook(saved(book)).rows
    assert row.values["found_on"] == "2026-03-01"


def test_what_is_no_date_stays_as_it_was_written() -> None:
    assert values_of(found_on="去年冬天")["found_on"] == "去年冬天"
    assert values_of(found_on="2026-02-30")["found_on"] == "2026-02-30"


READ: tuple[tuple[str, Any, str | None], ...] = (
    ("hazard_name", "\u3000皮带老化\n ", "皮带老化"),
    ("sector", "煤矿\u00a0", "coal_mine"),
    ("sector", "非煤矿山(金属非金属矿山和尾矿库)", "noncoal_mine"),
    ("division", "朔 城 区", "140602"),
    ("division", 140602, "140602"),
    ("credit_code", credit_code(7).lower(), credit_code(7)),
    ("credit_code", "９１１４０６０２" + credit_code(7)[8:], credit_code(7)),
    ("national_number", " Ｇ14-2026 001 ", "G14-2026001"),
    ("key", 12, "12"),
    ("key", 12.0, "12"),
    ("key", "（一）12", "（一）12"),
    ("description", "第一行\r\n第二行", "第一行\n第二行"),
    ("place", None, None),
    ("place", "\u3000", None),
)


def test_a_value_is_read_without_what_its_typing_added() -> None:
    rows = read_workbook(sheet_of([{**ROW, column: said} for column, said, _read in READ])).rows
    found = [row.values.get(column) for row, (column, _said, _read) in zip(rows, READ, strict=True)]
    assert found == [read for _column, _said, read in READ]


def test_a_cell_that_cannot_be_trusted_is_named() -> None:
    wrong = (
        ("hazard_name", "=A1", "formula"),
        ("credit_code", 911406020000000010, "digits_lost"),
        ("place", True, "not_text"),
        ("place", "#N/A", "cell_error"),
    )
    rows = read_workbook(sheet_of([{**ROW, column: said} for column, said, _code in wrong])).rows
    assert [dict(row.problems) for row in rows] == [{column: code} for column, _said, code in wrong]


def test_a_formula_in_a_column_that_is_not_read_does_no_harm() -> None:
    assert problems_of(serial="=ROW()-1", phase="=A1") == {}


def test_merged_cells_and_hidden_rows_are_named() -> None:
    def adjust(page: Any) -> None:
        column = list(HEADINGS).index("responsible_party") + 1
        page.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
        page.row_dimensions[4].hidden = True

    rows = read_workbook(sheet_of([ROW, ROW, ROW], adjust)).rows
    assert [dict(row.problems) for row in rows] == [
        {},
        {"responsible_party": "merged"},
        {"row": "hidden"},
    ]


def test_rows_keep_the_numbers_of_the_sheet_and_empty_ones_are_left_out() -> None:
    rows = read_workbook(sheet_of([ROW, {}, {"serial": 3}, {**ROW, "serial": 4}])).rows
    assert [row.number for row in rows] == [2, 5]


def test_a_comment_an_unknown_column_and_a_marked_heading_are_borne() -> None:
    def adjust(page: Any) -> None:
        page["E1"] = "隐 患 名 称\n（必填）"
        page["E2"].comment = Comment("口头", "甲")
        page.cell(1, len(HEADINGS) + 1, "备注")

    content = read_workbook(sheet_of([ROW], adjust))
    assert content.unknown_headings == ("备注",)
    assert content.rows[0].values["hazard_name"] == "皮带老化"


def test_a_hidden_sheet_is_not_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_of([ROW])))
    other = book.copy_worksheet(book.active)
    assert refusal(saved(book)) == "several_ledgers"
    other.sheet_state = "hidden"
    assert len(read_workbook(saved(book)).rows) == 1


def _with_part(name: str, content: bytes) -> bytes:
    target = io.BytesIO(sheet_of([ROW]))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def _with_entity() -> bytes:
    source, target = io.BytesIO(sheet_of([ROW])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/workbook.xml":
                text = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + text
            new.writestr(part, text)
    return target.getvalue()


def _named_twice(page: Any) -> None:
    page.cell(1, len(HEADINGS) + 1, HEADINGS["place"])


def _without_needed(page: Any) -> None:
    page["F1"] = "地方"


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: b"", "broken"),
        (lambda: b"not a workbook", "broken"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_format"),
        (lambda: sheet_of([ROW])[:-200], "broken"),
        (lambda: _with_part("xl/vbaProject.bin", b"x"), "active_content"),
        (lambda: _with_part("xl/externalLinks/externalLink1.xml", b"<x/>"), "active_content"),
        (lambda: _with_part("xl/embeddings/oleObject1.bin", b"x"), "active_content"),
        (_with_entity, "active_content"),
        (lambda: _with_part("xl/media/bomb.xml", b"\0" * (65 * 1024 * 1024)), "too_large"),
        (lambda: b"PK" + b"\0" * (10 * 1024 * 1024), "too_large"),
        (lambda: sheet_of([ROW], lambda page: page.cell(9000, 1, "x")), "too_many_rows"),
        (lambda: sheet_of([ROW], lambda page: page.cell(2, 200, "x")), "too_many_columns"),
        (lambda: sheet_of([]), "no_rows"),
        (lambda: sheet_of([ROW], lambda page: page.delete_rows(1)), "no_headings"),
        (
            lambda: sheet_of([ROW], lambda page: page.cell(1, 32, HEADINGS["place"])),
            "heading_twice",
        ),
        (lambda: sheet_of([ROW], _without_needed), "heading_missing"),
    ],
)
def test_a_file_that_is_no_plain_ledger_is_refused_whole(
    make: Callable[[], bytes], problem: str
) -> None:
    assert refusal(make()) == problem


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_no_text_becomes_a_formula_and_every_text_comes_back(start: str) -> None:
    text = f"{start}1+cmd|' /C calc'!A0"
    column = SheetColumn("列", Kind.PROSE, 10)
    book = write([Sheet("页", (text,), (column,), [(text,)])], "甲")
    page: Any = openpyxl.load_workbook(io.BytesIO(book)).active
    for cell in (page["A1"], page["A3"]):
        assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


def test_codes_are_texts_and_dates_are_dates() -> None:
    columns = tuple(SheetColumn(kind, kind, 10) for kind in Kind)
    row = ("文", "长文", "0012", date(2026, 3, 1), 5)
    page: Any = openpyxl.load_workbook(
        io.BytesIO(write([Sheet("页", (), columns, [row])], "甲"))
    ).active
    text, prose, code, day, number = page[2]
    assert (code.value, code.number_format, code.data_type) == ("0012", "@", "s")
    assert (day.is_date, day.value.date()) == (True, date(2026, 3, 1))
    assert (number.value, text.value, prose.value) == (5, "文", "长文")


def test_signs_that_no_sheet_can_hold_are_shown_as_such() -> None:
    column = SheetColumn("列", Kind.PROSE, 10)
    book = write([Sheet("页", (), (column,), [("甲\x0b乙\r\n丙",)])], "甲")
    page: Any = openpyxl.load_workbook(io.BytesIO(book)).active
    assert page["A2"].value == "甲\ufffd乙\n丙"


def test_every_column_has_a_note_and_the_order_begins_with_the_numbers() -> None:
    assert list(ledger_columns())[:5] == [
        "serial",
        "case_number",
        "intake_number",
        "national_number",
        "hazard_name",
    ]
    assert all(column.note for column in ledger_columns().values())
