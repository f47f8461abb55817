"""The runner: what an act opens, closes and asks for, and what it refuses."""

from threading import Thread

import pytest
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from tests.diagrams.inline import (
    DECIDES,
    INSTANCES,
    OPERATOR,
    STANDING,
    TERMINATE,
    choice,
    diagram,
    end,
    flows,
    node,
    parallel,
    start,
    straight,
    user,
)
from tests.diagrams.walker import definition_of, diagrams, favourable_facts, place_of
from workflows.engine import runner
from workflows.engine.definitions import Definition, collect, forget_parsed, parsed
from workflows.engine.errors import (
    DefinitionInvalidError,
    DefinitionNotFoundError,
    DiagramFailedError,
    FactMissingError,
    InstanceCountError,
    ScriptNotAllowedError,
)
from workflows.errors import TaskNotReadyError

SCRIPT = (
    "<bpmn:extensionElements><spiffworkflow:{0}>x = 1</spiffworkflow:{0}></bpmn:extensionElements>"
)


def small(*parts: str) -> Definition:
    return collect("p", {"p.bpmn": diagram(*parts)})


def task_of(advance: runner.Advance, step_id: str) -> runner.OpenTask:
    return next(each for each in advance.opened if each.step_id == step_id)


def take_first_step(definition: Definition) -> runner.Advance:
    advance = runner.start(definition, {})
    return runner.complete(definition, advance.state, advance.opened[0].task_id, {})


def test_starting_opens_and_completing_closes() -> None:
    definition = small(*straight(user("submit_plan", STANDING.format("standing"))))
    first = runner.start(definition, {})
    task = task_of(first, "submit_plan")
    assert place_of(task) == ("p", "submit_plan", ())
    assert task.standing
    assert runner.open_tasks(definition, first.state) == first.opened
    last = runner.complete(definition, first.state, task.task_id, {})
    assert (last.opened, last.closed) == ((), (task.task_id,))
    assert [each.element_id for each in last.passed] == ["submit_plan", "done"]
    assert (last.finished, last.ended_at) == (True, "done")
    assert runner.open_tasks(definition, last.state) == ()


@pytest.mark.parametrize("task_id", ["", "x", "0" * 32, "not a task"])
def test_an_unknown_step_is_not_ready(task_id: str) -> None:
    definition = small(*straight(user("submit_plan")))
    with pytest.raises(TaskNotReadyError):
        runner.complete(definition, runner.start(definition, {}).state, task_id, {})


def test_a_step_is_not_taken_twice() -> None:
    definition = small(*straight(user("submit_plan")))
    first = runner.start(definition, {})
    last = runner.complete(definition, first.state, first.opened[0].task_id, {})
    with pytest.raises(TaskNotReadyError):
        runner.complete(definition, last.state, first.opened[0].task_id, {})


def test_each_instance_of_a_step_is_told_apart() -> None:
    issue = node("serviceTask", "issue", OPERATOR.format("issue_document", "_", "'letter'"))
    called = diagram(*straight(issue), process_id="q")
    call = node(
        "callActivity", "all", INSTANCES.format("false", "receiver_count"), calledElement="q"
    )
    parts = straight(call)
    definition = collect("p", {"p.bpmn": diagram(*parts), "q.bpmn": called})
    advance = runner.start(definition, {"receiver_count": 2})
    assert [(each.name, each.parameters) for each in advance.effects] == [
        ("issue_document", {"kind": "letter"})
    ] * 2
    assert sorted(each.instance_path for each in advance.effects) == [(0,), (1,)]
    assert len({each.task_id for each in advance.effects}) == 2
    assert advance.finished


@pytest.mark.parametrize("count", [0, -1, 101, True, "2"])
def test_a_step_for_several_needs_a_sensible_number(count: int | str) -> None:
    definition = small(*straight(user("inspect", INSTANCES.format("false", "receiver_count"))))
    with pytest.raises(InstanceCountError):
        runner.start(definition, {"receiver_count": count})


def test_a_missing_fact_is_named_by_gateways_and_decisions() -> None:
    way = small(
        start(),
        choice("way", "way_to_done"),
        end("other"),
        end(),
        flows("begin>way", "way>other?plan_accepted", "way>done"),
    )
    with pytest.raises(FactMissingError):
        runner.start(way, {})
    decision = diagrams()["handling_track.dmn"]
    rule = diagram(*straight(node("businessRuleTask", "decide", DECIDES)))
    with pytest.raises(FactMissingError):
        runner.start(collect("p", {"p.bpmn": rule, "handling_track.dmn": decision}), {})


@pytest.mark.parametrize("kind", ["preScript", "postScript"])
def test_scripts_are_refused(kind: str) -> None:
    definition = small(*straight(user("submit_plan", SCRIPT.format(kind))))
    with pytest.raises(ScriptNotAllowedError):
        take_first_step(definition)


def test_a_diagram_that_never_rests_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "MAX_ELEMENTS", 60)
    definition = small(
        start(),
        choice("merge"),
        choice("way", "way_to_merge"),
        end(),
        flows("begin>merge", "merge>way", "way>done?plan_accepted", "way>merge"),
    )
    with pytest.raises(DiagramFailedError):
        runner.start(definition, {"plan_accepted": False})


def test_an_instance_that_the_library_leaves_standing_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(BpmnWorkflow, "do_engine_steps", lambda *_, **__: None)
    with pytest.raises(DiagramFailedError) as failure:
        runner.start(small(*straight(user("submit_plan"))), {})
    assert failure.value.detail["reason"] == "stalled"


def test_a_diagram_that_leads_nowhere_is_an_error() -> None:
    definition = small(
        start(),
        choice("way", "way_to_join"),
        user("submit_plan"),
        parallel("join"),
        end(),
        flows("begin>way", "way>submit_plan?plan_accepted", "way>join", "submit_plan>join"),
        flows("join>done"),
    )
    with pytest.raises(DiagramFailedError) as failure:
        runner.start(definition, {"plan_accepted": False})
    assert failure.value.detail["reason"] == "leads_nowhere"


def test_an_error_of_the_library_becomes_one_of_ours() -> None:
    definition = small(*straight(node("scriptTask", "script", "<bpmn:script>1</bpmn:script>")))
    with pytest.raises(ScriptNotAllowedError):
        runner.start(definition, {})
    definition = small(*straight(node("userTask", "inspect", INSTANCES.format("false", ""))))
    with pytest.raises(DiagramFailedError):
        runner.start(definition, {})


def test_a_terminate_end_closes_everything_beside_it() -> None:
    definition = small(
        start(),
        parallel("split"),
        user("submit_plan"),
        user("withdraw_case"),
        end(),
        end("withdrawn", TERMINATE),
        flows("begin>split", "split>submit_plan", "submit_plan>done"),
        flows("split>withdraw_case", "withdraw_case>withdrawn"),
    )
    first = runner.start(definition, {})
    task = task_of(first, "withdraw_case")
    last = runner.complete(definition, first.state, task.task_id, {})
    assert set(last.closed) == {each.task_id for each in first.opened}
    assert (last.finished, last.ended_at) == (True, "withdrawn")


@pytest.mark.parametrize(
    ("steps", "facts", "ends"),
    [
        (
            ["withdraw_case", "confirm_withdrawal"],
            {"hazard_closed": False},
            ["withdrawal_decided", "withdrawn", "ended_without_delisting"],
        ),
        (
            ["verify_hazard", "confirm_verdict"],
            {"judged_ordinary": True, "hazard_closed": False},
            ["found_ordinary", "left_as_ordinary", "ended_without_delisting"],
        ),
    ],
)
def test_how_supervision_ended_is_told(
    steps: list[str], facts: dict[str, bool], ends: list[str]
) -> None:
    definition, facts_now = definition_of("hazard_supervision"), favourable_facts() | facts
    advance = runner.start(definition, facts_now)
    for step in ["file_first_report", *steps]:
        tasks = {each.step_id: each for each in runner.open_tasks(definition, advance.state)}
        advance = runner.complete(definition, advance.state, tasks[step].task_id, facts_now)
    assert [each.element_id for each in advance.ends] == ends
    assert advance.finished
    assert advance.ended_at == ends[-1]
    assert advance.passed[-1].process_id == "hazard_supervision"


def test_a_proposal_comes_from_the_decision() -> None:
    definition, facts = definition_of("intake"), favourable_facts()
    begun = runner.start(definition, facts)
    task = task_of(begun, "verify_hazard")
    verified = runner.complete(definition, begun.state, task.task_id, facts)
    assert task_of(verified, "confirm_verdict").proposal == {
        "proposed_track": "own_listing",
        "proposed_level": "city",
    }


def test_the_digest_covers_what_a_process_needs_and_nothing_else() -> None:
    files = diagrams()
    digest = collect("intake", files).digest
    for name, changes in [
        ("intake.bpmn", True),
        ("handling_track.dmn", True),
        ("listing.bpmn", False),
        ("listing_level.dmn", True),
        ("intake.svg", False),
    ]:
        changed = {**files, name: files[name] + b"\n"}
        assert (collect("intake", changed).digest != digest) is changes, name
    assert collect("hazard_supervision", files).files.keys() >= {
        "intake.bpmn",
        "handling_track.dmn",
    }


def test_what_cannot_be_found_is_named() -> None:
    with pytest.raises(DefinitionNotFoundError):
        collect("nowhere", diagrams())
    calls = diagram(*straight(node("callActivity", "other", calledElement="nowhere")))
    with pytest.raises(DefinitionNotFoundError) as refusal:
        collect("p", {"p.bpmn": calls})
    assert refusal.value.detail["id"] == "nowhere"


def test_a_broken_file_matters_only_where_it_may_be_needed() -> None:
    good = diagram(*straight(user("submit_plan")))
    assert collect("p", {"p.bpmn": good, "q.bpmn": b"<"}).files.keys() == {"p.bpmn"}
    with pytest.raises(DefinitionInvalidError):
        collect("q", {"p.bpmn": good, "q.bpmn": b"<"})
    with pytest.raises(DefinitionInvalidError):
        collect("p", {"p.bpmn": good, "q.bpmn": good})


def test_a_definition_that_is_not_what_its_digest_says_is_refused() -> None:
    definition = small(*straight(user("submit_plan")))
    other = diagram(*straight(user("review_plan")))
    forget_parsed()
    with pytest.raises(DefinitionInvalidError):
        parsed(Definition("p", definition.digest, {"p.bpmn": other}))


def test_threads_share_one_parsed_definition() -> None:
    definition = definition_of("hazard_supervision")
    forget_parsed()
    found: list[object] = []
    threads = [Thread(target=lambda: found.append(parsed(definition))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len({id(each) for each in found}) == 1
