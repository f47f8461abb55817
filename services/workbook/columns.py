"""The columns of the ledger, in their one order, from `columns.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.tables import read_toml
from services.workbook.xlsx import Kind

FILE = Path(__file__).parent / "columns.toml"


class Use(StrEnum):
    """What an import does with a column."""

    VALUE = "value"
    NUMBER = "number"
    PAPER = "paper"
    NONE = "none"


@dataclass(frozen=True)
class LedgerColumn:
    """One column: its key in rows, its heading on the sheet, and what the template says of it."""

    key: str
    heading: str
    kind: Kind
    width: int
    use: Use
    note: str


@cache
def ledger_columns() -> Mapping[str, LedgerColumn]:
    """All columns by key, in the order of the sheet."""
    columns = [
        LedgerColumn(
            key=table.text("key"),
            heading=table.text("heading"),
            kind=table.member("kind", Kind),
            width=table.get("width", int),
            use=table.member("use", Use),
            note=table.text("note"),
        )
        for table in read_toml(FILE).tables("columns", "key")
    ]
    return MappingProxyType({column.key: column for column in columns})


@cache
def problem_heading() -> str:
    """The heading under which refused rows are told what is to be mended."""
    return read_toml(FILE).text("problem_heading")
