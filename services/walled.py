"""Modules walled off from cases: the process of a record, and the audit chain of its module.

State and open steps lie in tables of the module itself, so that nothing of a walled record shows
in those of cases; its chain is counted in no public head.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.chain import START, Fault, commitment, entry_hash, verify_chain
from services.database import lock_until_commit
from services.definitions import load_definition, store_definition
from services.keys import InstallationKeys
from services.models.walled import WalledAct, WalledAuditEntry, WalledOpenStep, WalledRecord
from workflows.engine import runner
from workflows.engine.definitions import Definition
from workflows.engine.runner import Advance
from workflows.engine.state import seal, unseal
from workflows.facts import FactValue

R = TypeVar("R", bound=WalledRecord)


@dataclass(frozen=True)
class WalledStep:
    """The step to move past, the facts for what follows, and the diagram that a record begins."""

    definition: Definition
    action: str
    task_id: str
    facts: Mapping[str, FactValue]


@dataclass(frozen=True)
class Wall(Generic[R]):
    """The tables of one walled module. `name` keeps its keys and its chain apart from others'."""

    name: str
    record: type[R]
    open_step: type[WalledOpenStep]
    act: type[WalledAct]
    entry: type[WalledAuditEntry]

    def claim(self, session: Session, record_id: int) -> R | None:
        """Take the record for this transaction: others wait on the row until it ends."""
        session.execute(
            sa.update(self.record)
            .where(self.record.id == record_id)
            .values(version=self.record.version + 1)
        )
        return session.get(self.record, record_id, populate_existing=True)

    def advance(
        self,
        session: Session,
        keys: InstallationKeys,
        record: R,
        step: WalledStep,
        now: datetime,
    ) -> Advance:
        """Move a claimed record past the step; its process begins with the first one.

        The steps that are over are gone; the caller adds those that were opened.
        """
        if record.digest is None:
            store_definition(session, step.definition, now)
            begun = runner.start(step.definition, step.facts)
            task_id = next(task.task_id for task in begun.opened if task.step_id == step.action)
            definition, state = step.definition, begun.state
        else:
            definition, task_id = load_definition(session, record.digest), step.task_id
            state = unseal(bytes(record.state or b""), **self._bound(keys, record, -1))
        advance = runner.complete(definition, state, task_id, step.facts)
        record.digest = definition.digest
        record.state = seal(advance.state, **self._bound(keys, record, 0))
        over = self.open_step.task_id.in_(advance.closed)
        session.execute(sa.delete(self.open_step).where(over))
        return advance

    def append(self, session: Session, record_id: int, body: Mapping[str, object]) -> None:
        """Add one entry. Taken last in a transaction: the head is one for all records."""
        lock_until_commit(session, f"{self.name} audit head")
        entry = self.entry
        last = session.execute(
            sa.select(entry.sequence, entry.entry_hash).order_by(entry.sequence.desc()).limit(1)
        ).first()
        own = session.execute(
            sa.select(entry.record_sequence, entry.entry_hash)
            .where(entry.record_id == record_id)
            .order_by(entry.record_sequence.desc())
            .limit(1)
        ).first()
        row = entry(
            sequence=last.sequence + 1 if last else 1,
            record_id=record_id,
            record_sequence=own.record_sequence + 1 if own else 1,
            previous_hash=last.entry_hash if last else START,
            record_previous_hash=own.entry_hash if own else START,
            body=dict(body),
        )
        row.entry_hash = entry_hash(_links(row), body)
        session.add(row)
        session.flush()

    def append_act(self, session: Session, record_id: int, act: WalledAct, **who: object) -> None:
        """One entry for a step: `who`, what and when; its words only as a commitment."""
        body = {
            f"{self.name}_act_id": act.id,
            "action": act.action,
            "outcome": act.outcome,
            **who,
            "at": act.at.isoformat(),
            "content": _commitment(act),
        }
        self.append(session, record_id, body)

    def find_fault(self, session: Session) -> Fault | None:
        """Where the chain does not hold; None when it does."""
        return verify_chain(self._exported(session), (), (), _no_signature).fault

    def first_changed_act(self, session: Session) -> int | None:
        """The id of the first act whose words no longer fit what the chain committed to."""
        key = f"{self.name}_act_id"
        for entry in session.scalars(sa.select(self.entry).order_by(self.entry.sequence)):
            if key in entry.body:
                act = session.get(self.act, entry.body[key])
                if act is None or _commitment(act) != entry.body["content"]:
                    return int(entry.body[key])
        return None

    def first_wrong(self, session: Session) -> int | str | None:
        """Where the chain does not hold, or the first act that was changed; None when all is so."""
        fault = self.find_fault(session)
        if fault is not None:
            return f"{fault.code} {fault.first}-{fault.last}"
        return self.first_changed_act(session)

    def _exported(self, session: Session) -> Iterator[dict[str, Any]]:
        for entry in session.scalars(sa.select(self.entry).order_by(self.entry.sequence)):
            yield {**_links(entry), "body": entry.body, "entry_hash": entry.entry_hash}

    def _bound(self, keys: InstallationKeys, record: R, ahead: int) -> dict[str, Any]:
        return {
            "key": keys.derived(f"guapai {self.name} state"),
            "key_id": keys.key_id,
            "instance_id": record.id,
            "version": record.version + ahead,
            "digest": record.digest or "",
        }


def _links(entry: WalledAuditEntry) -> dict[str, object]:
    """In the form that `services.chain` verifies, a record in the place of a case."""
    return {
        "sequence": entry.sequence,
        "case_id": entry.record_id,
        "case_sequence": entry.record_sequence,
        "previous_hash": entry.previous_hash,
        "case_previous_hash": entry.record_previous_hash,
    }


def _commitment(act: WalledAct) -> str:
    return commitment(act.nonce, [act.opinion, act.content])


def _no_signature(_key: bytes, _message: bytes, _signature: bytes) -> bool:
    return False
