"""The ledger: what is looked for, the rows, and the pages they fill."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.clock import local_date
from services.queries.concerns import Concern, Watch
from services.queries.ledger import LedgerFilter, LedgerPage, LedgerRow
from services.queries.ledger_sheet import MOST_CASES
from services.reference.divisions import divisions
from services.reference.profile import Attention, Profile
from services.reference.sectors import sectors
from web.views.due import Due, due_of
from workflows.deadlines import DeadlineRule
from workflows.vocabulary import Affiliation, Phase

PAGE_SIZE = 20
_RULE_ID = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True)
class Wanted:
    """What the reader asked for, as it stands in the address.

    `late` narrows what is overdue to one rule; it comes by links from the home page.
    """

    text: str = ""
    phase: str = ""
    sector: str = ""
    division: str = ""
    affiliation: str = ""
    concern: str = ""
    overdue: bool = False
    late: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Wanted":
        """From the address; what does not exist is left out."""
        number = args.get("page", "1")
        phase, sector, division = (args.get(name, "") for name in ("phase", "sector", "division"))
        affiliation = args.get("affiliation", "")
        concern, late = args.get("concern", ""), args.get("late", "")
        overdue = args.get("overdue") == "1"
        return cls(
            text=args.get("text", "").strip()[:100],
            phase=phase if phase in {item.value for item in Phase} else "",
            sector=sector if sector in sectors() else "",
            division=division if division in divisions() else "",
            affiliation=affiliation if affiliation in set(Affiliation) else "",
            concern=concern if concern in {item.value for item in Concern} else "",
            overdue=overdue,
            late=late if overdue and _RULE_ID.fullmatch(late) else "",
            page=max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1,
        )

    @property
    def offset(self) -> int:
        """How many cases come before this page."""
        return (self.page - 1) * PAGE_SIZE

    @property
    def is_narrowed(self) -> bool:
        """Whether anything at all was asked for."""
        return bool(self.address(page=1))

    def as_filter(self, watch: Watch) -> LedgerFilter:
        """For the query."""
        return LedgerFilter(
            text=self.text,
            phase=Phase(self.phase) if self.phase else None,
            sector=self.sector,
            division_code=self.division,
            affiliation=Affiliation(self.affiliation) if self.affiliation else None,
            overdue_at=watch.now if self.overdue else None,
            overdue_rule=self.late,
            concern=Concern(self.concern) if self.concern else None,
            watch=watch,
        )

    def address(self, page: int = 1) -> dict[str, str | int]:
        """The parts of the address of another page of the same list."""
        asked: dict[str, str | int] = {
            "text": self.text,
            "phase": self.phase,
            "sector": self.sector,
            "division": self.division,
            "affiliation": self.affiliation,
            "concern": self.concern,
            "overdue": 1 if self.overdue else "",
            "late": self.late,
            "page": page if page > 1 else "",
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class LedgerLine:
    """One case as the list shows it."""

    row: LedgerRow
    sector: str
    division: str
    due: Due | None
    limit_has_passed: bool


@dataclass(frozen=True)
class LedgerView:
    """One page of the ledger."""

    wanted: Wanted
    lines: tuple[LedgerLine, ...]
    total: int
    pages: int
    now: datetime
    most_exported: int
    phases: tuple[Phase, ...]
    affiliations: tuple[Affiliation, ...]
    concerns: tuple[Concern, ...]
    late_rule: str
    attention: Attention
    sectors: Mapping[str, str]
    divisions: Mapping[str, str]


def watch_of(now: datetime, attention: Attention) -> Watch:
    """What counts as near or stuck now, in this office."""
    return Watch(now, attention.near_days, attention.stuck_days)


def ledger_view(wanted: Wanted, found: LedgerPage, profile: Profile, now: datetime) -> LedgerView:
    """The page for what was asked and found."""
    return LedgerView(
        wanted=wanted,
        lines=tuple(
            LedgerLine(
                row,
                sector_name(row.sector),
                division_name(row.division_code),
                due_of(row.next_due_at, now),
                _limit_has_passed(row, now),
            )
            for row in found.rows
        ),
        total=found.total,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        now=now,
        most_exported=MOST_CASES,
        phases=tuple(Phase),
        affiliations=tuple(Affiliation),
        concerns=tuple(Concern),
        late_rule=late_rule_name(wanted, profile.rules),
        attention=profile.attention,
        sectors={key: sector.name for key, sector in sectors().items()},
        divisions={code: division.name for code, division in divisions().items()},
    )


def late_rule_name(wanted: Wanted, rules: Mapping[str, DeadlineRule]) -> str:
    """By which rule cases are late that were asked for; a rule no longer in force by its id."""
    rule = rules.get(wanted.late)
    return rule.name if rule else wanted.late


def _limit_has_passed(row: LedgerRow, now: datetime) -> bool:
    limit = row.rectification_limit_on
    return row.ending is None and limit is not None and limit < local_date(now)


def sector_name(key: str) -> str:
    """The sector's name; a key that is no longer listed stands for itself."""
    sector = sectors().get(key)
    return sector.name if sector else key


def division_name(code: str) -> str:
    """The division's name; a code that is no longer listed stands for itself."""
    division = divisions().get(code)
    return division.name if division else code
