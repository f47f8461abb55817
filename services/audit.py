"""The audit chain: one entry for each act, linked over the installation and within its case.

Entries that belong to no case are linked among themselves.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.models.audit import AuditEntry

DOMAIN = b"guapai-audit/1\n"
START = "0" * 64
HEAD = "audit head"
PAGE = 500


def canonical(value: object) -> bytes:
    """RFC 8785 form of text, whole numbers, booleans, lists and objects with ASCII keys."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def commitment(nonce: str, content: object) -> str:
    """A salted hash that proves content later without carrying it."""
    return hashlib.sha256(bytes.fromhex(nonce) + canonical(content)).hexdigest()


def append(session: Session, case_id: int | None, body: Mapping[str, object], now: datetime) -> str:
    """Add one entry and return its hash. Taken last in a transaction: the head is one for all."""
    lock_until_commit(session, HEAD)
    head = session.execute(
        sa.select(AuditEntry.sequence, AuditEntry.entry_hash)
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    ).first()
    case_head = session.execute(
        sa.select(AuditEntry.case_sequence, AuditEntry.entry_hash)
        .where(AuditEntry.case_id == case_id)
        .order_by(AuditEntry.case_sequence.desc())
        .limit(1)
    ).first()
    links = {
        "sequence": (head.sequence if head else 0) + 1,
        "case_id": case_id,
        "case_sequence": (case_head.case_sequence or 0) + 1 if case_head else 1,
        "previous_hash": head.entry_hash if head else START,
        "case_previous_hash": case_head.entry_hash if case_head else START,
    }
    entry_hash = _hash(links, body)
    session.add(AuditEntry(**links, body=dict(body), entry_hash=entry_hash, at=now))
    session.flush()
    return entry_hash


def first_broken_link(session: Session) -> int | None:
    """The sequence number of the first entry that does not fit the chain, or None."""
    previous, expected = START, 1
    case_heads: dict[int | None, str] = {}
    for entry in _entries(session):
        links = {
            "sequence": entry.sequence,
            "case_id": entry.case_id,
            "case_sequence": entry.case_sequence,
            "previous_hash": entry.previous_hash,
            "case_previous_hash": entry.case_previous_hash,
        }
        if (
            entry.sequence != expected
            or entry.previous_hash != previous
            or entry.case_previous_hash != case_heads.get(entry.case_id, START)
            or entry.entry_hash != _hash(links, entry.body)
        ):
            return entry.sequence
        previous, expected = entry.entry_hash, expected + 1
        case_heads[entry.case_id] = entry.entry_hash
    return None


def commitments(session: Session, subject: str) -> Iterator[tuple[int, str]]:
    """Id and commitment of each entry about such a subject (`act_id`, …), in order."""
    for entry in _entries(session):
        if subject in entry.body and "content" in entry.body:
            yield int(entry.body[subject]), str(entry.body["content"])


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


def _hash(links: Mapping[str, object], body: Mapping[str, object]) -> str:
    return hashlib.sha256(DOMAIN + canonical({**links, "body": dict(body)})).hexdigest()
