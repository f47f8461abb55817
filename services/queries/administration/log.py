"""The administration's log as the audit administrator reads it, and the state of the chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.administration import AdministrationEntry
from services.models.audit import AuditEntry
from services.models.organisation import Organisation, Person
from workflows.administration import ChangeKind, EntryKind

_ACTOR, _PROPOSER, _SUBJECT = aliased(Person), aliased(Person), aliased(Person)


@dataclass(frozen=True)
class EntryFilter:
    """What to look for. Empty means all; a person counts in whatever part."""

    kind: EntryKind | None = None
    change: ChangeKind | None = None
    person: str = ""


@dataclass(frozen=True)
class EntryRow:
    """One entry. `actor` is empty for the operator at the machine."""

    entry_id: int
    kind: EntryKind
    change: ChangeKind | None
    at: datetime
    actor: str
    proposer: str
    subject: str
    organisation: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class EntryPage:
    """Some entries, the newest first, and how many match in all."""

    rows: tuple[EntryRow, ...]
    total: int


@dataclass(frozen=True)
class ChainHead:
    """Where the audit chain of the installation stands."""

    sequence: int
    entry_hash: str
    at: datetime | None


def list_entries(session: Session, wanted: EntryFilter, limit: int, offset: int) -> EntryPage:
    """Entries of the log, the newest first."""
    query = (
        sa.select(
            AdministrationEntry,
            _ACTOR.name.label("actor"),
            _PROPOSER.name.label("proposer"),
            _SUBJECT.name.label("subject"),
            Organisation.name.label("organisation"),
        )
        .outerjoin(_ACTOR, _ACTOR.id == AdministrationEntry.person_id)
        .outerjoin(_PROPOSER, _PROPOSER.id == AdministrationEntry.proposed_by_id)
        .outerjoin(_SUBJECT, _SUBJECT.id == AdministrationEntry.subject_id)
        .outerjoin(Organisation, Organisation.id == AdministrationEntry.organisation_id)
        .where(*_conditions(wanted))
    )
    total = session.scalars(sa.select(sa.func.count()).select_from(query.subquery())).one()
    rows = session.execute(
        query.order_by(AdministrationEntry.id.desc()).limit(limit).offset(offset)
    )
    return EntryPage(tuple(_row(row) for row in rows), total)


def chain_head(session: Session) -> ChainHead:
    """The newest link of the chain."""
    head = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(1))
    newest = head.one_or_none()
    if newest is None:
        return ChainHead(0, "", None)
    return ChainHead(newest.sequence, newest.entry_hash, newest.at)


def _conditions(wanted: EntryFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(AdministrationEntry.kind == wanted.kind.value)
    if wanted.change is not None:
        conditions.append(AdministrationEntry.change == wanted.change.value)
    if wanted.person:
        named = [
            person.name.contains(wanted.person, autoescape=True)
            for person in (_ACTOR, _PROPOSER, _SUBJECT)
        ]
        conditions.append(sa.or_(*named))
    return conditions


def _row(row: Any) -> EntryRow:
    entry: AdministrationEntry = row.AdministrationEntry
    return EntryRow(
        entry_id=entry.id,
        kind=EntryKind(entry.kind),
        change=ChangeKind(entry.change) if entry.change else None,
        at=entry.at,
        actor=row.actor or "",
        proposer=row.proposer or "",
        subject=row.subject or "",
        organisation=row.organisation or "",
        reason=entry.reason,
        before=entry.before,
        after=entry.after,
    )
