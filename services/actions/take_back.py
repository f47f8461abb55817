"""The person who completed a step takes it back. Not a step of the diagram."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.before_act import put_back
from services.database import lock_until_commit
from services.definitions import load_definition
from services.errors import CaseNotFoundError
from services.frame import (
    ActOrigin,
    Frame,
    Receipt,
    TaskCommand,
    append_audit,
    record_act,
    require,
)
from services.instances import lock_instance
from services.models.case import Act, SupervisionCase
from services.models.process import process_instance, step_event
from services.queries.facts import load_record, standing_of
from services.queries.scope import get_visible_case
from services.queries.taking_back import require_may_take_back
from services.step import follow_record, refuse_older_state
from workflows.engine import runner
from workflows.engine.runner import OpenTask
from workflows.engine.state import seal, unseal
from workflows.facts import CaseRecord, FactValue, derive
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class TakeBack(TaskCommand):
    """The opinion is the reason."""

    task_id: str = ""
    shown: str = ""
    act_id: int = 0


def take_back(frame: Frame, command: TakeBack) -> Receipt:
    """Open the step again as it was. The act stays on record and no longer counts."""
    require(command, "opinion")
    session = frame.session
    instance = lock_instance(session, _moved_by(command))
    lock_until_commit(session, f"criterion of {command.case_id}")
    case = get_visible_case(session, frame.actor, command.case_id)
    taken = session.get(Act, command.act_id)
    if taken is None or taken.case_id != case.id:
        raise CaseNotFoundError
    standing = standing_of(session, case, _record(frame, case))
    post = require_may_take_back(session, frame.actor, case, standing, taken)
    assert instance is not None, "an act that moved no instance stays"
    refuse_older_state(session, instance)
    origin = ActOrigin(takes_back_id=taken.id)
    act = record_act(frame, case, Action.TAKE_BACK, post, command, origin)
    put_back(session, case, instance["id"], instance["found_before"], frame.now)
    reopened = tuple(
        task for task in _restore_state(frame, instance) if task.task_id == taken.task_id
    )
    record = _record(frame, case)
    follow_record(case, record)
    session.flush()
    _note(frame, instance, act, taken, derive(record), reopened)
    return Receipt(case.id, act.id, reopened, (), None)


def _moved_by(command: TakeBack) -> sa.ScalarSelect[int]:
    return (
        sa.select(step_event.c.instance_id)
        .where(step_event.c.act_id == command.act_id, step_event.c.case_id == command.case_id)
        .scalar_subquery()
    )


def _record(frame: Frame, case: SupervisionCase) -> CaseRecord:
    return load_record(frame.session, case, frame.office.profile)


def _restore_state(frame: Frame, instance: Mapping[str, Any]) -> tuple[OpenTask, ...]:
    """Seal the state from before the act anew, under the next version."""
    session, keys = frame.session, frame.office.keys
    definition = load_definition(session, instance["digest"])
    bound_to: dict[str, Any] = {
        "key": keys.state_key,
        "key_id": keys.key_id,
        "instance_id": instance["id"],
        "digest": definition.digest,
    }
    before, version = bytes(instance["state_before"]), instance["version"]
    state = unseal(before, version=version - 1, **bound_to)
    session.connection().execute(
        sa.update(process_instance)
        .where(process_instance.c.id == instance["id"])
        .values(
            version=version + 1,
            state=seal(state, version=version + 1, **bound_to),
            finished_at=None,
            state_before=None,
            found_before=sa.null(),
        )
    )
    return runner.open_tasks(definition, state)


def _note(
    frame: Frame,
    instance: Mapping[str, Any],
    act: Act,
    taken: Act,
    facts: Mapping[str, FactValue],
    reopened: tuple[OpenTask, ...],
) -> None:
    """The event and the link of the chain: nothing was passed, one step is open again."""
    version = instance["version"] + 1
    frame.session.connection().execute(
        sa.insert(step_event).values(
            instance_id=instance["id"],
            version=version,
            case_id=act.case_id,
            act_id=act.id,
            task_id=taken.task_id,
            step_id=Action.TAKE_BACK.value,
            digest=instance["digest"],
            facts=dict(facts),
            passed=[],
            opened=[[t.process_id, t.step_id, list(t.instance_path)] for t in reopened],
            at=frame.now,
        )
    )
    append_audit(
        frame,
        act,
        {
            "instance_id": instance["id"],
            "version": version,
            "task_id": taken.task_id,
            "definition": instance["digest"],
            "takes_back": taken.id,
        },
    )
