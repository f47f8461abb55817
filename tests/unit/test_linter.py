"""The linter: each rule finds what it is for, and nothing a file holds makes it stumble."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    standing,
    start,
    straight,
    user,
)
from workflows.diagram_words import ALL_FACTS, STEPS
from workflows.engine.linter import lint
from workflows.facts import DECISION_OUTPUTS, EFFECTS, FACTS

FOLDER = Path(__file__).parents[2] / "bpmn"


def codes(files: dict[str, bytes]) -> set[str]:
    findings = lint(
        files,
        actions=STEPS,
        facts=ALL_FACTS,
        effects=EFFECTS,
        decision_outputs=DECISION_OUTPUTS,
    )
    return {finding.code for finding in findings}


def codes_of(*parts: str) -> set[str]:
    return codes({"p.bpmn": diagram(*parts)})


def decided(*conditions: str, default: bool = True) -> tuple[str, ...]:
    """A choice between ends: one for each condition, and the default."""
    ends = [f"e{number}" for number, _ in enumerate(conditions)]
    leaving = [f"way>{name}?{each}" for name, each in zip(ends, conditions, strict=True)]
    return (
        start(),
        user("review_plan"),
        choice("way", "way_to_done" if default else ""),
        *map(end, ends),
        end(),
        flows("begin>review_plan", "review_plan>way", *leaving, "way>done"),
    )


def split(*parts: str) -> tuple[str, ...]:
    return start(), parallel("split"), flows("begin>split"), *parts


def test_the_diagrams_of_the_project_have_no_findings() -> None:
    files = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}
    assert codes(files) == set()


GOOD = {
    "one task": straight(user("submit_plan")),
    "a choice": decided("plan_accepted"),
    "a choice by word": decided("closure_return == 'acceptance'", "closure_return == 'none'"),
    "an effect": straight(
        node("serviceTask", "issue", OPERATOR.format("issue_document", "_", "'x'"))
    ),
    "instances": straight(
        user("inspect_rectification", INSTANCES.format("false", "receiver_count"))
    ),
    "a rework loop": (
        start(),
        user("submit_plan"),
        user("review_plan"),
        choice("way", "way_to_submit_plan"),
        end(),
        flows("begin>submit_plan", "submit_plan>review_plan", "review_plan>way"),
        flows("way>done?plan_accepted", "way>submit_plan"),
    ),
    "a split and its join": split(
        user("submit_plan"),
        user("review_plan"),
        parallel("join"),
        end(),
        flows("split>submit_plan", "split>review_plan", "submit_plan>join", "review_plan>join"),
        flows("join>done"),
    ),
    "a standing loop beside a terminate end": split(
        user("submit_plan"),
        choice("again"),
        standing("report_progress"),
        end("done", TERMINATE),
        flows("split>submit_plan", "submit_plan>done", "split>again", "again>report_progress"),
        flows("report_progress>again"),
    ),
    "a branch of a join that may end everything": split(
        user("verify_hazard"),
        choice("way", "way_to_join"),
        end("ordinary", TERMINATE),
        user("issue_rectification_order"),
        parallel("join"),
        end(),
        flows("split>verify_hazard", "verify_hazard>way", "way>ordinary?judged_ordinary"),
        flows("way>join", "split>issue_rectification_order", "issue_rectification_order>join"),
        flows("join>done"),
    ),
    "a loop around a split and its join": (
        start(),
        choice("merge"),
        parallel("split"),
        user("submit_plan"),
        user("review_plan"),
        parallel("join"),
        choice("way", "way_to_merge"),
        end(),
        flows("begin>merge", "merge>split", "split>submit_plan", "split>review_plan"),
        flows("submit_plan>join", "review_plan>join", "join>way"),
        flows("way>done?plan_accepted", "way>merge"),
    ),
}
BAD = {
    "action_unknown": straight(user("do_something")),
    "id_reserved": (start(), user("submit_plan"), end("End"),
                    flows("begin>submit_plan", "submit_plan>End")),
    "name_missing": straight(node("userTask", "submit_plan", name="")),
    "element_not_allowed": straight(node("manualTask", "submit_plan")),
    "attribute_not_allowed": straight(node("userTask", "submit_plan", isForCompensation="true")),
    "extension_not_allowed": straight(user(
        "submit_plan",
        "<bpmn:extensionElements><spiffworkflow:preScript>x = 1</spiffworkflow:preScript>"
        "</bpmn:extensionElements>",
    )),
    "property_unknown": straight(user("submit_plan", STANDING.format("optional"))),
    "standing_misplaced": straight(node("callActivity", "q", STANDING.format("standing"))),
    "effect_unknown": straight(
        node("serviceTask", "issue", OPERATOR.format("send_mail", "_", "'x'"))
    ),
    "result_variable": straight(
        node("serviceTask", "issue", OPERATOR.format("issue_document", "found", "'x'"))
    ),
    "parameter_not_a_text": straight(
        node("serviceTask", "issue", OPERATOR.format("issue_document", "_", "1"))
    ),
    "called_process_missing": straight(node("callActivity", "other", calledElement="nowhere")),
    "calls_itself": straight(node("callActivity", "again", calledElement="p")),
    "decision_missing": straight(node("businessRuleTask", "decide", DECIDES)),
    "cardinality_not_a_count": straight(
        user("inspect_rectification", INSTANCES.format("false", "plan_accepted"))
    ),
    "instances_in_sequence": straight(
        user("inspect_rectification", INSTANCES.format("true", "receiver_count"))
    ),
    "instances_misplaced": straight(node(
        "serviceTask",
        "issue",
        OPERATOR.format("issue_document", "_", "'x'") + INSTANCES.format("false", "receiver_count"),
    )),
    "default_missing": decided("plan_accepted", default=False),
    "fact_unknown": decided("plan_good"),
    "value_unknown": decided("closure_return == 'acceptanc'"),
    "condition_reads_one_fact": decided("plan_accepted and leader_endorsed"),
    "condition_reads_a_count": decided("receiver_count > 1"),
    "condition_not_boolean": decided("closure_return"),
    "conditions_overlap": decided("plan_accepted", "leader_endorsed"),
    "too_many_combinations": decided(*[name for name, kind in FACTS.items() if kind is bool]),
    "expression_invalid": decided("plan_accepted.__class__"),
    "condition_misplaced": (start(), user("submit_plan"), end(),
                            flows("begin>submit_plan", "submit_plan>done?plan_accepted")),
    "flow_dangling": (*straight(user("submit_plan")), flows("submit_plan>nowhere")),
    "start_count": (start(), *straight(user("submit_plan")).__getitem__(slice(1, 4)),
                    node("startEvent", "second"), flows("second>submit_plan")),
    "start_entered": (*straight(user("submit_plan")), flows("submit_plan>begin")),
    "outgoing_count": (start(), user("submit_plan"), user("review_plan"), end(),
                       flows("begin>submit_plan", "submit_plan>review_plan", "submit_plan>done")),
    "unreachable": (*straight(user("submit_plan")), user("review_plan"), flows("review_plan>done")),
    "no_end": (start(), user("submit_plan"), user("review_plan"),
               flows("begin>submit_plan", "submit_plan>review_plan", "review_plan>submit_plan")),
    "loop_without_wait": (
        start(), choice("merge"), choice("way", "way_to_merge"), end(),
        flows("begin>merge", "merge>way", "way>done?plan_accepted", "way>merge"),
    ),
    "split_without_join_or_terminate": split(
        user("submit_plan"), choice("again"), standing("report_progress"), end(),
        flows("split>submit_plan", "submit_plan>done", "split>again", "again>report_progress"),
        flows("report_progress>again"),
    ),
    "branches_merge_without_join": split(
        user("submit_plan"), user("review_plan"), choice("merge"), end(),
        flows("split>submit_plan", "split>review_plan", "submit_plan>merge", "review_plan>merge"),
        flows("merge>done"),
    ),
    "branch_may_miss_join": split(
        user("submit_plan"), choice("way", "way_to_join"), end("early"), user("review_plan"),
        parallel("join"), end(),
        flows("split>submit_plan", "submit_plan>way", "way>early?plan_accepted", "way>join"),
        flows("split>review_plan", "review_plan>join", "join>done"),
    ),
    "join_without_split": (
        start(), user("review_plan"), choice("way", "way_to_submit_plan"), user("submit_plan"),
        user("apply_for_acceptance"), parallel("join"), end(),
        flows("begin>review_plan", "review_plan>way", "way>submit_plan"),
        flows("way>apply_for_acceptance?plan_accepted", "submit_plan>join"),
        flows("apply_for_acceptance>join", "join>done"),
    ),
    "join_waits_for_ever": split(
        user("review_plan"), choice("way", "way_to_submit_plan"), user("submit_plan"),
        user("apply_for_acceptance"), user("report_progress"), parallel("join"), end(),
        flows("split>review_plan", "review_plan>way", "way>submit_plan", "submit_plan>join"),
        flows("way>apply_for_acceptance?plan_accepted", "apply_for_acceptance>join"),
        flows("split>report_progress", "report_progress>join", "join>done"),
    ),
    "branch_entered_from_outside": split(
        user("submit_plan"), user("review_plan"), parallel("join"), user("apply_for_acceptance"),
        choice("way", "way_to_done"), end(),
        flows("split>submit_plan", "split>review_plan", "submit_plan>join", "review_plan>join"),
        flows("join>apply_for_acceptance", "apply_for_acceptance>way"),
        flows("way>submit_plan?plan_accepted", "way>done"),
    ),
    "split_reentered_from_branch": (
        start(), choice("merge"), parallel("split"), user("submit_plan"),
        choice("way", "way_to_merge"), user("review_plan"), end(), end("over", TERMINATE),
        flows("begin>merge", "merge>split", "split>submit_plan", "submit_plan>way"),
        flows("way>over?plan_accepted", "way>merge", "split>review_plan", "review_plan>done"),
    ),
    "several_joins": split(
        user("submit_plan"), choice("left", "left_to_join"), user("review_plan"),
        choice("right", "right_to_join"), parallel("join"), parallel("other"), end(), end("end"),
        flows("split>submit_plan", "submit_plan>left", "left>join", "left>other?plan_accepted"),
        flows("split>review_plan", "review_plan>right", "right>join"),
        flows("right>other?plan_accepted", "join>done", "other>end"),
    ),
    "no_way_out": (
        start(), user("review_plan"), choice("way", "way_to_done"), end(), user("submit_plan"),
        user("report_progress"), flows("begin>review_plan", "review_plan>way", "way>done"),
        flows("way>submit_plan?plan_accepted", "submit_plan>report_progress"),
        flows("report_progress>submit_plan"),
    ),
    "condition_missing": (*decided("plan_accepted"), end("third"), flows("way>third")),
    "condition_on_default": (
        start(), user("review_plan"), choice("way", "way_to_done"), end(), end("other"),
        flows("begin>review_plan", "review_plan>way", "way>other?plan_accepted"),
        flows("way>done?leader_endorsed"),
    ),
    "gateway_mixed": split(
        user("submit_plan"), user("review_plan"), parallel("both"), end(), end("other"),
        flows("split>submit_plan", "split>review_plan", "submit_plan>both", "review_plan>both"),
        flows("both>done", "both>other"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD)
def test_a_sound_diagram_has_no_findings(case: str) -> None:
    assert codes_of(*GOOD[case]) == set()


@pytest.mark.parametrize("code", BAD)
def test_a_flaw_is_found(code: str) -> None:
    assert code in codes_of(*BAD[code])


def test_a_standing_step_does_not_count_as_the_end_of_a_phase() -> None:
    parts = split(
        user("submit_plan"),
        end(),
        standing("withdraw_case"),
        end("withdrawn", TERMINATE),
        flows("split>submit_plan", "submit_plan>done"),
        flows("split>withdraw_case", "withdraw_case>withdrawn"),
    )
    assert codes_of(*parts) == {"split_without_join_or_terminate"}


def test_a_process_of_standing_steps_alone_lasts_as_long_as_what_called_it() -> None:
    parts = split(
        choice("again"),
        standing("report_progress"),
        flows("split>again", "again>report_progress", "report_progress>again"),
        standing("withdraw_case"),
        end("withdrawn", TERMINATE),
        flows("split>withdraw_case", "withdraw_case>withdrawn"),
    )
    assert codes_of(*parts) == set()


def test_a_process_is_executable_and_a_gateway_leads_somewhere() -> None:
    idle = plain().replace(b'isExecutable="true"', b'isExecutable="false"')
    assert "not_executable" in codes({"p.bpmn": idle})
    parts = (start(), user("submit_plan"), choice("way"))
    assert "outgoing_count" in codes_of(*parts, flows("begin>submit_plan", "submit_plan>way"))


def test_what_is_not_drawn_is_found() -> None:
    undrawn = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", plain())
    assert codes({"p.bpmn": undrawn}) == {"shape_missing"}


@pytest.mark.parametrize(
    "hidden",
    [
        node("subProcess", "inner", start() + end(), triggeredByEvent="true"),
        node("scriptTask", "script", "<bpmn:script>import os</bpmn:script>"),
        node("task", "plain"),
        node("inclusiveGateway", "some"),
        node("intermediateCatchEvent", "timer", "<bpmn:timerEventDefinition id='t'/>"),
        node("boundaryEvent", "boundary", "<bpmn:timerEventDefinition id='t'/>",
             attachedToRef="submit_plan"),
        node("adHocSubProcess", "adhoc"),
        node("dataObject", "data"),
        "<bpmn:ioSpecification><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>",
    ],
)  # fmt: skip
def test_constructs_that_hang_or_run_code_are_refused(hidden: str) -> None:
    found = codes_of(*straight(user("submit_plan")), hidden)
    assert found & {"element_not_allowed", "attribute_not_allowed"}


def test_the_outputs_of_a_decision_are_read_just_behind_it_only() -> None:
    decision = (FOLDER / "handling_track.dmn").read_bytes()
    parts = (
        start(),
        node("businessRuleTask", "decide", DECIDES),
        choice("way", "way_to_done"),
        end(),
        user("submit_plan"),
        end("listed"),
        flows("begin>decide", "way>submit_plan?proposed_track == 'listed'"),
        flows("way>done", "submit_plan>listed"),
    )
    behind = diagram(*parts, flows("decide>way"))
    later = diagram(*parts, user("review_plan"), flows("decide>review_plan", "review_plan>way"))
    assert codes({"p.bpmn": behind, "handling_track.dmn": decision}) == set()
    assert codes({"p.bpmn": later, "handling_track.dmn": decision}) == {"fact_unknown"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b'hitPolicy="UNIQUE"', b'hitPolicy="COLLECT"'), "hit_policy"),
        ((b"is_major", b"is_grave"), "fact_unknown"),
        ((b"proposed_track", b"track"), "output_unknown"),
        ((b'"listed"', b'"watched"'), "value_unknown"),
        ((b"False", b"True"), "decision_gap"),
        ((b"False", b""), "decision_overlap"),
        ((b"False", b"__import__('os')"), "expression_invalid"),
        ((b"False", b"? == False"), ""),
        ((b"False", b"== False"), ""),
        ((b"False", b"not ?"), ""),
    ],
)
def test_the_rows_of_a_decision_are_tried(change: tuple[bytes, bytes], code: str) -> None:
    decision = (FOLDER / "handling_track.dmn").read_bytes()
    assert change[0] in decision
    found = codes({"handling_track.dmn": decision.replace(*change)})
    assert (code in found) if code else not found


def table(inputs: list[str], *rows: str) -> bytes:
    """Rows are cells with a comma between them, the output last."""
    given = "".join(
        f'<input id="i{number}"><inputExpression id="x{number}"><text>{name}</text>'
        "</inputExpression></input>"
        for number, name in enumerate(inputs)
    )
    written = ""
    for number, row in enumerate(rows):
        *cells, answer = row.split(",")
        entries = "".join(
            f'<inputEntry id="c{number}_{column}"><text>{cell}</text></inputEntry>'
            for column, cell in enumerate(cells)
        )
        output = f'<outputEntry id="o{number}"><text>{answer}</text></outputEntry>'
        written += f'<rule id="r{number}">{entries}{output}</rule>'
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        ' namespace="urn:test"><decision id="t" name="t"><decisionTable id="table">'
        f'{given}<output id="o" name="proposed_level"/>{written}</decisionTable></decision>'
        "</definitions>"
    ).encode()


BOOLEANS = [name for name, kind in FACTS.items() if kind is bool]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (table(["is_major"], "True,'city'", "False,'county'"), set()),
        (table(["receiver_count"], "&lt; 3,'city'", "? >= 3,'county'"), set()),
        (table(["receiver_count"], "&lt; 3,'city'", "> 3,'county'"), {"decision_gap"}),
        (table(["receiver_count"], "3,'city'", "-,'county'"), {"decision_overlap"}),
        (table(["closure_return"], "'none','city'", "? != 'none','county'"), set()),
        (table(["closure_return"], "'nothing','city'", "-,'county'"), {"value_unknown"}),
        (table(["is_major"], "True,False,'city'", "False,'county'"), {"cell_count"}),
        (table(["is_major"], f"{'x' * 500},'city'", "-,'county'"), {"expression_invalid"}),
        (table(["is_major"], "True,"), {"expression_invalid", "decision_gap"}),
        (table(BOOLEANS, "," * len(BOOLEANS) + "'city'"), {"too_many_combinations"}),
        (table(["is_major"], "-,'city'").replace(b"</decision>", b"</decision><decision/>"),
         {"decision_count", "file_holds_one"}),
    ],
)  # fmt: skip
def test_a_table_answers_every_question_once(content: bytes, found: set[str]) -> None:
    assert codes({"t.dmn": content}) == found


def test_two_processes_may_not_share_an_id() -> None:
    other = diagram(*straight(user("submit_plan")))
    assert "process_id_used_twice" in codes({"p.bpmn": plain(), "q.bpmn": other})
    assert "file_holds_one" in codes({"q.bpmn": other})


def plain() -> bytes:
    return diagram(*straight(user("submit_plan")))


LAUGHS = b"".join(
    b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 12)
)
HOSTILE = {
    "empty": (b"", "xml_malformed"),
    "no xml": (b"\x00\xff\xfe", "xml_malformed"),
    "cut": (plain()[:600], "xml_malformed"),
    "document type": (plain().replace(b"?>", b"?><!DOCTYPE x>", 1), "xml_doctype"),
    "entities": (b'<!DOCTYPE x [<!ENTITY e0 "l">' + LAUGHS + b"]><x>&e11;</x>", "xml_doctype"),
    "outside": (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "xml_doctype"),
    "hidden in utf-16": (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "l">]><x>&e;</x>'.encode(
            "utf-16"
        ),
        "xml_doctype",
    ),
    "utf-16": ('<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16"), "xml_encoding"),
    "large": (b" " * 2_000_001, "xml_too_large"),
    "deep": (b"<x>" * 5000 + b"</x>" * 5000, "xml_malformed"),
    "another vocabulary": (b"<x/>", "vocabulary_unknown"),
    "schema": (plain().replace(b"isExecutable", b"isDangerous"), "schema"),
    "no process": (diagram().replace(b"bpmn:process", b"bpmn:category"), "file_holds_one"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_broken_and_hostile_files_are_findings(case: str) -> None:
    content, code = HOSTILE[case]
    assert code in codes({"p.bpmn": content})
    assert codes({"p.dmn": content})


def test_a_chain_too_long_for_the_library_is_a_finding() -> None:
    names = [f"way{number}" for number in range(600)]
    pairs = zip(["begin", *names], [*names, "done"], strict=True)
    parts = (start(), *map(choice, names), end(), flows(*[f"{a}>{b}" for a, b in pairs]))
    assert codes_of(*parts) == {"schema"}


@given(st.integers(0, 20_000), st.integers(1, 400), st.binary(max_size=12))
def test_no_damage_to_a_file_makes_the_linter_stumble(at: int, length: int, put: bytes) -> None:
    files = {name: (FOLDER / name).read_bytes() for name in ("intake.bpmn", "handling_track.dmn")}
    for name, content in files.items():
        place = at % len(content)
        damaged = content[:place] + put + content[place + length :]
        codes({**files, name: damaged})
