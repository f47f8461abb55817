"""The catalogue of criteria for major accident hazards, as each text stood on a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.sectors import sectors
from services.reference.tables import Table, read_json

FILE = Path(__file__).parent / "criteria.json"


class ClauseUnknownError(Exception):
    """No clause of the catalogue has this key."""


@dataclass(frozen=True)
class CriteriaDocument:
    """One text of criteria.

    It is offered for findings from `offered_from` up to the day before `replaced_on`. Both fall
    back on 1 January of the year in the number where the effective date is not known; the date
    is then `None` in `effective_on`. `text_missing`: only title and number are known, so document,
    article and wording are entered by hand. `partial`: not every clause is in the catalogue.
    """

    sector: str
    title: str
    number: str
    issuer: str
    effective_on: date | None
    offered_from: date
    replaced_by: str | None
    replaced_on: date | None
    status: str
    text_missing: bool
    partial: bool
    source: str
    note: str

    def stands_on(self, day: date) -> bool:
        """Whether findings of this day are judged by this text."""
        return self.offered_from <= day and (self.replaced_on is None or day < self.replaced_on)


@dataclass(frozen=True)
class Clause:
    """One situation that makes a hazard a major one. `article` is empty where it is not known."""

    key: str
    document: CriteriaDocument
    article: str
    category: str
    text: str
    verified: bool


@dataclass(frozen=True)
class Catalogue:
    """All documents in order, and all clauses by key."""

    documents: tuple[CriteriaDocument, ...]
    clauses: Mapping[str, Clause]


@cache
def catalogue() -> Catalogue:
    """Read the catalogue that the installation ships with."""
    return read_catalogue(FILE)


def read_catalogue(file: Path) -> Catalogue:
    """Read and check a catalogue."""
    rows = list(read_json(file).tables("documents", "number"))
    starts = {(row.text("sector"), row.text("number")): _offered_from(row) for row in rows}
    documents = [_document(row, starts) for row in rows]
    clauses: dict[str, Clause] = {}
    for row, document in zip(rows, documents, strict=True):
        for clause in _clauses(row, document):
            if clause.key in clauses:
                raise row.error(f"clause key {clause.key!r} stands twice")
            clauses[clause.key] = clause
    return Catalogue(tuple(documents), MappingProxyType(clauses))


def documents_on(sector: str, found_on: date) -> tuple[CriteriaDocument, ...]:
    """Documents by which a finding of this day is judged; some may have no text here."""
    known = sectors().get(sector)
    part = known.criteria_sector if known is not None else sector
    return tuple(
        document
        for document in catalogue().documents
        if document.sector == part and document.stands_on(found_on)
    )


def clauses_on(sector: str, found_on: date) -> tuple[Clause, ...]:
    """Clauses that a finding of this day may be judged by, in the order of their documents."""
    standing = documents_on(sector, found_on)
    return tuple(found for found in catalogue().clauses.values() if found.document in standing)


def needs_hand_entry(sector: str, found_on: date) -> bool:
    """Whether the catalogue may lack the clause: no document, or one without its whole text."""
    standing = documents_on(sector, found_on)
    return not standing or any(document.text_missing or document.partial for document in standing)


def clause(key: str) -> Clause:
    """Return a clause by key, current or not; ClauseUnknownError when there is none."""
    try:
        return catalogue().clauses[key]
    except KeyError:
        raise ClauseUnknownError(key) from None


def _offered_from(row: Table) -> date:
    start = row.find_date("effective_on") or row.find_date("assumed_from")
    if start is None:
        raise row.error("neither `effective_on` nor `assumed_from`")
    return start


def _document(row: Table, starts: Mapping[tuple[str, str], date]) -> CriteriaDocument:
    sector, replaced_by = row.text("sector"), row.find_text("replaced_by")
    status = row.text("status")
    if replaced_by is not None and (sector, replaced_by) not in starts:
        raise row.error(f"`replaced_by` names {replaced_by!r}, which is not in the catalogue")
    if (status == "superseded") != (replaced_by is not None):
        raise row.error("a superseded document names the one that replaces it, others do not")
    text_missing = row.get("text_missing", bool)
    if text_missing == bool(row.get("clauses", list)):
        raise row.error("`text_missing` must say whether there are clauses")
    return CriteriaDocument(
        sector=sector,
        title=row.text("document"),
        number=row.text("number"),
        issuer=row.text("issuer"),
        effective_on=row.find_date("effective_on"),
        offered_from=_offered_from(row),
        replaced_by=replaced_by,
        replaced_on=starts[sector, replaced_by] if replaced_by is not None else None,
        status=status,
        text_missing=text_missing,
        partial=row.get("partial", bool),
        source=row.get("source", str),
        note=row.get("note", str),
    )


def _clauses(row: Table, document: CriteriaDocument) -> Iterator[Clause]:
    for item in row.tables("clauses", "key"):
        yield Clause(
            key=item.text("key"),
            document=document,
            article=item.find_text("article") or "",
            category=item.find_text("category") or "",
            text=item.text("text"),
            verified=item.get("verified", bool),
        )
