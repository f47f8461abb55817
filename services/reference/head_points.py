"""Points for heads of enterprises: which acts in a case count, for how much, from when on."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from services.reference.tables import Table, read_toml
from workflows.vocabulary import Action, Outcome

FILE = Path(__file__).parent / "head_points.toml"


@dataclass(frozen=True)
class PointEvent:
    """An act with the outcome that counts, and its points while these days last."""

    key: str
    name: str
    action: Action
    outcome: Outcome
    points: int
    effective_from: date
    effective_to: date | None

    def counts_on(self, day: date) -> bool:
        """Whether it counted so on that day."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)


@dataclass(frozen=True)
class PointScale:
    """All events of one version. `warning_points`: from how many in a year on a head stands out."""

    version: int
    basis: str
    note: str
    warning_points: int
    events: tuple[PointEvent, ...]

    def find(self, action: Action, outcome: Outcome, day: date) -> PointEvent | None:
        """What such an act counted for on that day."""
        return next(
            (
                event
                for event in self.events
                if (event.action, event.outcome) == (action, outcome) and event.counts_on(day)
            ),
            None,
        )


@cache
def load_scale() -> PointScale:
    """The scale that the installation ships with."""
    return read_scale(FILE)


def read_scale(file: Path) -> PointScale:
    """Read and check a scale."""
    whole = read_toml(file)
    return PointScale(
        version=whole.get("version", int),
        basis=whole.text("basis"),
        note=whole.text("note"),
        warning_points=whole.get("warning_points", int),
        events=tuple(_event(row) for row in whole.tables("events", "key")),
    )


def _event(row: Table) -> PointEvent:
    action, _, outcome = row.text("act").partition(":")
    if action not in set(Action) or outcome not in set(Outcome):
        raise row.error(f"no such act: {row.text('act')!r}")
    points = row.get("points", int)
    if points < 1:
        raise row.error("`points` must be positive")
    return PointEvent(
        key=row.text("key"),
        name=row.text("name"),
        action=Action(action),
        outcome=Outcome(outcome),
        points=points,
        effective_from=row.get("effective_from", date),
        effective_to=row.find_date("effective_to"),
    )
