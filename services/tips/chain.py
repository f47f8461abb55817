"""The audit chain of tips: kept apart from that of cases, and counted in no public head."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.chain import START, Fault, commitment, entry_hash, verify_chain
from services.database import lock_until_commit
from services.models.tip import TipAct, TipAuditEntry

_HEAD = "tip audit head"


def append(session: Session, tip_id: int, body: Mapping[str, object]) -> None:
    """Add one entry. Taken last in a transaction: the head is one for all tips."""
    lock_until_commit(session, _HEAD)
    last = session.execute(
        sa.select(TipAuditEntry.sequence, TipAuditEntry.entry_hash)
        .order_by(TipAuditEntry.sequence.desc())
        .limit(1)
    ).first()
    own = session.execute(
        sa.select(TipAuditEntry.tip_sequence, TipAuditEntry.entry_hash)
        .where(TipAuditEntry.tip_id == tip_id)
        .order_by(TipAuditEntry.tip_sequence.desc())
        .limit(1)
    ).first()
    links = {
        "sequence": last.sequence + 1 if last else 1,
        "case_id": tip_id,
        "case_sequence": own.tip_sequence + 1 if own else 1,
        "previous_hash": last.entry_hash if last else START,
        "case_previous_hash": own.entry_hash if own else START,
    }
    session.add(
        TipAuditEntry(
            sequence=links["sequence"],
            tip_id=tip_id,
            tip_sequence=links["case_sequence"],
            previous_hash=links["previous_hash"],
            tip_previous_hash=links["case_previous_hash"],
            body=dict(body),
            entry_hash=entry_hash(links, body),
        )
    )
    session.flush()


def append_act(session: Session, act: TipAct) -> None:
    """One entry for a step: who, what and when; its words only as a commitment."""
    append(
        session,
        act.tip_id,
        {
            "tip_act_id": act.id,
            "action": act.action,
            "outcome": act.outcome,
            "person_id": act.person_id,
            "post_id": act.post_id,
            "at": act.at.isoformat(),
            "content": _commitment(act),
        },
    )


def find_fault(session: Session) -> Fault | None:
    """Where the chain of tips does not hold; None when it does."""
    return verify_chain(_exported(session), (), (), _no_signature).fault


def first_changed_act(session: Session) -> int | None:
    """The id of the first act whose words no longer fit what the chain committed to."""
    for entry in session.scalars(sa.select(TipAuditEntry).order_by(TipAuditEntry.sequence)):
        if "tip_act_id" in entry.body:
            act = session.get(TipAct, entry.body["tip_act_id"])
            if act is None or _commitment(act) != entry.body["content"]:
                return int(entry.body["tip_act_id"])
    return None


def _commitment(act: TipAct) -> str:
    return commitment(act.nonce, [act.opinion, act.content])


def _exported(session: Session) -> Iterator[dict[str, Any]]:
    """In the form that `services.chain` verifies, a tip in the place of a case."""
    for entry in session.scalars(sa.select(TipAuditEntry).order_by(TipAuditEntry.sequence)):
        yield {
            "sequence": entry.sequence,
            "case_id": entry.tip_id,
            "case_sequence": entry.tip_sequence,
            "previous_hash": entry.previous_hash,
            "case_previous_hash": entry.tip_previous_hash,
            "body": entry.body,
            "entry_hash": entry.entry_hash,
        }


def _no_signature(_key: bytes, _message: bytes, _signature: bytes) -> bool:
    return False
