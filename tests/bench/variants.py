"""The two rivals of the engine's step: no engine at all, and the library as it comes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from workflows.engine.definitions import Definition
from workflows.engine.runner import Advance, FactEngine, OpenTask
from workflows.engine.state import export_stock
from workflows.vocabulary import Action

STOCK = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
_NEXT = {
    Action.REPORT_PROGRESS: OpenTask(
        "", Action.REVIEW_PROGRESS, "rectification", (), standing=False, proposal={}
    ),
    Action.REVIEW_PROGRESS: OpenTask(
        "", Action.REPORT_PROGRESS, "rectification", (), standing=True, proposal={}
    ),
}


def without_engine(
    definition: Definition, state: bytes, task_id: str, facts: Mapping[str, Any]
) -> Advance:
    """The same rows are written; where the case goes is known beforehand."""
    del definition, facts
    step = _steps.pop(task_id, Action.REPORT_PROGRESS)
    opened = _NEXT[step]
    fresh = OpenTask(
        uuid4().hex, opened.step_id, opened.process_id, (), opened.standing, opened.proposal
    )
    _steps[fresh.task_id] = Action(fresh.step_id)
    return Advance(
        state=state,
        opened=(fresh,),
        closed=(task_id,),
        effects=(),
        passed=(),
        ends=(),
        finished=False,
        ended_at=None,
    )


_steps: dict[str, Action] = {}


def stock_complete(
    definition: Definition, state: bytes, task_id: str, facts: Mapping[str, Any]
) -> Advance:
    """The step by the stock serialiser: what is stored is its JSON, specs and all."""
    text = state.decode() if state.startswith(b"{") else export_stock(definition, state)
    workflow = STOCK.deserialize_json(text)
    workflow.script_engine = FactEngine(facts)
    before = _ready(workflow)
    workflow.get_task_from_id(UUID(task_id)).run()
    workflow.do_engine_steps()
    after = _ready(workflow)
    return Advance(
        state=str(STOCK.serialize_json(workflow)).encode(),
        opened=tuple(task for key, task in after.items() if key not in before),
        closed=tuple(key for key in before if key not in after),
        effects=(),
        passed=(),
        ends=(),
        finished=workflow.completed,
        ended_at=None,
    )


def _ready(workflow: Any) -> dict[str, OpenTask]:
    return {
        task.id.hex: OpenTask(
            task.id.hex,
            task.task_spec.bpmn_id,
            "rectification",
            (),
            standing=task.task_spec.bpmn_id == Action.REPORT_PROGRESS,
            proposal={},
        )
        for task in workflow.get_tasks(state=TaskState.READY, manual=True)
    }
