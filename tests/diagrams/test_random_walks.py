"""Random walks: stored after every act, an instance goes the same way as in memory."""

import base64
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.diagrams.walker import (
    Act,
    Facts,
    InMemory,
    Place,
    Stored,
    definition_of,
    favourable_facts,
    process_ids,
    random_acts,
    random_facts,
)
from workflows.engine import runner, state
from workflows.engine.definitions import forget_parsed, parsed
from workflows.facts import DECISION_OUTPUTS

# The service task's result has to go somewhere: a variable that nothing may read.
VARIABLES = {*DECISION_OUTPUTS, "_"}


def next_duty(instance: InMemory | Stored) -> Place:
    return min(place for place, task in instance.open().items() if not task.standing)


def content_of(stored: bytes) -> list[object]:
    """What a state says; called processes of equal depth have no order."""
    *top, called = json.loads(stored)
    return [*top, sorted(called)]


def walk_both(process_id: str, seed: str, most: int, *, cold: bool, stock_json: bool) -> list[Act]:
    chance = random.Random(seed)
    definition, facts = definition_of(process_id), random_facts(chance)
    stored = Stored(definition, facts, cold=cold)
    memory = InMemory(definition, facts, stock_json=stock_json)
    taken = []
    for place, facts in random_acts(stored, chance, most):
        stored.act(place, facts)
        memory.act(place, facts)
        assert stored.progress == memory.progress
        assert stored.open().keys() == memory.open().keys()
        assert stored.shape() == memory.shape()
        taken.append((place, facts))
    return taken


@pytest.mark.parametrize("process_id", process_ids())
@pytest.mark.parametrize("seed", range(3))
def test_restored_with_newly_parsed_diagrams_an_instance_goes_the_same_way(
    process_id: str, seed: int
) -> None:
    most = 40 if process_id == "hazard_supervision" else 20
    walk_both(process_id, f"cold {seed}", most, cold=True, stock_json=False)


@pytest.mark.parametrize("seed", range(12))
def test_a_long_case_goes_the_same_way(seed: int) -> None:
    walk_both("hazard_supervision", f"warm {seed}", 80, cold=False, stock_json=False)


def test_the_walks_reach_every_step() -> None:
    specs = parsed(definition_of("hazard_supervision"))
    steps = [step for table in specs.tables.values() for step in table.steps]
    wanted = {step.bpmn_id for step in steps if step.manual and step.bpmn_id}
    reached, seed = set[str](), 0
    tracks = ("listed", "tracked", "own_listing", "external_listing")
    while reached != wanted and seed < 500:
        chance, track = random.Random(f"reach {seed}"), tracks[seed % len(tracks)]
        taken: Facts = {"track": track, "to_be_listed": track in ("listed", "external_listing")}
        stored = Stored(definition_of("hazard_supervision"), random_facts(chance), cold=False)
        for place, facts in random_acts(stored, chance, 100):
            stored.act(place, {**facts, **taken})
            reached.add(place[1])
        seed += 1
    assert reached == wanted


@pytest.mark.parametrize("seed", range(3))
def test_the_stock_serialiser_agrees(seed: int) -> None:
    walk_both("hazard_supervision", f"stock {seed}", 30, cold=False, stock_json=True)


def test_the_turns_of_a_standing_loop_are_forgotten_and_change_nothing() -> None:
    definition, facts = definition_of("rectification"), favourable_facts()
    stored, memory = Stored(definition, facts, cold=False), InMemory(definition, facts)
    turn = ["report_progress", "review_progress"]
    end = ["apply_for_acceptance", "endorse_as_parent_company_head"]
    for step in ["submit_plan", "review_plan", *turn * 90, *end]:
        stored.act(("rectification", step, ()), facts)
        memory.act(("rectification", step, ()), facts)
        assert stored.open().keys() == memory.open().keys()
        assert len(stored.state) < 15_000
    assert stored.progress == memory.progress
    assert stored.progress.finished


def test_a_loop_may_turn_more_often_than_the_library_can_look() -> None:
    definition, facts = definition_of("rectification"), favourable_facts()
    advance = runner.start(definition, facts)
    for _ in range(2 + 2 * 340):
        open_now = {each.step_id: each.task_id for each in advance.opened}
        step = max(open_now)
        advance = runner.complete(definition, advance.state, open_now[step], facts)
    assert [each.step_id for each in advance.opened] == ["update_five_in_place"]


@pytest.mark.parametrize("process_id", process_ids())
def test_nothing_but_decision_outputs_is_kept_in_an_instance(process_id: str) -> None:
    chance = random.Random(process_id)
    stored = Stored(definition_of(process_id), random_facts(chance), cold=False)
    for place, facts in random_acts(stored, chance, 40):
        stored.act(place, facts)
        workflow = state.decode(stored.state, parsed(stored.definition), None)
        living = [workflow, *workflow.subprocesses.values()]
        assert {name for each in living for name in each.data} <= VARIABLES
        assert {
            name for each in living for task in each.tasks.values() for name in task.data
        } <= VARIABLES


@pytest.mark.parametrize("seed", range(2))
def test_exported_and_imported_state_is_the_same_state(seed: int) -> None:
    chance = random.Random(seed)
    stored = Stored(definition_of("hazard_supervision"), random_facts(chance), cold=False)
    for place, facts in random_acts(stored, chance, 20):
        stored.act(place, facts)
        text = state.export_stock(stored.definition, stored.state)
        forget_parsed()
        imported = state.import_stock(stored.definition, text)
        assert content_of(imported) == content_of(stored.state)


def test_a_second_operating_system_process_takes_the_case_to_its_end() -> None:
    definition, facts = definition_of("hazard_supervision"), favourable_facts()
    first, memory = Stored(definition, facts, cold=False), InMemory(definition, facts)
    while ("handover", "acknowledge_handover", (1,)) not in first.open():
        place = next_duty(first)
        first.act(place, facts)
        memory.act(place, facts)
    seen, rest = len(memory.progress.path), []
    while not memory.progress.finished:
        place = next_duty(memory)
        memory.act(place, facts)
        rest.append((place, facts))
    message = {
        "process_id": "hazard_supervision",
        "state": base64.b64encode(first.state).decode(),
        "acts": rest,
    }
    answer = subprocess.run(
        [sys.executable, "-m", "tests.diagrams.walker"],
        input=json.dumps(message),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    path = [
        (process, element, tuple(where)) for process, element, where in json.loads(answer.stdout)
    ]
    assert path == memory.progress.path[seen:]
    assert path[-1] == ("hazard_supervision", "archived", ())
