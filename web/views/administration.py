"""What the administrators' pages show: lists, one organisation, one change, the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.chain import Verdict
from services.connection import WorkSession
from services.queries.administration.log import ChainHead, EntryFilter, EntryPage, EntryRow
from services.queries.administration.organisations import OrganisationDetails, organisation_names
from services.queries.administration.proposals import ProposalDetails
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from web.labels import ADMINISTRATION_FIELDS, ENUMS, ORGANISATION_LEVELS, YES_NO, label_of
from web.views.tasks import page_number
from workflows.administration import (
    ROLES_OF_KIND,
    ChangeKind,
    EntryKind,
    LinkPurpose,
    ProposalState,
    may_confirm,
)
from workflows.vocabulary import OPERATING, Affiliation, OrganisationKind, Role

PAGE_SIZE = 30
ORGANISATION_FIELDS = (
    "name",
    "division_code",
    "level",
    "credit_code",
    "mark",
    "sector",
    "sectors",
    "affiliation",
    "parent_id",
    "supervised_by_id",
)
_REFERENCES = ("parent_id", "supervised_by_id", "organisation_id")


@dataclass(frozen=True)
class ListWanted:
    """What the reader looks for, as it stands in the address."""

    text: str
    kind: OrganisationKind | None
    page: int

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "ListWanted":
        """From the address; what does not exist is left out."""
        kind = args.get("kind", "")
        return cls(
            text=args.get("text", "").strip()[:100],
            kind=OrganisationKind(kind) if kind in set(OrganisationKind) else None,
            page=page_number(args.get("page", "1")),
        )

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * PAGE_SIZE

    def address(self, page: int) -> dict[str, object]:
        """The parts of the address of another page of the same list."""
        found = {"text": self.text, "kind": self.kind.value if self.kind else "", "page": page}
        return {name: value for name, value in found.items() if value}

    def pages(self, total: int) -> int:
        """How many pages there are."""
        return max(1, -(-total // PAGE_SIZE))

    @property
    def kinds(self) -> Mapping[str, str]:
        """The kinds to choose from."""
        return ENUMS[OrganisationKind]


@dataclass(frozen=True)
class LogWanted:
    """What the audit administrator looks for."""

    filter: EntryFilter
    page: int
    check: bool

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "LogWanted":
        """From the address; what does not exist is left out."""
        kind, change = args.get("kind", ""), args.get("change", "")
        wanted = EntryFilter(
            kind=EntryKind(kind) if kind in set(EntryKind) else None,
            change=ChangeKind(change) if change in set(ChangeKind) else None,
            person=args.get("person", "").strip()[:60],
        )
        return cls(wanted, page_number(args.get("page", "1")), args.get("check") == "1")

    @property
    def offset(self) -> int:
        """How many entries come before this page."""
        return (self.page - 1) * PAGE_SIZE

    def address(self, page: int, **more: object) -> dict[str, object]:
        """The parts of the address of another page of the same search."""
        found = {
            "kind": self.filter.kind.value if self.filter.kind else "",
            "change": self.filter.change.value if self.filter.change else "",
            "person": self.filter.person,
            "page": page,
            **more,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class ChainState:
    """The newest link, and what a check of all links found."""

    head: ChainHead
    checked: bool = False
    verdict: Verdict | None = None
    key: str = ""
    changed_entry: int | None = None


@dataclass(frozen=True)
class ChangedValue:
    """One field that is, or would be, changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class OrganisationView:
    """One organisation in words."""

    found: OrganisationDetails
    values: tuple[tuple[str, str], ...]
    roles: tuple[str, ...]
    today: date


@dataclass(frozen=True)
class ProposalView:
    """One proposed change in words, and what the visitor may do with it."""

    found: ProposalDetails
    values: tuple[ChangedValue, ...]
    is_open: bool
    is_proposer: bool
    may_decide: bool


@dataclass(frozen=True)
class EntryLine:
    """One entry of the log in words."""

    row: EntryRow
    values: tuple[ChangedValue, ...]


@dataclass(frozen=True)
class LogView:
    """One page of the log."""

    lines: tuple[EntryLine, ...]
    total: int
    wanted: LogWanted
    chain: ChainState
    pages: int
    kinds: Mapping[str, str] = field(default_factory=lambda: ENUMS[EntryKind])
    changes: Mapping[str, str] = field(default_factory=lambda: ENUMS[ChangeKind])


def organisation_view(found: OrganisationDetails, today: date) -> OrganisationView:
    """An organisation with its fields in words."""
    names = {
        found.values["parent_id"]: found.parent_name,
        found.values["supervised_by_id"]: found.supervisor_name,
    }
    values = tuple(
        (ADMINISTRATION_FIELDS[name], _said(name, found.values[name], names))
        for name in ORGANISATION_FIELDS
        if found.values[name] or _expected(name, found.kind)
    )
    roles = tuple(label_of(role) for role in sorted(ROLES_OF_KIND[found.kind]))
    return OrganisationView(found, values, roles, today)


def proposal_view(session: WorkSession, found: ProposalDetails, visitor_id: int) -> ProposalView:
    """A change with what it replaces, and whether the visitor may decide on it."""
    names = _names(session, found.content, found.present)
    after: Mapping[str, Any] = found.content
    before: Mapping[str, Any] = found.present
    if found.row.kind is ChangeKind.END_POST and found.post is not None:
        before = {"valid_to": found.post.valid_to and found.post.valid_to.isoformat()}
    values = _changed(before, after, names)
    row = found.row
    return ProposalView(
        found=found,
        values=values,
        is_open=row.state is ProposalState.OPEN,
        is_proposer=row.proposed_by_id == visitor_id,
        may_decide=may_confirm(visitor_id, row.proposed_by_id, row.person_id),
    )


def log_view(
    session: WorkSession, found: EntryPage, wanted: LogWanted, chain: ChainState
) -> LogView:
    """Entries with their changes in words."""
    names = _names(session, *(part for row in found.rows for part in (row.before, row.after)))
    lines = tuple(EntryLine(row, _changed(row.before, row.after, names)) for row in found.rows)
    return LogView(lines, found.total, wanted, chain, max(1, -(-found.total // PAGE_SIZE)))


def roles_of() -> Mapping[str, tuple[str, ...]]:
    """Kinds of organisation with the posts that they have, in words."""
    return {
        label_of(kind): tuple(label_of(role) for role in sorted(roles))
        for kind, roles in ROLES_OF_KIND.items()
    }


def _expected(name: str, kind: OrganisationKind) -> bool:
    """Fields that are shown as missing when they are empty."""
    if kind in OPERATING:
        return name in ("division_code", "credit_code", "sector", "supervised_by_id")
    if kind is OrganisationKind.DEPARTMENT:
        return name in ("division_code", "level", "mark", "sectors")
    return name in ("division_code", "level")


def _changed(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[int, str]
) -> tuple[ChangedValue, ...]:
    """Every field that has a value on one side and another on the other."""
    order = [name for name in ADMINISTRATION_FIELDS if name in before or name in after]
    is_person = "username" in order
    return tuple(
        ChangedValue(
            ADMINISTRATION_FIELDS["person_name" if name == "name" and is_person else name],
            _said(name, before.get(name), names),
            _said(name, after.get(name), names),
        )
        for name in order
        if (before.get(name) or None) != (after.get(name) or None)
    )


def _names(session: WorkSession, *contents: Mapping[str, Any]) -> Mapping[int, str]:
    wanted = [content.get(name) for content in contents for name in _REFERENCES]
    return organisation_names(session, wanted)


def _said(name: str, value: Any, names: Mapping[int, str]) -> str:
    """A stored value in words."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return YES_NO[value]
    if name in _REFERENCES:
        return names.get(value, "")
    if isinstance(value, list):
        return "、".join(sectors()[key].name for key in value if key in sectors())
    known = _WORDS.get(name, {})
    return known.get(str(value), str(value))


_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": ENUMS[OrganisationKind],
    "role": ENUMS[Role],
    "level": ORGANISATION_LEVELS,
    "affiliation": ENUMS[Affiliation],
    "purpose": ENUMS[LinkPurpose],
    "division_code": {code: row.name for code, row in divisions().items()},
    "sector": {key: row.name for key, row in sectors().items()},
}
