"""A calendar month in Asia/Shanghai: its days, and the moments between which it lies."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows.deadlines import end_of_day

_WRITTEN = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """Written as 2026-11."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """A month as it is written; None for anything else."""
        found = _WRITTEN.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def first_on(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last_on(self) -> date:
        """The last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def begins_at(self) -> datetime:
        """0:00 of the first day."""
        return end_of_day(self.first_on - timedelta(days=1))

    @property
    def ends_at(self) -> datetime:
        """24:00 of the last day."""
        return end_of_day(self.last_on)

    def before(self) -> "Month":
        """The month before this one."""
        return Month.of(self.first_on - timedelta(days=1))

    def after(self) -> "Month":
        """The month after this one."""
        return Month.of(self.last_on + timedelta(days=1))
