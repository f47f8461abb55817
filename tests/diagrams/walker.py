"""Walks through diagrams: the same acts for our engine and for the stock library in memory."""

import base64
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from workflows.diagram_words import DIAGRAM_FACTS
from workflows.engine import runner, state
from workflows.engine.definitions import Definition, collect, forget_parsed, parsed
from workflows.facts import FactValue

FOLDER = Path(__file__).parents[2] / "bpmn"
STOCK = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))

Place = tuple[str, str, tuple[int, ...]]
Facts = dict[str, FactValue]
Act = tuple[Place, Facts]


def diagrams() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.is_file()}


def process_ids() -> list[str]:
    return [path.stem for path in sorted(FOLDER.glob("*.bpmn"))]


def definition_of(process_id: str) -> Definition:
    return collect(process_id, diagrams())


LATE: Facts = {
    "verdict_is_major": True,
    "lateness": "late",
    "letters_served": 0,
    "notice_refused": False,
    "refused_without_penalty": False,
}


def favourable_facts() -> Facts:
    """The facts of a hazard that goes straight to delisting, with two receivers and inspectors."""
    unfavourable = {"judged_ordinary", "verification_returned", "plan_opinion_asked"}
    facts: Facts = {name: name not in unfavourable for name in DIAGRAM_FACTS}
    return (
        facts
        | LATE
        | {
            "receiver_count": 2,
            "inspector_count": 2,
            "closure_return": "none",
            "track": "listed",
            "draft_comes_back_to": "review",
            "early_ending": "none",
            "visitor_count": 3,
            "handover_answer": "acknowledged",
            "inquiry_result": "approved",
        }
    )


def random_facts(chance: random.Random) -> Facts:
    """Mostly favourable, or few walks would come far; one fact in five says something else."""
    facts = favourable_facts()
    for name, kind in DIAGRAM_FACTS.items():
        if kind is int:
            facts[name] = chance.randint(1, 3)
        elif chance.random() < 0.2:
            facts[name] = chance.choice(kind) if isinstance(kind, tuple) else not facts[name]
    return facts


@dataclass
class Progress:
    """What can be seen of an instance from outside."""

    path: list[Place] = field(default_factory=list)
    effects: list[tuple[str, dict[str, str], tuple[int, ...]]] = field(default_factory=list)
    finished: bool = False

    def add(self, passed: Any, effects: Any, *, finished: bool) -> None:
        self.path += [(each.process_id, each.element_id, each.instance_path) for each in passed]
        self.effects += [(each.name, dict(each.parameters), each.instance_path) for each in effects]
        self.finished = finished


class Stored:
    """Our runner: bytes after every act, and newly parsed diagrams before it where `cold`."""

    def __init__(self, definition: Definition, facts: Facts, *, cold: bool) -> None:
        self.definition, self.cold = definition, cold
        self.progress = Progress()
        self._take(runner.start(definition, facts))

    def open(self) -> dict[Place, runner.OpenTask]:
        return {place_of(each): each for each in runner.open_tasks(self.definition, self.state)}

    def act(self, place: Place, facts: Facts) -> runner.Advance:
        task_id = self.open()[place].task_id
        if self.cold:
            forget_parsed()
        advance = runner.complete(self.definition, self.state, task_id, facts)
        self._take(advance)
        return advance

    def shape(self) -> Any:
        return shape(state.decode(self.state, parsed(self.definition), None))

    def _take(self, advance: runner.Advance) -> None:
        self.state = advance.state
        self.progress.add(advance.passed, advance.effects, finished=advance.finished)


class InMemory:
    """The stock workflow, never stored unless `stock_json` asks for its own serialiser."""

    def __init__(self, definition: Definition, facts: Facts, *, stock_json: bool = False) -> None:
        specs = parsed(definition)
        self.stock_json = stock_json
        self.workflow: Any = None
        self.progress = Progress()
        self._asked(
            facts,
            lambda engine: BpmnWorkflow(specs.spec, specs.subprocess_specs, script_engine=engine),
        )

    def open(self) -> dict[Place, runner.OpenTask]:
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return {place_of(each): each for each in map(runner._open_task, ready)}

    def act(self, place: Place, facts: Facts) -> None:
        if self.stock_json:
            self.workflow = STOCK.deserialize_json(STOCK.serialize_json(self.workflow))
        task = self.workflow.get_task_from_id(UUID(self.open()[place].task_id))
        self._asked(facts, lambda engine: self._run(task, engine))

    def shape(self) -> Any:
        return shape(self.workflow)

    def _run(self, task: Any, engine: runner.FactEngine) -> Any:
        self.workflow.script_engine = engine
        task.run()
        self.walk.completed(task)
        return self.workflow

    def _asked(self, facts: Facts, step: Callable[[runner.FactEngine], Any]) -> None:
        self.walk, engine = runner._Walk(), runner.FactEngine(facts)
        self.workflow = step(engine)
        self.workflow.do_engine_steps(did_complete_task=self.walk.completed)
        self.progress.add(self.walk.passed, engine.effects, finished=self.workflow.completed)


def place_of(task: runner.OpenTask) -> Place:
    return task.process_id, task.step_id, task.instance_path


def shape(workflow: Any) -> Any:
    """The living part of the tree: steps, states and data; no ids and no times."""
    return _branch(workflow, workflow.task_tree)


def _branch(top: Any, task: Any) -> Any:
    called = top.subprocesses.get(task.id)
    living = called is not None and not task.has_state(TaskState.FINISHED_MASK)
    return (
        task.task_spec.name,
        task.state,
        task.data,
        _branch(top, called.task_tree) if living else None,
        [_branch(top, child) for child in task.children],
    )


def random_acts(instance: Any, chance: random.Random, most: int) -> Iterator[Act]:
    """Choose among what is open until the end or long enough: withdrawal hardly ever, and a step
    that may be taken at any time less often than one that is waited for.
    """
    for _ in range(most):
        tasks = instance.open()
        if not tasks:
            return
        places = sorted(tasks)
        weights = [_weight(tasks[place]) for place in places]
        yield chance.choices(places, weights)[0], random_facts(chance)


def _weight(task: runner.OpenTask) -> int:
    if task.step_id == "withdraw_case":
        return 1
    return 4 if task.standing else 60


def resume(message: Mapping[str, Any]) -> list[Any]:
    """Take the rest of a walk in a process that never saw its beginning."""
    definition = definition_of(message["process_id"])
    current, path = base64.b64decode(message["state"]), []
    for (process_id, step_id, instance_path), facts in message["acts"]:
        place = (process_id, step_id, tuple(instance_path))
        tasks = {place_of(each): each for each in runner.open_tasks(definition, current)}
        advance = runner.complete(definition, current, tasks[place].task_id, facts)
        current = advance.state
        path += [(each.process_id, each.element_id, each.instance_path) for each in advance.passed]
    return path


if __name__ == "__main__":
    sys.stdout.write(json.dumps(resume(json.loads(sys.stdin.read()))))
