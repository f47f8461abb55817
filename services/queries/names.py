"""Names of the vocabulary in conditions: written into the statement, not sent with it each time."""

import re
from collections.abc import Iterable

import sqlalchemy as sa

_NAME = re.compile(r"[a-z][a-z_]*")


def one_of(column: sa.SQLColumnExpression[str], names: Iterable[str]) -> sa.ColumnElement[bool]:
    """True for these names. Duties ask for a thousand of them, at every look for the same ones."""
    return column.in_([_written(name) for name in sorted(names)])


def none_of(column: sa.SQLColumnExpression[str], names: Iterable[str]) -> sa.ColumnElement[bool]:
    """True for every other name."""
    return column.not_in([_written(name) for name in sorted(names)])


def _written(name: str) -> sa.ColumnElement[str]:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of the vocabulary")
    return sa.literal_column(f"'{name!s}'", sa.String)
