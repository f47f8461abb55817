"""The linter: what a diagram or decision may be, told as findings and never as an exception."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.engine.definitions import (
    BPMN,
    DMN,
    NAMESPACES,
    called_by,
    collect,
    parsed,
    read_xml,
)
from workflows.engine.errors import DefinitionInvalidError, DefinitionNotFoundError
from workflows.engine.linter_conditions import (
    Kinds,
    check_cardinality,
    check_choices,
    check_constant,
    check_decision,
    outputs_of,
)
from workflows.engine.linter_elements import check_elements, check_shapes
from workflows.engine.linter_flows import (
    Flow,
    Problem,
    Scope,
    check_flows,
    is_standing,
    local_name,
    scopes_of,
    surely_waits,
    waiting_nodes,
)


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, and where."""

    file: str
    element_id: str
    code: str
    detail: str


def lint(
    files: Mapping[str, bytes],
    *,
    actions: Collection[str],
    facts: Kinds,
    effects: Collection[str],
    decision_outputs: Kinds,
) -> list[Finding]:
    """Everything wrong with a folder of diagrams and decisions. Other files are not looked at."""
    wanted = {name: data for name, data in files.items() if name.endswith((".bpmn", ".dmn"))}
    vocabulary = _Vocabulary(frozenset(actions), facts, frozenset(effects), decision_outputs)
    return sorted(set(_Folder(wanted, vocabulary).findings()))


@dataclass(frozen=True)
class _Vocabulary:
    actions: frozenset[str]
    facts: Kinds
    effects: frozenset[str]
    decision_outputs: Kinds


class _Folder:
    """The files that can be read, and what is wrong with each and with all together."""

    def __init__(self, files: Mapping[str, bytes], vocabulary: _Vocabulary) -> None:
        self.files, self.vocabulary = files, vocabulary
        self.unreadable: list[Finding] = []
        self.roots: dict[str, Any] = {}
        for name, content in files.items():
            try:
                self.roots[name] = read_xml(name, content)
            except DefinitionInvalidError as error:
                self.unreadable.append(_from_error(name, error))
        self.diagrams = {name: root for name, root in self.roots.items() if _is(root, BPMN)}
        self.decisions = {name: root for name, root in self.roots.items() if _is(root, DMN)}
        self.outputs = {
            decision.get("id", ""): outputs_of(decision)
            for root in self.decisions.values()
            for decision in root.iterfind("dmn:decision", NAMESPACES)
        }
        self.processes = {
            process.get("id", ""): process
            for root in self.diagrams.values()
            for process in root.iterfind("bpmn:process", NAMESPACES)
        }
        self.waits = _who_waits(list(self.processes.values()))

    def findings(self) -> Iterator[Finding]:
        yield from self.unreadable
        for name, root in self.roots.items():
            problems = self._diagram(root) if name in self.diagrams else self._decision(root)
            yield from (Finding(name, *problem) for problem in problems)
            yield from (Finding(name, *problem) for problem in self._holds_one(name, root))
        yield from self._processes_by_name()
        yield from self._recursion()
        yield from self._library_refusals()

    def _holds_one(self, name: str, root: Any) -> Iterator[Problem]:
        """A file holds one process or decision, and is named for it."""
        kind = "bpmn:process" if name in self.diagrams else "dmn:decision"
        held = [each.get("id", "") for each in root.iterfind(kind, NAMESPACES)]
        if [f"{each}.{name.rpartition('.')[2]}" for each in held] != [name]:
            yield "", "file_holds_one", " ".join(held)

    def _decision(self, root: Any) -> Iterator[Problem]:
        if not _is(root, DMN):
            yield "", "vocabulary_unknown", str(root.tag)
            return
        yield from check_decision(root, self.vocabulary.facts, self.vocabulary.decision_outputs)

    def _diagram(self, root: Any) -> Iterator[Problem]:
        yield from check_elements(root)
        yield from check_shapes(root)
        for process in root.iterfind("bpmn:process", NAMESPACES):
            yield from self._process(process)

    def _process(self, process: Any) -> Iterator[Problem]:
        for scope in scopes_of(process):
            yield from check_flows(scope, waiting_nodes(scope, self.waits))
            for node, element in scope.nodes.items():
                leaving = [flow for flow in scope.flows if flow.source == node]
                yield from self._node(scope, element, leaving)

    def _node(self, scope: Scope, element: Any, leaving: list[Flow]) -> Iterator[Problem]:
        node, tag = element.get("id", ""), local_name(element)
        if tag == "exclusiveGateway" and len(leaving) > 1:
            yield from check_choices(element, leaving, self._readable_at(scope, node))
        else:
            yield from (
                (flow.id, "condition_misplaced", flow.condition)
                for flow in leaving
                if flow.condition is not None
            )
        if tag == "userTask" and node not in self.vocabulary.actions:
            yield node, "action_unknown", ""
        if tag != "userTask" and is_standing(element):
            yield node, "standing_misplaced", tag
        if tag == "serviceTask":
            yield from self._effect(element)
        yield from self._calls(element)
        yield from self._instances(element)

    def _readable_at(self, scope: Scope, node: str) -> Kinds:
        """The facts, and the outputs of the decision if nothing else comes just before."""
        before = [scope.nodes[each] for each in scope.before[node] if each in scope.nodes]
        decided = [set(self._decided_by(each)) for each in before]
        outputs = set.intersection(*decided) if decided else set()
        known = self.vocabulary.decision_outputs
        return {**self.vocabulary.facts, **{name: known[name] for name in outputs & known.keys()}}

    def _decided_by(self, element: Any) -> list[str]:
        if local_name(element) != "businessRuleTask":
            return []
        return self.outputs.get(_called_decision(element), [])

    def _effect(self, element: Any) -> Iterator[Problem]:
        node = element.get("id", "")
        operators = element.findall("bpmn:extensionElements/spiff:serviceTaskOperator", NAMESPACES)
        if len(operators) != 1 or operators[0].get("id") not in self.vocabulary.effects:
            yield node, "effect_unknown", " ".join(each.get("id", "") for each in operators)
        for operator in operators:
            if operator.get("resultVariable") != "_":
                yield node, "result_variable", operator.get("resultVariable") or ""
            for parameter in operator.iterfind(".//spiff:parameter", NAMESPACES):
                yield from check_constant(node, parameter.get("value", ""))

    def _calls(self, element: Any) -> Iterator[Problem]:
        node, tag = element.get("id", ""), local_name(element)
        called = element.get("calledElement", "")
        if tag == "callActivity" and called not in self.processes:
            yield node, "called_process_missing", called
        if tag == "businessRuleTask" and _called_decision(element) not in self.outputs:
            yield node, "decision_missing", _called_decision(element)

    def _instances(self, element: Any) -> Iterator[Problem]:
        node = element.get("id", "")
        loop = element.find("bpmn:multiInstanceLoopCharacteristics", NAMESPACES)
        if loop is None:
            return
        if local_name(element) not in {"userTask", "callActivity"}:
            yield node, "instances_misplaced", local_name(element)
        if loop.get("isSequential", "false") != "false":
            yield node, "instances_in_sequence", ""
        cardinality = loop.findtext("bpmn:loopCardinality", "", NAMESPACES)
        yield from check_cardinality(node, cardinality, self.vocabulary.facts)

    def _processes_by_name(self) -> Iterator[Finding]:
        """The library keeps processes and embedded sub-processes in one table, by id."""
        homes = [
            (scope.id, name)
            for name, root in self.diagrams.items()
            for process in root.iterfind("bpmn:process", NAMESPACES)
            for scope in scopes_of(process)
        ]
        counts = Counter(identifier for identifier, _ in homes)
        for identifier, name in homes:
            if counts[identifier] > 1:
                yield Finding(name, identifier, "process_id_used_twice", "")

    def _recursion(self) -> Iterator[Finding]:
        calls = {
            identifier: [called for kind, called in called_by(process) if kind == "process"]
            for identifier, process in self.processes.items()
        }
        for name, root in self.diagrams.items():
            for process in root.iterfind("bpmn:process", NAMESPACES):
                identifier = process.get("id", "")
                if identifier in _reached_calls(identifier, calls):
                    yield Finding(name, identifier, "calls_itself", "")

    def _library_refusals(self) -> Iterator[Finding]:
        """What the library's own validation and parser say, process by process."""
        for name, root in self.diagrams.items():
            for process in root.iterfind("bpmn:process", NAMESPACES):
                identifier = process.get("id", "")
                try:
                    parsed(collect(identifier, self.files))
                except DefinitionInvalidError as error:
                    yield _from_error(name, error)
                except DefinitionNotFoundError as error:
                    yield Finding(name, identifier, "not_found", error.detail["id"])


def _is(root: Any, namespace: str) -> bool:
    return str(root.tag) == f"{{{namespace}}}definitions"


def _from_error(name: str, error: DefinitionInvalidError) -> Finding:
    detail = error.detail
    return Finding(detail.get("file", name), "", detail["reason"], detail.get("detail", ""))


def _called_decision(element: Any) -> str:
    path = "bpmn:extensionElements/spiff:calledDecisionId"
    return (element.findtext(path, "", NAMESPACES) or "").strip()


def _reached_calls(identifier: str, calls: Mapping[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(calls[identifier])
    while waiting:
        each = waiting.pop()
        if each not in reached:
            reached.add(each)
            waiting.extend(calls.get(each, []))
    return reached


def _who_waits(processes: list[Any]) -> dict[str, bool]:
    """Which processes and sub-processes surely wait for a person; grows until nothing is added."""
    scopes = [scope for process in processes for scope in scopes_of(process)]
    waits: dict[str, bool] = {}
    while True:
        found = {scope.id: surely_waits(scope, waits) for scope in scopes}
        if found == waits:
            return waits
        waits = found
