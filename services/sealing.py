"""Checkpoints: the audit chain, signed every day and every so many entries, and verified."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services import chain
from services.audit import newest_entry, read_chain
from services.chain import (
    Checkpoint,
    Verdict,
    canonical,
    read_checkpoints,
    verify_chain,
    write_checkpoint,
)
from services.clock import local_date
from services.database import lock_until_commit, reading, transaction
from services.models.audit import AuditCheckpoint
from services.models.public import PublicBulletin, PublicEntry
from services.sealer import Sealer, is_signature

MOST_UNSEALED = 1000
FILE_NAME = "checkpoints.txt"
CHECKS_NAME = "self-checks.txt"
_SEALING = "audit checkpoint"
log = structlog.get_logger()


class SealReason(StrEnum):
    """Why a checkpoint was made."""

    DAILY = "daily"
    PUBLICATION = "publication"
    ENTRIES = "entries"
    BY_HAND = "by_hand"


def seal_when_due(engine: Engine, sealer: Sealer, now: datetime) -> SealReason | None:
    """Seal once a day, every `MOST_UNSEALED` entries, and after each publication; None when there
    is nothing to seal.

    A chain that does not hold is never sealed: the signed line of the check says so instead.
    """
    with reading(engine) as session:
        reason = _due(session, now)
    if reason is None or _failed_today(sealer.folder, now):
        return None
    return reason if seal(engine, sealer, reason, now) else None


def _due(session: Session, now: datetime) -> SealReason | None:
    size, _ = newest_entry(session)
    last = _newest(session)
    if size == (last.size if last else 0):
        return None
    if size - (last.size if last else 0) >= MOST_UNSEALED:
        return SealReason.ENTRIES
    if last is None or local_date(last.at) < local_date(now):
        return SealReason.DAILY
    return SealReason.PUBLICATION if _published_after(session, last.at) else None


def _published_after(session: Session, sealed_at: datetime) -> bool:
    """Whether the public was told something that no checkpoint stands behind yet."""
    told = (
        sa.select(PublicEntry.id).where(PublicEntry.at > sealed_at),
        sa.select(PublicBulletin.id).where(PublicBulletin.published_at > sealed_at),
    )
    return any(session.execute(one.limit(1)).first() is not None for one in told)


def _failed_today(folder: Path, now: datetime) -> bool:
    """Whether today's last check found a fault: it is told once a day, not at every beat."""
    file = folder / CHECKS_NAME
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    if not lines or " holds " in lines[-1]:
        return False
    return local_date(datetime.fromisoformat(lines[-1].split(" ", 1)[0])) == local_date(now)


def seal(engine: Engine, sealer: Sealer, reason: SealReason, now: datetime) -> bool:
    """Verify the whole chain, sign its end, write that out. False when the chain does not hold."""
    with reading(engine) as session:
        verdict = verify(session, sealer)
    _note_check(sealer, verdict, now)
    if verdict.fault is not None:
        log.error("audit_chain_does_not_hold", fault=verdict.fault.code, first=verdict.fault.first)
        return False
    if verdict.unsealed:
        with transaction(engine) as session:
            _add(session, sealer, verdict, reason, now)
    with reading(engine) as session:
        _write_out(session, sealer.folder)
    return True


def verify(session: Session, sealer: Sealer) -> Verdict:
    """Hold the chain against every checkpoint, in the database and in the file beside it."""
    return verify_chain(
        read_chain(session),
        dict.fromkeys((*list_checkpoints(session), *_written(sealer.folder))),
        (sealer.public_key,),
        is_signature,
    )


def list_checkpoints(session: Session) -> Iterator[Checkpoint]:
    """All of them, oldest first."""
    for row in session.scalars(sa.select(AuditCheckpoint).order_by(AuditCheckpoint.size)):
        yield Checkpoint(row.size, row.head, _moment(row.at), row.reason, row.key, row.signature)


def _add(
    session: Session, sealer: Sealer, verdict: Verdict, reason: SealReason, now: datetime
) -> None:
    """Sign what was verified, which may be less than there is by now. Once, by whoever is first."""
    lock_until_commit(session, _SEALING)
    if session.get(AuditCheckpoint, verdict.size) is not None:
        return
    unsigned = Checkpoint(verdict.size, verdict.head, _moment(now), reason, sealer.public_key, "")
    session.add(
        AuditCheckpoint(
            size=verdict.size,
            head=verdict.head,
            at=now,
            reason=reason,
            key=sealer.public_key,
            signature=sealer.sign(unsigned.text.encode()),
        )
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _newest(session: Session) -> AuditCheckpoint | None:
    newest = sa.select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)
    return session.scalars(newest).first()


def _written(folder: Path) -> list[Checkpoint]:
    file = folder / FILE_NAME
    return list(read_checkpoints(file.read_text(encoding="utf-8"))) if file.exists() else []


def _write_out(session: Session, folder: Path) -> None:
    """Append what the file does not hold yet. Nothing in it is ever changed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = {row.size for row in _written(folder)}
    with (folder / FILE_NAME).open("a", encoding="utf-8") as file:
        for row in list_checkpoints(session):
            if row.size not in held:
                file.write(write_checkpoint(row))


def _note_check(sealer: Sealer, verdict: Verdict, now: datetime) -> None:
    fault = verdict.fault
    said = f"{fault.code} {fault.first} {fault.last}" if fault else "holds"
    line = f"{_moment(now)} size {verdict.size} {said}"
    sealer.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (sealer.folder / CHECKS_NAME).open("a", encoding="utf-8") as file:
        file.write(f"{line} {sealer.sign(line.encode())}\n")


def export(session: Session, folder: Path) -> int:
    """Write chain, checkpoints and verifier for others to keep; returns the number of entries."""
    folder.mkdir(parents=True)
    size, _ = newest_entry(session)
    with (folder / "chain.jsonl").open("wb") as file:
        file.writelines(canonical(entry) + b"\n" for entry in read_chain(session))
    text = "".join(write_checkpoint(row) for row in list_checkpoints(session))
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    (folder / "chain.py").write_bytes(Path(chain.__file__).read_bytes())
    return size
