"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*details: object) -> None:
        statements.append(str(details[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
