"""Reading TOML and JSON files: a field that is missing or of the wrong type is named."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from services.reference.errors import ReferenceDataError

Value = TypeVar("Value")
Member = TypeVar("Member", bound=StrEnum)
_WHOLE = "file"


@dataclass(frozen=True)
class Table:
    """One table of a file, and where it stands in it."""

    file: Path
    where: str
    values: Mapping[str, object]

    def get(self, field: str, kind: type[Value]) -> Value:
        """Return a field that must be there, of one type."""
        if field not in self.values:
            raise self.error(f"`{field}` is missing")
        value = self.values[field]
        # bool is a subclass of int, and a date-time one of date: the exact type is asked for.
        if type(value) is not kind:
            raise self.error(f"`{field}` must be {kind.__name__}, not {type(value).__name__}")
        return value

    def text(self, field: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there and not empty."""
        if default is not None and field not in self.values:
            return default
        value = self.get(field, str)
        if default is None and not value.strip():
            raise self.error(f"`{field}` is empty")
        return value

    def find_text(self, field: str) -> str | None:
        """Return a text, or None when the field is absent or null."""
        return self.get(field, str) if self.values.get(field) is not None else None

    def flag(self, field: str, *, default: bool) -> bool:
        """Return a boolean with a default."""
        return self.get(field, bool) if field in self.values else default

    def find_date(self, field: str) -> date | None:
        """Return a date (in JSON a text such as 2026-07-01), or None when absent or null."""
        value = self.values.get(field)
        if not isinstance(value, str):
            return self.get(field, date) if value is not None else None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.error(f"`{field}` is not a date: {value}") from None

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        return tuple(self.items(field, str))

    def dates(self, field: str) -> tuple[date, ...]:
        """Return a list of dates, empty when absent."""
        return tuple(self.items(field, date))

    def member(self, field: str, enum: type[Member]) -> Member:
        """Return a member of an enum by its value."""
        value = self.text(field)
        try:
            return enum(value)
        except ValueError:
            known = ", ".join(enum)
            raise self.error(f"`{field}` is {value!r}, must be one of: {known}") from None

    def table(self, field: str) -> "Table":
        """Return a nested table."""
        return Table(self.file, f"{self.where}.{field}", self.get(field, dict))

    def tables(self, field: str, name_by: str) -> Iterator["Table"]:
        """Return a list of tables, each named in errors by one of its fields."""
        for place, values in enumerate(self.items(field, dict), start=1):
            name = f"{field} {values.get(name_by, place)}"
            where = name if self.where == _WHOLE else f"{self.where}, {name}"
            yield Table(self.file, where, values)

    def items(self, field: str, kind: type[Value]) -> list[Value]:
        """Return a list whose entries are all of one type, empty when absent."""
        if field not in self.values:
            return []
        found: list[Value] = []
        for item in self.get(field, list):
            if type(item) is not kind:
                raise self.error(f"`{field}` may only hold {kind.__name__}")
            found.append(item)
        return found

    def error(self, fault: str) -> ReferenceDataError:
        """Return the error that names this place."""
        return ReferenceDataError(self.file, self.where, fault)


def read_toml(path: Path) -> Table:
    """Read a TOML file; a missing or malformed file is named."""
    try:
        return Table(path, _WHOLE, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise ReferenceDataError(path, _WHOLE, str(fault)) from fault


def read_json(path: Path) -> Table:
    """Read a JSON file that holds one object; a missing or malformed file is named."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as fault:
        raise ReferenceDataError(path, _WHOLE, str(fault)) from fault
    if not isinstance(values, dict):
        raise ReferenceDataError(path, _WHOLE, "must hold one object")
    return Table(path, _WHOLE, values)
