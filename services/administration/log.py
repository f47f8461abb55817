"""The administration's log: append-only, each entry chained in the audit chain."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.models.administration import AdministrationEntry
from services.models.audit import AuditEntry
from workflows.administration import ChangeKind, EntryKind

ENTRY_ID = "administration_entry_id"
PAGE = 500


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """One thing to be recorded. `person_id` None: the operator at the machine."""

    kind: EntryKind
    person_id: int | None
    change: ChangeKind | None = None
    proposed_by_id: int | None = None
    subject_id: int | None = None
    organisation_id: int | None = None
    reason: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def write_entry(session: Session, new: NewEntry, now: datetime) -> None:
    """Store the entry and chain it. Taken last in a transaction, as every link of the chain."""
    entry = AdministrationEntry(
        kind=new.kind.value,
        change=new.change.value if new.change else None,
        at=now,
        person_id=new.person_id,
        proposed_by_id=new.proposed_by_id,
        subject_id=new.subject_id,
        organisation_id=new.organisation_id,
        reason=new.reason,
        before=dict(new.before),
        after=dict(new.after),
        nonce=secrets.token_hex(16),
    )
    session.add(entry)
    session.flush()
    body = {
        ENTRY_ID: entry.id,
        "kind": entry.kind,
        "change": entry.change,
        "person_id": entry.person_id,
        "proposed_by_id": entry.proposed_by_id,
        "at": now.isoformat(),
        "content": _commitment(entry),
    }
    audit.append(session, None, body, now)


def first_changed_entry(session: Session) -> int | None:
    """The id of the first entry that no longer is what the chain committed to, or None."""
    last = 0
    while True:
        links = session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.case_id.is_(None), AuditEntry.sequence > last)
            .order_by(AuditEntry.sequence)
            .limit(PAGE)
        ).all()
        if not links:
            return None
        for link in links:
            if ENTRY_ID not in link.body:
                continue
            entry = session.get(AdministrationEntry, link.body[ENTRY_ID])
            if entry is None or _differs(entry, link.body):
                return int(link.body[ENTRY_ID])
        last = links[-1].sequence


def _differs(entry: AdministrationEntry, body: Mapping[str, object]) -> bool:
    return (
        entry.kind != body["kind"]
        or entry.change != body["change"]
        or entry.person_id != body["person_id"]
        or entry.proposed_by_id != body["proposed_by_id"]
        or entry.at.isoformat() != body["at"]
        or _commitment(entry) != body["content"]
    )


def _commitment(entry: AdministrationEntry) -> str:
    return commitment(
        entry.nonce,
        [entry.subject_id, entry.organisation_id, entry.reason, entry.before, entry.after],
    )
