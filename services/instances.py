"""Instances of diagrams: claimed for one transaction; and those that belong to no case, moved on.

Such an instance waits for one step at a time, those aside that may be taken at any time; every step
is a row of its owner's own record.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.chain import canonical
from services.definitions import load_definition, store_definition
from services.keys import InstallationKeys
from services.models.process import process_instance
from workflows.engine import runner
from workflows.engine.definitions import Definition
from workflows.engine.errors import StateTamperedError
from workflows.engine.runner import Advance
from workflows.engine.state import seal, unseal
from workflows.errors import TaskNotReadyError
from workflows.facts import FactValue


@dataclass(frozen=True)
class Subject:
    """What an instance belongs to: a kind of record, and its id."""

    kind: str
    record_id: int


def lock_instance(session: Session, owner: sa.ScalarSelect[int]) -> Mapping[str, Any] | None:
    """Take the instance for this transaction: others wait on the row until it ends."""
    row = (
        session.connection()
        .execute(
            sa.update(process_instance)
            .where(process_instance.c.id == owner)
            .values(version=process_instance.c.version + 1)
            .returning(
                process_instance.c.id,
                (process_instance.c.version - 1).label("version"),
                process_instance.c.digest,
                process_instance.c.state,
                process_instance.c.state_before,
                process_instance.c.found_before,
            )
        )
        .first()
    )
    return row._asdict() if row else None


def shown_of(content: Mapping[str, Any] | None) -> str:
    """The hash of what somebody decides on."""
    return hashlib.sha256(canonical(content or {})).hexdigest()


def begin(
    session: Session,
    keys: InstallationKeys,
    definition: Definition,
    subject: Subject,
    facts: Mapping[str, FactValue],
    now: datetime,
) -> str | None:
    """A new instance; returns the step that it waits for."""
    store_definition(session, definition, now)
    begun = runner.start(definition, facts)
    row = {
        "subject_kind": subject.kind,
        "subject_id": subject.record_id,
        "process_id": definition.process_id,
        "digest": definition.digest,
        "version": 0,
        "state": b"",
        "started_at": now,
    }
    added = sa.insert(process_instance).values(row).returning(process_instance.c.id)
    instance_id = session.connection().execute(added).scalar_one()
    _store(session, keys, {**row, "id": instance_id}, begun, 0, now)
    return _waits_for(begun)


def take_step(
    session: Session,
    keys: InstallationKeys,
    subject: Subject,
    step_id: str,
    facts: Mapping[str, FactValue],
    steps_taken: int,
    now: datetime,
) -> str | None:
    """Move the instance past the step; returns the next one, or None at the end.

    `steps_taken`: how many its owner has on record before this one. TaskNotReadyError when the
    instance waits for another step, StateTamperedError when it is not where the record says.
    """
    owner = sa.select(process_instance.c.id).where(
        process_instance.c.subject_kind == subject.kind,
        process_instance.c.subject_id == subject.record_id,
    )
    instance = lock_instance(session, owner.scalar_subquery())
    if instance is None:
        raise TaskNotReadyError(step=step_id)
    if instance["version"] != steps_taken:
        raise StateTamperedError(instance=str(instance["id"]), version=str(instance["version"]))
    definition = load_definition(session, instance["digest"])
    state = unseal(
        bytes(instance["state"]),
        key=keys.state_key,
        key_id=keys.key_id,
        instance_id=instance["id"],
        version=instance["version"],
        digest=definition.digest,
    )
    waiting = [task for task in runner.open_tasks(definition, state) if task.step_id == step_id]
    if not waiting:
        raise TaskNotReadyError(step=step_id)
    advance = runner.complete(definition, state, waiting[0].task_id, facts)
    _store(session, keys, instance, advance, instance["version"] + 1, now)
    return _waits_for(advance)


def _store(
    session: Session,
    keys: InstallationKeys,
    instance: Mapping[str, Any],
    advance: Advance,
    version: int,
    now: datetime,
) -> None:
    sealed = seal(
        advance.state,
        key=keys.state_key,
        key_id=keys.key_id,
        instance_id=instance["id"],
        version=version,
        digest=instance["digest"],
    )
    session.connection().execute(
        sa.update(process_instance)
        .where(process_instance.c.id == instance["id"])
        .values(version=version, state=sealed, finished_at=now if advance.finished else None)
    )


def _waits_for(advance: Advance) -> str | None:
    return next((task.step_id for task in advance.opened if not task.standing), None)
