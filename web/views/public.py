"""The public pages: what is asked for, the list, a case with its status band, and the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.queries.public.cases import (
    PublicCasePage,
    PublicCaseRow,
    PublicFilter,
    PublicPictureRow,
    PublicStatus,
)
from services.queries.public.entries import PublicEntryRow, PublicLogPage
from services.reference.divisions import divisions, divisions_below
from services.reference.sectors import sectors
from web.labels import label_of
from web.labels.public import PUBLIC_FIELDS
from web.views.ledger import division_name, sector_name
from workflows.disclosure import PublicationKind
from workflows.vocabulary import DelistingKind

PAGE_SIZE = 20
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


@dataclass(frozen=True)
class PublicWanted:
    """What the reader asked for, as it stands in the address."""

    text: str = ""
    sector: str = ""
    county: str = ""
    status: str = ""
    year: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "PublicWanted":
        """From the address; what does not exist is left out."""
        sector, county = args.get("sector", ""), args.get("county", "")
        status, year = args.get("status", ""), args.get("year", "")
        return cls(
            text=args.get("text", "").strip()[:100],
            sector=sector if sector in sectors() else "",
            county=county if county in divisions() else "",
            status=status if status in set(PublicStatus) else "",
            year=year if year.isascii() and year.isdecimal() and len(year) == 4 else "",
            page=page_number(args),
        )

    @property
    def offset(self) -> int:
        """How many cases come before this page."""
        return (self.page - 1) * PAGE_SIZE

    def as_filter(self) -> PublicFilter:
        """For the query."""
        return PublicFilter(
            text=self.text,
            sector=self.sector,
            division_code=self.county,
            status=PublicStatus(self.status) if self.status else None,
            year=int(self.year) if self.year and int(self.year) else None,
        )

    def address(self, page: int = 1) -> dict[str, str | int]:
        """The parts of the address of another page of the same list."""
        asked: dict[str, str | int] = {
            "text": self.text,
            "sector": self.sector,
            "county": self.county,
            "status": self.status,
            "year": self.year,
            "page": page if page > 1 else "",
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class PublicLine:
    """One case as the list shows it."""

    row: PublicCaseRow
    sector: str
    division: str
    status: PublicStatus
    days_left: int | None


@dataclass(frozen=True)
class PublicListView:
    """One page of the list, and what it can be narrowed to."""

    wanted: PublicWanted
    lines: tuple[PublicLine, ...]
    total: int
    pages: int
    years: tuple[int, ...]
    statuses: tuple[PublicStatus, ...]
    sectors: Mapping[str, str]
    counties: Mapping[str, str]


@dataclass(frozen=True)
class PublicEntryLine:
    """One line of the log."""

    row: PublicEntryRow
    said: str
    fields: tuple[str, ...]
    is_takedown: bool


@dataclass(frozen=True)
class PublicPicture:
    """A picture, and how its name would end as a file."""

    row: PublicPictureRow
    suffix: str


@dataclass(frozen=True)
class PublicCaseView:
    """The page of one case."""

    line: PublicLine
    ending: str
    entries: tuple[PublicEntryLine, ...]
    pictures: tuple[PublicPicture, ...]


@dataclass(frozen=True)
class PublicLogView:
    """One page of the log."""

    lines: tuple[PublicEntryLine, ...]
    total: int
    page: int
    pages: int

    def address(self, page: int) -> dict[str, int]:
        """The parts of the address of another page of it."""
        return {"page": page} if page > 1 else {}


def counties_of(division_code: str) -> Mapping[str, str]:
    """The counties of the jurisdiction by code."""
    return {one.code: one.name for one in divisions_below(division_code)}


def sector_names() -> Mapping[str, str]:
    """All sectors by key."""
    return {key: sector.name for key, sector in sectors().items()}


def page_number(args: Mapping[str, str]) -> int:
    """The page that an address asks for; the first where it asks for none."""
    number = args.get("page", "1")
    return max(1, int(number)) if number.isascii() and number.isdecimal() and len(number) < 6 else 1


def public_list_view(
    wanted: PublicWanted,
    found: PublicCasePage,
    years: tuple[int, ...],
    counties: Mapping[str, str],
    today: date,
) -> PublicListView:
    """The list for what was asked and found."""
    return PublicListView(
        wanted=wanted,
        lines=tuple(public_line(row, today) for row in found.rows),
        total=found.total,
        pages=pages_of(found.total),
        years=years,
        statuses=tuple(PublicStatus),
        sectors=sector_names(),
        counties=counties,
    )


def public_line(row: PublicCaseRow, today: date) -> PublicLine:
    """A case in words, counted on this day."""
    return PublicLine(
        row=row,
        sector=sector_name(row.sector),
        division=division_name(row.division_code),
        status=row.status(today),
        days_left=(row.limit_on - today).days if row.limit_on else None,
    )


def public_case_view(
    row: PublicCaseRow,
    entries: tuple[PublicEntryRow, ...],
    pictures: tuple[PublicPictureRow, ...],
    today: date,
) -> PublicCaseView:
    """The page of a case that is shown."""
    return PublicCaseView(
        line=public_line(row, today),
        ending=ending_said(row.ending),
        entries=tuple(entry_line(entry) for entry in entries),
        pictures=tuple(PublicPicture(one, _SUFFIXES.get(one.media_type, "")) for one in pictures),
    )


def entry_line(entry: PublicEntryRow) -> PublicEntryLine:
    """A line of the log in words."""
    return PublicEntryLine(
        row=entry,
        said=label_of(entry.kind),
        fields=tuple(PUBLIC_FIELDS[name] for name in entry.fields if name in PUBLIC_FIELDS),
        is_takedown=entry.kind is PublicationKind.TAKEDOWN,
    )


def log_view(found: PublicLogPage, page: int) -> PublicLogView:
    """Corrections and takedowns."""
    return PublicLogView(
        tuple(entry_line(row) for row in found.rows), found.total, page, pages_of(found.total)
    )


def ending_said(ending: str) -> str:
    """In which way it was delisted."""
    return label_of(DelistingKind(ending)) if ending in set(DelistingKind) else ""


def pages_of(total: int) -> int:
    """How many pages a list fills."""
    return max(1, -(-total // PAGE_SIZE))
