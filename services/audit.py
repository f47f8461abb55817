"""The audit chain: one entry for each act, linked over the installation and within its case.

Entries that belong to no case are linked among themselves.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.chain import LINKS, START, entry_hash, verify_chain
from services.database import lock_until_commit
from services.models.audit import AuditEntry

R = TypeVar("R")
HEAD = "audit head"
PAGE = 500


def append(session: Session, case_id: int | None, body: Mapping[str, object], now: datetime) -> str:
    """Add one entry and return its hash. Taken last in a transaction: the head is one for all."""
    lock_until_commit(session, HEAD)
    sequence, previous = newest_entry(session)
    case_head = session.execute(
        sa.select(AuditEntry.case_sequence, AuditEntry.entry_hash)
        .where(AuditEntry.case_id == case_id)
        .order_by(AuditEntry.case_sequence.desc())
        .limit(1)
    ).first()
    links = {
        "sequence": sequence + 1,
        "case_id": case_id,
        "case_sequence": (case_head.case_sequence or 0) + 1 if case_head else 1,
        "previous_hash": previous,
        "case_previous_hash": case_head.entry_hash if case_head else START,
    }
    own_hash = entry_hash(links, body)
    session.add(AuditEntry(**links, body=dict(body), entry_hash=own_hash, at=now))
    session.flush()
    return own_hash


def first_broken_link(session: Session) -> int | None:
    """The sequence number of the first entry that does not fit the chain, or None."""
    fault = verify_chain(read_chain(session), (), (), _no_signature).fault
    return fault.first if fault else None


def read_chain(session: Session) -> Iterator[dict[str, Any]]:
    """Every entry as it is exported and verified, in order."""
    return map(as_exported, _entries(session))


def as_exported(entry: AuditEntry) -> dict[str, Any]:
    """One entry as others keep and verify it."""
    return {
        **{name: getattr(entry, name) for name in LINKS},
        "body": entry.body,
        "entry_hash": entry.entry_hash,
    }


def newest_entry(session: Session) -> tuple[int, str]:
    """Number and hash of the last entry; 0 and the start of every chain where there is none."""
    row = session.execute(
        sa.select(AuditEntry.sequence, AuditEntry.entry_hash)
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    ).first()
    return (row.sequence, row.entry_hash) if row else (0, START)


def commitments(session: Session, subject: str) -> Iterator[tuple[int, str]]:
    """Id and commitment of each entry about such a subject (`act_id`, …), in order."""
    for entry in _entries(session):
        if subject in entry.body and "content" in entry.body:
            yield int(entry.body[subject]), str(entry.body["content"])


def first_changed(
    session: Session, subject: str, kept: type[R], commitment_of: Callable[[R], str]
) -> int | None:
    """The id of the first record that no longer is what the chain committed to, or None."""
    for record_id, committed in commitments(session, subject):
        record = session.get(kept, record_id)
        if record is None or commitment_of(record) != committed:
            return record_id
    return None


def deeds(session: Session) -> Iterator[Mapping[str, object]]:
    """The bodies of the entries about deeds, in order."""
    for entry in _entries(session):
        if "deed" in entry.body:
            yield entry.body


def _entries(session: Session) -> Iterator[AuditEntry]:
    last = 0
    while True:
        page = session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.sequence > last)
            .order_by(AuditEntry.sequence)
            .limit(PAGE)
        ).all()
        if not page:
            return
        yield from page
        last = page[-1].sequence


def _no_signature(_key: bytes, _message: bytes, _signature: bytes) -> bool:
    return False
