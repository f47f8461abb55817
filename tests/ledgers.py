"""A ledger as offices keep it: many good rows, and bad ones of every kind that is met."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import openpyxl

from services.workbook.columns import ledger_columns
from tests.builders import MINE_CODE
from workflows.credit_code import check_character

HEADINGS = {key: column.heading for key, column in ledger_columns().items()}
DESCRIPTIONS = ("=支护锚杆缺失", "+锚杆缺失", "锚杆缺失\n顶板离层", "@顶板离层")
Row = dict[str, Any]


@dataclass(frozen=True)
class BadRow:
    """A row that must be refused: what it changes, and the column and code that it is told."""

    column: str
    code: str
    changes: Row


def credit_code(number: int) -> str:
    """A code with a true check character."""
    first = f"91140602{number:09d}"
    return first + check_character(first)


def good_row(random: Random, number: int) -> Row:
    """A row as an office writes it: names with odd blanks, dates in several forms."""
    found_on = date(2026, 1, 5) + timedelta(days=random.randrange(50))
    dates: Sequence[Any] = (
        found_on,
        datetime.combine(found_on, datetime.min.time()),
        f"{found_on.year}年{found_on.month}月{found_on.day}日",
        found_on.strftime("%Y.%m.%d"),
        found_on.strftime("%Y/%m/%d"),
        (found_on - date(1899, 12, 30)).days,
        int(found_on.strftime("%Y%m%d")),
    )
    enterprise = number % 60
    row: Row = {
        "serial": number,
        "hazard_name": random.choice(("", " ", "\u3000")) + f"第{number}号巷道支护失效",
        "division": random.choice(("朔城区", "140602", 140602, "朔城区\u3000")),
        "sector": random.choice(("煤矿", "coal_mine", " 煤矿 ")),
        "responsible_party": f"示例第{enterprise}煤业有限公司",
        "place": f"{number}号工作面",
        "description": random.choice(
            ("=支护锚杆缺失", "+锚杆缺失", "锚杆缺失\n顶板离层", "@顶板离层")
        ),
        "measures_taken": "已撤人，停止作业。" if number % 3 else None,
        "found_on": random.choice(dates),
        "key": number if number % 2 else f"2025-{number:04d}",
    }
    if number % 4 == 0:
        code = credit_code(enterprise)
        row["credit_code"] = code if number % 8 else code.lower()
    if number % 5 == 0:
        row["national_number"] = f"Ｇ14{number:08d}"
    if number % 50 == 0:
        row |= {"listing_number": f"示安委发〔2025〕{number}号", "listed_on": date(2025, 6, 1)}
    return row


BAD_ROWS: tuple[BadRow, ...] = (
    BadRow("hazard_name", "required", {"hazard_name": None}),
    BadRow("responsible_party", "required", {"responsible_party": "\u3000 "}),
    BadRow("division", "required", {"division": None}),
    BadRow("sector", "required", {"sector": None}),
    BadRow("sector", "choice", {"sector": "煤碳"}),
    BadRow("division", "choice", {"division": "平城区"}),
    BadRow("division_code", "choice", {"division": "平鲁区"}),
    BadRow("credit_code", "check_digit", {"credit_code": "911406020000000010"[:17] + "A"}),
    BadRow("credit_code", "eighteen", {"credit_code": "9114060200000"}),
    BadRow("credit_code", "digits_lost", {"credit_code": 911406020000000010}),
    BadRow("credit_code", "other_party", {"credit_code": MINE_CODE}),
    BadRow(
        "credit_code",
        "other_code",
        {"responsible_party": "示例煤业", "credit_code": credit_code(999)},
    ),
    BadRow("found_on", "not_a_date", {"found_on": "2026-02-30"}),
    BadRow("found_on", "not_a_date", {"found_on": "去年冬天"}),
    BadRow("found_on", "in_future", {"found_on": date(2027, 5, 1)}),
    BadRow("found_on", "in_future", {"found_on": "2026年12月1日"}),
    BadRow("hazard_name", "too_long:200", {"hazard_name": "长" * 201}),
    BadRow("place", "too_long:300", {"place": "长" * 301}),
    BadRow("description", "too_long:4000", {"description": "长" * 4001}),
    BadRow("hazard_name", "formula", {"hazard_name": '=HYPERLINK("http://example.org","x")'}),
    BadRow("responsible_party", "formula", {"responsible_party": "=A1"}),
    BadRow("place", "cell_error", {"place": "#N/A"}),
    BadRow("description", "not_text", {"description": True}),
    BadRow("responsible_party", "other_department", {"responsible_party": "他人煤业"}),
    BadRow("clause_key", "not_in_force", {"clause_key": "ZZ-99"}),
    BadRow("clause_key", "needs_found_on", {"clause_key": "COAL-01", "found_on": None}),
    BadRow("delisted_on", "already_ended", {"delisted_on": date(2026, 1, 10)}),
    BadRow("national_number", "taken", {"national_number": "G1400000005"}),
    BadRow("national_number", "too_long:60", {"national_number": "9" * 61}),
    BadRow("row", "hidden", {}),
)


def ledger_file(good: int, seed: int = 20260302) -> tuple[bytes, dict[int, BadRow]]:
    """The file, and its bad rows by the number of the row on the sheet."""
    random = Random(seed)
    total = good + len(BAD_ROWS)
    places = sorted(random.sample(range(20, total), len(BAD_ROWS)))
    bad_at = dict(zip(places, BAD_ROWS, strict=True))
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["示例市重大事故隐患挂牌督办台账"])
    page.append(["填表单位：示例市应急管理局"])
    page.append([*HEADINGS.values(), "备注"])
    bad_rows: dict[int, BadRow] = {}
    for number in range(1, total + 1):
        row = good_row(random, number)
        bad = bad_at.get(number)
        if bad is not None:
            row = _spoiled(row, bad)
        page.append([*(row.get(key) for key in HEADINGS), "口头通知过"])
        here = page.max_row
        _as_texts(page, here)
        if bad is not None:
            bad_rows[here] = bad
            page.row_dimensions[here].hidden = bad.code == "hidden"
    return saved(book), bad_rows


def _spoiled(row: Row, bad: BadRow) -> Row:
    plain = {key: row[key] for key in row if key not in ("credit_code", "national_number")}
    return {**plain, **bad.changes}


def _as_texts(page: Any, row: int) -> None:
    """What an office typed after an apostrophe is a text, whatever it begins with."""
    at = list(HEADINGS).index("description") + 1
    cell = page.cell(row, at)
    if isinstance(cell.value, str):
        cell.data_type = "s"


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sheet_of(rows: Sequence[Row], adjust: Callable[[Any], None] | None = None) -> bytes:
    """A plain sheet of these rows, with the headings first."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(list(HEADINGS.values()))
    for row in rows:
        page.append([row.get(key) for key in HEADINGS])
    if adjust is not None:
        adjust(page)
    return saved(book)
