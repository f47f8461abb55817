"""The seal: what was changed, belongs elsewhere or has another format is refused undecoded."""

from typing import TypedDict

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.engine import definitions, runner, state
from workflows.engine.errors import StateFormatError, StateTamperedError

KEY = b"k" * 32
PAYLOAD = b'[1,"payload"]'
BPMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
 targetNamespace="urn:test">
<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="begin"/>
<bpmn:userTask id="submit_plan"/><bpmn:endEvent id="done"/>
<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="submit_plan"/>
<bpmn:sequenceFlow id="f2" sourceRef="submit_plan" targetRef="done"/></bpmn:process>
</bpmn:definitions>"""


class Place(TypedDict):
    key_id: str
    instance_id: int
    version: int
    digest: str


def place(
    key_id: str = "2026-1", instance_id: int = 7, version: int = 3, digest: str = "d" * 64
) -> Place:
    return Place(key_id=key_id, instance_id=instance_id, version=version, digest=digest)


def sealed() -> bytes:
    return state.seal(PAYLOAD, key=KEY, **place())


def test_a_sealed_state_opens_for_its_own_place() -> None:
    assert state.unseal(sealed(), key=KEY, **place()) == PAYLOAD


@pytest.mark.parametrize(
    "other",
    [
        place(instance_id=8),
        place(version=2),
        place(digest="e" * 64),
        place(digest="d" * 63),
        place(key_id="2026-2"),
        place(key_id="2026-1x"),
        place(key_id=""),
    ],
)
def test_a_state_from_another_place_is_refused(other: Place) -> None:
    with pytest.raises(StateTamperedError):
        state.unseal(sealed(), key=KEY, **other)


def test_a_state_sealed_with_another_key_is_refused() -> None:
    with pytest.raises(StateTamperedError):
        state.unseal(sealed(), key=b"x" * 32, **place())


@given(st.integers(min_value=0, max_value=len(sealed()) - 1), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(position: int, change: int) -> None:
    blob = bytearray(sealed())
    blob[position] ^= change
    with pytest.raises((StateTamperedError, StateFormatError)):
        state.unseal(bytes(blob), key=KEY, **place())


@given(st.integers(min_value=0, max_value=len(sealed()) - 1))
def test_a_cut_state_is_refused(length: int) -> None:
    with pytest.raises((StateTamperedError, StateFormatError)):
        state.unseal(sealed()[:length], key=KEY, **place())


def test_another_format_is_refused_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "FORMAT_VERSION", state.FORMAT_VERSION + 1)
    newer = sealed()
    monkeypatch.undo()
    with pytest.raises(StateFormatError):
        state.unseal(newer, key=KEY, **place())
    with pytest.raises(StateFormatError):
        state.unseal(PAYLOAD, key=KEY, **place())


def test_nothing_is_decoded_before_the_seal_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orjson, "loads", lambda _: pytest.fail("decoded"))
    with pytest.raises(StateTamperedError):
        state.unseal(sealed(), key=KEY, **place(version=4))


@pytest.fixture
def definition() -> definitions.Definition:
    return definitions.collect("p", {"p.bpmn": BPMN})


@pytest.mark.parametrize("payload", [b"", b"\xff", b"[]", b"{}", b"[1,2]", b"[0,1,2,3]", b"7"])
def test_what_is_no_state_is_refused(definition: definitions.Definition, payload: bytes) -> None:
    with pytest.raises(StateFormatError):
        runner.open_tasks(definition, payload)


def test_rows_that_fit_no_tree_are_refused(definition: definitions.Definition) -> None:
    good = runner.start(definition, {}).state
    version, digest, process, called = orjson.loads(good)
    for rows in ([], [[1, 2]], [["zz", -1, 0, 16, 1.0]], [[process[4][0][0], -1, 99, 16, 1.0]]):
        spoilt = orjson.dumps([version, digest, [*process[:4], rows], called])
        with pytest.raises(StateFormatError):
            runner.open_tasks(definition, spoilt)


def test_the_state_of_another_definition_is_refused(definition: definitions.Definition) -> None:
    changed = {"p.bpmn": BPMN.replace(b'id="done"', b'id="done" name="end"')}
    with pytest.raises(StateFormatError):
        runner.open_tasks(definitions.collect("p", changed), runner.start(definition, {}).state)


def test_data_that_cannot_be_stored_is_refused(definition: definitions.Definition) -> None:
    specs = definitions.parsed(definition)
    workflow = state.decode(runner.start(definition, {}).state, specs, None)
    workflow.data = {"place": object()}
    with pytest.raises(StateFormatError):
        state.encode(workflow, specs)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"serializer_version": "9"}'])
def test_what_is_no_stock_export_is_refused(definition: definitions.Definition, text: str) -> None:
    with pytest.raises(StateFormatError):
        state.import_stock(definition, text)


def test_the_export_of_another_process_is_refused(definition: definitions.Definition) -> None:
    text = state.export_stock(definition, runner.start(definition, {}).state)
    other = definitions.collect("q", {"q.bpmn": BPMN.replace(b'"p"', b'"q"')})
    with pytest.raises(StateFormatError):
        state.import_stock(other, text)
