"""The runner: starts an instance or completes one of its steps, and tells what came of it."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from workflows.engine.definitions import Definition, ParsedDefinition, parsed
from workflows.engine.errors import DiagramFailedError, InstanceCountError, ScriptNotAllowedError
from workflows.engine.expressions import check_syntax, compile_expression
from workflows.engine.state import decode, encode
from workflows.engine.turns import forget_turns
from workflows.errors import RuleError, TaskNotReadyError
from workflows.facts import DECISION_OUTPUTS, FactValue

MAX_INSTANCES = 100
MAX_ELEMENTS = 1000

# The library gathers each task's data for its log lines even when nobody listens.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class OpenTask:
    """A step that a person may take now. `standing` steps may be taken, but are no duty."""

    task_id: str
    step_id: str
    process_id: str
    instance_path: tuple[int, ...]
    standing: bool
    proposal: Mapping[str, str | int | bool]


@dataclass(frozen=True)
class Effect:
    """Something a diagram asks for. The task id tells two equal wishes of one advance apart."""

    name: str
    parameters: Mapping[str, str]
    task_id: str
    instance_path: tuple[int, ...]


@dataclass(frozen=True)
class PassedElement:
    """An element that was completed. `process_id` is the diagram it is drawn in."""

    process_id: str
    element_id: str
    task_id: str
    instance_path: tuple[int, ...]


@dataclass(frozen=True)
class Advance:
    """What one act did to an instance."""

    state: bytes
    opened: tuple[OpenTask, ...]
    closed: tuple[str, ...]
    effects: tuple[Effect, ...]
    passed: tuple[PassedElement, ...]
    ends: tuple[PassedElement, ...]
    finished: bool
    ended_at: str | None


def start(definition: Definition, facts: Mapping[str, FactValue]) -> Advance:
    """A new instance, brought to its first open steps."""
    specs, engine = parsed(definition), FactEngine(facts)
    walk = _Walk()
    with _library_errors():
        workflow = BpmnWorkflow(specs.spec, specs.subprocess_specs, script_engine=engine)
        walk.advance(workflow)
    return _advance(workflow, specs, engine, walk, before={})


def complete(
    definition: Definition, state: bytes, task_id: str, facts: Mapping[str, FactValue]
) -> Advance:
    """The instance after the step was taken, under the facts as they are now."""
    specs, engine = parsed(definition), FactEngine(facts)
    workflow = decode(state, specs, engine)
    before = _ready(workflow)
    task = before.get(task_id)
    if task is None:
        raise TaskNotReadyError(task_id=task_id)
    walk = _Walk()
    with _library_errors():
        task.run()
        walk.completed(task)
        walk.advance(workflow)
    return _advance(workflow, specs, engine, walk, before)


def open_tasks(definition: Definition, state: bytes) -> tuple[OpenTask, ...]:
    """The steps that are open in a stored state."""
    workflow = decode(state, parsed(definition), FactEngine({}))
    return _in_order(_ready(workflow).values())


class FactEngine(PythonScriptEngine):  # type: ignore[misc]  # the library has no types
    """Answers a diagram's questions from the facts of one advance, and collects its wishes.

    Facts are never written into task data: a join would merge stale copies over fresh ones.
    """

    def __init__(self, facts: Mapping[str, FactValue]) -> None:
        super().__init__(BasePythonScriptEngineEnvironment())
        self.facts = dict(facts)
        self.effects: list[Effect] = []

    def validate(self, expression: str) -> None:
        check_syntax(expression)

    def evaluate(
        self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None
    ) -> Any:
        context = {**task.data, **(external_context or {}), **self.facts}
        value = compile_expression(expression).evaluate(context)
        if isinstance(task.task_spec, MultiInstanceTask):
            return _instance_count(task, value)
        return value

    def execute(
        self, task: Any, script: str, external_context: Mapping[str, Any] | None = None
    ) -> bool:
        raise ScriptNotAllowedError(step=str(task.task_spec.bpmn_id))

    def call_service(
        self, task: Any, operation_name: str, operation_params: Mapping[str, Mapping[str, Any]]
    ) -> str:
        parameters = {name: str(each["value"]) for name, each in operation_params.items()}
        self.effects.append(Effect(operation_name, parameters, task.id.hex, _instance_path(task)))
        return "null"


class _Walk:
    """Follows an advance and keeps what was completed, in order."""

    def __init__(self) -> None:
        self.passed: list[PassedElement] = []
        self.ends: list[PassedElement] = []
        self.count = 0

    def advance(self, workflow: Any) -> None:
        workflow.do_engine_steps(did_complete_task=self.completed)

    def completed(self, task: Any) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise DiagramFailedError(reason="never_rests", step=str(task.task_spec.name))
        spec = task.task_spec
        if spec.bpmn_id is None or task.state != TaskState.COMPLETED:
            return
        element = PassedElement(_process_id(task), spec.bpmn_id, task.id.hex, _instance_path(task))
        self.passed.append(element)
        if isinstance(spec, EndEvent):
            self.ends.append(element)


@contextmanager
def _library_errors() -> Iterator[None]:
    """Errors of ours as they were raised, those of the library as one of ours."""
    try:
        yield
    except RuleError:
        raise
    except Exception as error:
        cause = _rule_error_behind(error)
        if cause is not None:
            raise cause from error
        reason = type(error).__name__
        raise DiagramFailedError(reason=reason, detail=str(error)[:500]) from error


def _rule_error_behind(error: BaseException) -> RuleError | None:
    """The decision engine wraps what an expression raised."""
    while not isinstance(error, RuleError):
        behind = getattr(error, "exception", None) or error.__cause__ or error.__context__
        if not isinstance(behind, BaseException):
            return None
        error = behind
    return error


def _advance(
    workflow: Any,
    specs: ParsedDefinition,
    engine: FactEngine,
    walk: _Walk,
    before: Mapping[str, Any],
) -> Advance:
    after = _ready(workflow)
    if any(not task.task_spec.manual for task in _runnable(workflow)):
        raise DiagramFailedError(reason="stalled", process=specs.process_id)
    if not workflow.completed and not after:
        raise DiagramFailedError(reason="leads_nowhere", process=specs.process_id)
    opened = _in_order(task for task_id, task in after.items() if task_id not in before)
    forget_turns(workflow)
    closed = tuple(task_id for task_id in before if task_id not in after)
    return Advance(
        state=encode(workflow, specs),
        opened=opened,
        closed=closed,
        effects=tuple(engine.effects),
        passed=tuple(walk.passed),
        ends=tuple(walk.ends),
        finished=workflow.completed,
        ended_at=walk.ends[-1].element_id if workflow.completed and walk.ends else None,
    )


def _ready(workflow: Any) -> dict[str, Any]:
    """The steps that wait for a person, by id."""
    return {task.id.hex: task for task in _runnable(workflow) if task.task_spec.manual}


def _runnable(workflow: Any) -> Iterator[Any]:
    """Every task that may go on. A flat search: the library's walks the tree, to a limit."""
    for process in (workflow, *workflow.subprocesses.values()):
        if process is workflow or not process.completed:
            yield from (task for task in process.tasks.values() if task.state == TaskState.READY)


def _in_order(tasks: Iterable[Any]) -> tuple[OpenTask, ...]:
    described = [_open_task(task) for task in tasks]
    return tuple(sorted(described, key=_place))


def _place(task: OpenTask) -> tuple[str, str, tuple[int, ...], str]:
    return task.process_id, task.step_id, task.instance_path, task.task_id


def _open_task(task: Any) -> OpenTask:
    spec = task.task_spec
    properties = spec.extensions.get("properties", {})
    return OpenTask(
        task_id=task.id.hex,
        step_id=spec.bpmn_id,
        process_id=_process_id(task),
        instance_path=_instance_path(task),
        standing=properties.get("standing") == "true",
        proposal={name: task.data[name] for name in DECISION_OUTPUTS if name in task.data},
    )


def _process_id(task: Any) -> str:
    """The process whose diagram shows the task: an embedded sub-process is drawn in its parent."""
    workflow = task.workflow
    while (call_id := workflow.parent_task_id) is not None:
        call = workflow.top_workflow.get_task_from_id(call_id)
        if isinstance(call.task_spec, CallActivity):
            break
        workflow = call.workflow
    return str(workflow.spec.name)


def _instance_path(task: Any) -> tuple[int, ...]:
    """(1,) is the second instance of a step or call for several, () a task outside of any."""
    path: list[int] = []
    top = task.workflow.top_workflow
    while task is not None:
        internal = task.internal_data
        index = internal.get("key_or_index", internal.get("item"))
        if index is not None:
            path.append(index)
        call_id = task.workflow.parent_task_id
        task = top.get_task_from_id(call_id) if call_id is not None else None
    return tuple(reversed(path))


def _instance_count(task: Any, value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MAX_INSTANCES:
        raise InstanceCountError(step=str(task.task_spec.bpmn_id), count=str(value))
    return value
