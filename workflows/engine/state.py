"""Stored state: a compact form without specs, the seal around it, and the stock exchange form."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflows.engine.definitions import Definition, ParsedDefinition, SpecTable, parsed
from workflows.engine.errors import StateFormatError, StateTamperedError

FORMAT_VERSION = 1
MAGIC = b"GPST"
SEAL_BYTES = hashlib.sha256().digest_size

_stock = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))


# ------------------------------------------------------------------ the seal


def seal(
    payload: bytes, *, key: bytes, key_id: str, instance_id: int, version: int, digest: str
) -> bytes:
    """The payload in an envelope that opens only for this instance, version and definition."""
    header = _header(FORMAT_VERSION, key_id)
    return header + _mac(key, header, (instance_id, version, digest), payload) + payload


def unseal(
    blob: bytes, *, key: bytes, key_id: str, instance_id: int, version: int, digest: str
) -> bytes:
    """The payload, if the envelope is whole and meant for exactly this. Nothing is decoded."""
    if blob[:4] != MAGIC or blob[4:6] != FORMAT_VERSION.to_bytes(2):
        raise StateFormatError(reason="envelope")
    header = _header(FORMAT_VERSION, key_id)
    body = blob[len(header) :]
    expected = _mac(key, header, (instance_id, version, digest), body[SEAL_BYTES:])
    if blob[: len(header)] != header or not hmac.compare_digest(body[:SEAL_BYTES], expected):
        raise StateTamperedError(instance=str(instance_id), version=str(version))
    return body[SEAL_BYTES:]


def _header(format_version: int, key_id: str) -> bytes:
    name = key_id.encode()
    return MAGIC + format_version.to_bytes(2) + len(name).to_bytes(1) + name


def _mac(key: bytes, header: bytes, bound_to: tuple[int, int, str], payload: bytes) -> bytes:
    instance_id, version, digest = bound_to
    name = digest.encode()
    numbers = instance_id.to_bytes(8) + version.to_bytes(8) + len(name).to_bytes(2)
    return hmac.digest(key, header + numbers + name + payload, "sha256")


# ------------------------------------------------------------------ the compact form
#
# [format, digest, process, [[task id of the call, process], ...]]
# process = [last task, success, completed, data, rows]
# row = [id, row of the parent, step, state, changed at] and, only where there is any, [extras]


def encode(workflow: Any, definition: ParsedDefinition) -> bytes:
    """The state of a running instance, without what its definition already says.

    Events are left out: terminate ends throw one, and no diagram of ours listens.
    """
    process, calls = _process(workflow, workflow, definition)
    called: list[list[Any]] = []
    while calls:
        (task_id, subprocess), *calls = calls
        rows, below = _process(workflow, subprocess, definition)
        called.append([task_id, rows])
        calls += below
    try:
        return orjson.dumps([FORMAT_VERSION, definition.digest, process, called])
    except TypeError as error:  # orjson.JSONEncodeError: data that no diagram of ours makes
        raise StateFormatError(reason="data") from error


def decode(payload: bytes, definition: ParsedDefinition, script_engine: Any) -> Any:
    """The instance as it was, bound to the specs of this process and to the engine given."""
    process, called = _opened(payload, definition.digest)
    tables = definition.tables
    workflow = BpmnWorkflow(
        definition.spec, definition.subprocess_specs, script_engine, deserializing=True
    )
    try:
        calls = _restore(workflow, process, tables[definition.process_id])
        for task_id, rows in called:
            task = calls[task_id]
            name = task.task_spec.spec
            subprocess = BpmnSubWorkflow(tables[name].spec, task.id, workflow, deserializing=True)
            workflow.subprocesses[task.id] = subprocess
            calls.update(_restore(subprocess, rows, tables[name]))
            subprocess.completed_event.connect(task.task_spec._on_subworkflow_completed, task)  # noqa: SLF001 - as the stock reader does
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise StateFormatError(reason="rows") from error
    return workflow


def _opened(payload: bytes, digest: str) -> tuple[list[Any], list[Any]]:
    try:
        version, written_for, process, called = orjson.loads(payload)
    except (ValueError, TypeError) as error:
        raise StateFormatError(reason="payload") from error
    if version != FORMAT_VERSION:
        raise StateFormatError(reason="version")
    if written_for != digest:
        raise StateFormatError(reason="definition")
    return process, called


class _Encoded(NamedTuple):
    """One process as it is stored, and the calls in it that are still under way."""

    rows: list[Any]
    calls: list[tuple[str, Any]]


def _process(top: Any, workflow: Any, definition: ParsedDefinition) -> _Encoded:
    numbers = definition.tables[workflow.spec.name].numbers
    rows: list[list[Any]] = []
    calls: list[tuple[str, Any]] = []
    for task, row in _rows(workflow, numbers):
        rows.append(row)
        if task.id in top.subprocesses and not row[3] & TaskState.FINISHED_MASK:
            calls.append((row[0], top.subprocesses[task.id]))
    last = workflow.last_task.id.hex if workflow.last_task is not None else 0
    return _Encoded([last, workflow.success, workflow.completed, workflow.data, rows], calls)


def _rows(workflow: Any, numbers: Mapping[str, int]) -> Iterator[tuple[Any, list[Any]]]:
    """Every task in the order of the tree, its data as the difference from its parent's."""
    tasks = workflow.tasks
    stack: list[tuple[Any, int, Mapping[str, Any]]] = [(workflow.task_tree, -1, {})]
    row_number = 0
    while stack:
        task, parent, inherited = stack.pop()
        attributes = vars(task)
        row = [
            attributes["id"].hex,
            parent,
            numbers[task.task_spec.name],
            attributes["_state"],
            attributes["last_state_change"],
        ]
        data = attributes["data"]
        if data != inherited or attributes["internal_data"] or attributes["triggered"]:
            row.append(_extras(attributes, inherited))
        yield task, row
        stack.extend(
            (tasks[child], row_number, data) for child in reversed(attributes["_children"])
        )
        row_number += 1


def _extras(attributes: Mapping[str, Any], inherited: Mapping[str, Any]) -> list[Any]:
    data = attributes["data"]
    changed = {
        name: value
        for name, value in data.items()
        if name not in inherited or inherited[name] != value
    }
    dropped = [name for name in inherited if name not in data]
    return [int(attributes["triggered"]), attributes["internal_data"], changed, dropped]


def _restore(workflow: Any, process: list[Any], table: SpecTable) -> dict[str, Any]:
    """Fill an empty workflow from its rows. Answers its unfinished tasks by id."""
    last, workflow.success, workflow.completed, workflow.data, rows = process
    tasks, steps = workflow.tasks, table.steps
    order: list[Any] = []
    unfinished: dict[str, Any] = {}
    for identifier, parent_row, step, state, changed_at, *extras in rows:
        parent = order[parent_row] if parent_row >= 0 else None
        task = _new_task(workflow, UUID(identifier), steps[step], state, parent)
        attributes = vars(task)
        attributes["last_state_change"] = changed_at
        if extras:
            triggered, internal, changed, dropped = extras[0]
            attributes["triggered"] = bool(triggered)
            attributes["internal_data"] = internal
            attributes["data"].update(changed)
            for name in dropped:
                del attributes["data"][name]
        tasks[task.id] = task
        order.append(task)
        if not state & TaskState.FINISHED_MASK:
            unfinished[identifier] = task
    workflow.task_tree = order[0]
    workflow.last_task = tasks.get(UUID(last)) if last else None
    return unfinished


def _new_task(workflow: Any, identifier: UUID, spec: Any, state: int, parent: Any) -> Any:
    """A task without its constructor, which would draw an id and read the clock."""
    task = Task.__new__(Task)
    vars(task).update(
        id=identifier,
        workflow=workflow,
        task_spec=spec,
        thread_id=0,
        triggered=False,
        internal_data={},
        _state=state,
        _children=[],
        _parent=None,
        data={},
    )
    if parent is not None:
        vars(task).update(_parent=parent.id, data=dict(parent.data))
        vars(parent)["_children"].append(identifier)
    return task


# ------------------------------------------------------------------ the stock exchange form


def export_stock(definition: Definition, state: bytes) -> str:
    """The state as the library's own JSON, specs included: the way to a later version of it."""
    text: str = _stock.serialize_json(decode(state, parsed(definition), None))
    return text


def import_stock(definition: Definition, text: str) -> bytes:
    """The compact state of an instance in the library's own JSON, for this definition."""
    specs = parsed(definition)
    try:
        workflow = _stock.deserialize_json(text)
        if workflow.spec.name != definition.process_id:
            raise StateFormatError(reason="definition")
        return encode(workflow, specs)
    except (LookupError, TypeError, ValueError, AttributeError, json.JSONDecodeError) as error:
        raise StateFormatError(reason="stock") from error
