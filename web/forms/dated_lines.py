"""Steps written one a line: what, by when, and who answers for it."""

import re
from collections.abc import Iterable
from datetime import date

from services.plan import PlanStep

_PARTS = re.compile("[；;]")


def first_unreadable(text: str | None) -> int | None:
    """The number of the first line that is no step; None when all are."""
    numbered = enumerate(_lines(text), start=1)
    return next((place for place, line in numbered if _step(line) is None), None)


def steps_in(text: str | None) -> tuple[PlanStep, ...]:
    """The steps that can be read, in order."""
    read = (_step(line) for line in _lines(text))
    return tuple(step for step in read if step is not None)


def as_lines(steps: Iterable[PlanStep]) -> str:
    """The steps as they would be typed."""
    return "\n".join(f"{step.name}；{step.due_on.isoformat()}；{step.person}" for step in steps)


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _step(text: str) -> PlanStep | None:
    """Name, day and person of one line; None when it does not say all three."""
    parts = [part.strip() for part in _PARTS.split(text)]
    if len(parts) != 3 or not all(parts):
        return None
    name, day, person = parts
    try:
        return PlanStep(name, date.fromisoformat(day), person)
    except ValueError:
        return None
