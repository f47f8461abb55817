"""Past turns of loops: forgotten in time, for the library stops looking at a depth of 1000."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

MAX_TASKS = 200


def forget_turns(workflow: Any) -> None:
    """In each large process, leave one turn of every loop. What was done is in the events."""
    for process in (workflow, *workflow.subprocesses.values()):
        if not process.completed and len(process.tasks) > MAX_TASKS:
            for run in list(_runs(process)):
                _keep_last_turns(process, run)


def _runs(process: Any) -> Iterator[list[Any]]:
    """Stretches of completed tasks, one after the other, with nothing beside them."""
    waiting = [process.task_tree]
    while waiting:
        task, run = waiting.pop(), []
        while _is_plain(process, task):
            run.append(task)
            task = task.children[0]
        waiting.extend(task.children)
        if run:
            yield run


def _is_plain(process: Any, task: Any) -> bool:
    return (
        task.state == TaskState.COMPLETED
        and len(task.children) == 1
        and not task.triggered
        and not task.internal_data
        and task is not process.last_task
        and not isinstance(task.task_spec, UnstructuredJoin)
    )


def _keep_last_turns(process: Any, run: list[Any]) -> None:
    """Where a step comes again, go on from its last time: the same step under the same one."""
    last = {task.task_spec.name: position for position, task in enumerate(run)}
    kept, position = [run[0]], 1
    while position < len(run):
        position = last[run[position].task_spec.name]
        kept.append(run[position])
        position += 1
    for before, after in pairwise(kept):
        before.children = [after]
        after.parent = before
    for forgotten in {task.id for task in run} - {task.id for task in kept}:
        del process.tasks[forgotten]
