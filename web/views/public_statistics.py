"""The statistics that the public reads: in bands, so that nobody is found in them.

Every published case can be read one by one, so an exact number of all cases less those that can
be read would tell how many are only counted. A band of five tells no such difference, and without
totals none can be worked out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.queries.public.statistics import PublicCounts
from web.labels import label_of
from web.labels.public import BAND, STATISTICS, band_of
from web.views.ledger import division_name, sector_name

MOST_MONTHS = 24
_BAR = 100


@dataclass(frozen=True)
class Cell:
    """One line: what is counted, the band that its number lies in, the length of its bar."""

    name: str
    said: str
    bar: int


@dataclass(frozen=True)
class CountTable:
    """One way of counting."""

    title: str
    heading: str
    cells: tuple[Cell, ...]


def statistics_view(counts: PublicCounts, counties: Mapping[str, str]) -> tuple[CountTable, ...]:
    """By county, sector, month of listing, and status."""
    counted_at = counts.by_division
    codes = [*counties, *(code for code in sorted(counted_at) if code not in counties)]
    months = sorted(counts.by_month, reverse=True)[:MOST_MONTHS]
    lines: Mapping[str, Iterable[tuple[str, int]]] = {
        "county": ((division_name(code), counted_at.get(code, 0)) for code in codes),
        "sector": sorted(
            ((sector_name(key), count) for key, count in counts.by_sector.items()),
            key=lambda line: (-(line[1] // BAND), line[0]),
        ),
        "month": ((month, counts.by_month[month]) for month in months),
        "status": ((label_of(status), count) for status, count in counts.by_status.items()),
    }
    return tuple(
        CountTable(title, heading, _cells(tuple(lines[key])))
        for key, (title, heading) in STATISTICS.items()
    )


def _cells(lines: tuple[tuple[str, int], ...]) -> tuple[Cell, ...]:
    longest = max((_steps(count) for _name, count in lines), default=0)
    return tuple(
        Cell(name, band_of(count), _BAR * _steps(count) // longest if longest else 0)
        for name, count in lines
    )


def _steps(count: int) -> int:
    """The number of the band: a bar says no more than the words beside it."""
    return count // BAND + 1 if count else 0
