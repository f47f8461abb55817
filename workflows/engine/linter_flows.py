"""Linter, the flows: what can be reached, what must end, and whether parallel branches meet."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from workflows.engine.definitions import BPMN, NAMESPACES

Problem = tuple[str, str, str]

FLOW_NODES = frozenset(
    {
        "startEvent",
        "endEvent",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "exclusiveGateway",
        "parallelGateway",
    }
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway"})


@dataclass(frozen=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: str | None


class Scope:
    """The elements of a process or of an embedded sub-process, as a graph."""

    def __init__(self, element: Any) -> None:
        self.id = str(element.get("id", ""))
        self.element = element
        self.nodes: dict[str, Any] = {}
        self.flows: list[Flow] = []
        for child in element.iterchildren(etree.Element):
            tag = local_name(child)
            if tag in FLOW_NODES:
                self.nodes[child.get("id", "")] = child
            elif tag == "sequenceFlow":
                self.flows.append(_flow(child))
        self.after: dict[str, list[str]] = defaultdict(list)
        self.before: dict[str, list[str]] = defaultdict(list)
        for flow in self.flows:
            self.after[flow.source].append(flow.target)
            self.before[flow.target].append(flow.source)

    def tag(self, node: str) -> str:
        return local_name(self.nodes[node])

    def tagged(self, tag: str) -> list[str]:
        return [node for node in self.nodes if self.tag(node) == tag]

    def is_terminate_end(self, node: str) -> bool:
        found = self.nodes[node].find("bpmn:terminateEventDefinition", NAMESPACES)
        return self.tag(node) == "endEvent" and found is not None

    def is_standing(self, node: str) -> bool:
        return is_standing(self.nodes[node])

    def is_split(self, node: str) -> bool:
        return self.tag(node) == "parallelGateway" and len(self.after[node]) > 1

    def is_join(self, node: str) -> bool:
        return self.tag(node) == "parallelGateway" and len(self.before[node]) > 1

    def reachable(self, starts: Iterable[str], *, stop_at: Collection[str] = ()) -> set[str]:
        """The nodes themselves and all after them, without going on from where to stop."""
        return _closure(starts, lambda node: () if node in stop_at else self.after[node])

    def leading_to(self, goals: Iterable[str]) -> set[str]:
        return _closure(goals, lambda node: self.before[node])

    def surely_reaching(self, goals: Collection[str]) -> set[str]:
        """The nodes from which every path leads to a goal, whatever people decide.

        Loops are left some day; of parallel branches one is enough; a standing step may never
        be taken, so nothing is sure behind it.
        """
        able = self.leading_to(goals)
        sure = {node for node in able if node in goals or not self.is_standing(node)}
        changed = True
        while changed:
            lost = {node for node in sure if node not in goals and not self._stays_sure(node, sure)}
            sure -= lost
            changed = bool(lost)
        return sure

    def _stays_sure(self, node: str, sure: Collection[str]) -> bool:
        later = [following in sure for following in self.after[node]]
        return any(later) if self.is_split(node) else bool(later) and all(later)


def local_name(element: Any) -> str:
    """The tag of a BPMN element, or its full name when it belongs to another vocabulary."""
    name = etree.QName(element)
    return str(name.localname) if name.namespace == BPMN else str(name.text)


def is_standing(element: Any) -> bool:
    path = "bpmn:extensionElements/spiff:properties/spiff:property[@name='standing']"
    found = element.find(path, NAMESPACES)
    return found is not None and found.get("value") == "true"


def scopes_of(process: Any) -> Iterator[Scope]:
    """The process, and every sub-process embedded in it."""
    yield Scope(process)
    for embedded in process.iterfind(".//bpmn:subProcess", NAMESPACES):
        yield Scope(embedded)


def check_flows(scope: Scope, waiting: Collection[str]) -> Iterator[Problem]:
    """Everything about one graph. `waiting` nodes surely wait for a person."""
    dangling = [
        flow
        for flow in scope.flows
        if flow.source not in scope.nodes or flow.target not in scope.nodes
    ]
    if dangling:
        yield from ((flow.id, "flow_dangling", flow.target) for flow in dangling)
        return
    starts = scope.tagged("startEvent")
    if len(starts) != 1:
        yield scope.id, "start_count", str(len(starts))
        return
    yield from _degrees(scope)
    yield from _reachability(scope, starts[0])
    yield from _idle_loops(scope, waiting)
    yield from _parallel(scope)


def _flow(element: Any) -> Flow:
    condition = element.find("bpmn:conditionExpression", NAMESPACES)
    return Flow(
        element.get("id", ""),
        element.get("sourceRef", ""),
        element.get("targetRef", ""),
        None if condition is None else (condition.text or ""),
    )


def _closure(starts: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(following(node))
    return found


def _degrees(scope: Scope) -> Iterator[Problem]:
    for node in scope.nodes:
        tag, incoming, outgoing = scope.tag(node), len(scope.before[node]), len(scope.after[node])
        if tag == "startEvent" and incoming:
            yield node, "start_entered", str(incoming)
        expected = {"endEvent": 0}.get(tag, 1)
        if tag in GATEWAYS:
            if not outgoing:
                yield node, "outgoing_count", "0"
            if tag == "parallelGateway" and incoming > 1 and outgoing > 1:
                yield node, "gateway_mixed", f"{incoming}/{outgoing}"
        elif outgoing != expected:
            yield node, "outgoing_count", str(outgoing)


def _reachability(scope: Scope, start: str) -> Iterator[Problem]:
    ends = scope.tagged("endEvent")
    reached = scope.reachable([start])
    ending = scope.leading_to(ends)
    if start not in ending:
        yield scope.id, "no_end", start
    standing = [node for node in scope.nodes if scope.is_standing(node)]
    looping = [node for node in standing if node in scope.reachable(scope.after[node])]
    alive = ending | scope.leading_to(looping)
    for node in scope.nodes:
        if node not in reached:
            yield node, "unreachable", start
        elif node not in alive:
            yield node, "no_way_out", ""


def _idle_loops(scope: Scope, waiting: Collection[str]) -> Iterator[Problem]:
    """A loop in which nobody is waited for would never come to rest."""
    for node in scope.nodes:
        if node not in waiting and node in scope.reachable(scope.after[node], stop_at=waiting):
            yield node, "loop_without_wait", ""


def _parallel(scope: Scope) -> Iterator[Problem]:
    joins: set[str] = set()
    for split in scope.nodes:
        if scope.is_split(split):
            branches = _Branches(scope, split)
            yield from branches.problems()
            joins |= branches.joins
    for node in scope.nodes:
        if scope.is_join(node) and node not in joins:
            yield node, "join_without_split", ""


class _Branches:
    """The branches of a parallel split: what each holds alone, and where they come together."""

    def __init__(self, scope: Scope, split: str) -> None:
        self.scope, self.split = scope, split
        self.heads = scope.after[split]
        reached = [scope.reachable([head], stop_at=[split]) - {split} for head in self.heads]
        self.shared = {
            node for node in scope.nodes if sum(node in region for region in reached) > 1
        }
        self.own = [region - self.shared for region in reached]
        self.entries = [
            [(node, after) for node in sorted(own) for after in scope.after[node]
             if after in self.shared]
            for own in self.own
        ]  # fmt: skip
        self.meeting = {target for entries in self.entries for _, target in entries}
        self.joins = {node for node in self.meeting if scope.is_join(node)}

    def problems(self) -> Iterator[Problem]:
        structure = list(self._structure())
        yield from structure
        if structure:
            return
        meets = [bool(entries) for entries in self.entries]
        for head, own, met in zip(self.heads, self.own, meets, strict=True):
            if met and head not in self.scope.surely_reaching(self._goals(own)):
                yield self.split, "branch_may_miss_join", head
        if not all(meets):
            terminates = [node for node in self.scope.nodes if self.scope.is_terminate_end(node)]
            sure = self.scope.surely_reaching(terminates)
            stands = all(self._stands(head) for head in self.heads)
            if not stands and not any(head in sure for head in self.heads):
                yield self.split, "split_without_join_or_terminate", ""

    def _stands(self, head: str) -> bool:
        """Whether a branch first waits at standing steps: it lasts as long as what called it."""
        tasks = self.scope.tagged("userTask")
        first = self.scope.reachable([head], stop_at=tasks) & set(tasks)
        return bool(first) and all(self.scope.is_standing(node) for node in first)

    def _structure(self) -> Iterator[Problem]:
        for head in self.heads:
            if head in self.shared:
                yield self.split, "branch_entered_from_outside", head
        for own in self.own:
            if any(self.split in self.scope.after[node] for node in own):
                yield self.split, "split_reentered_from_branch", ""
        for target in sorted(self.meeting - self.joins):
            yield target, "branches_merge_without_join", self.split
        if len(self.joins) > 1:
            yield self.split, "several_joins", " ".join(sorted(self.joins))
        elif self.joins:
            yield from self._join_arity(next(iter(self.joins)))

    def _join_arity(self, join: str) -> Iterator[Problem]:
        """A join waits for one token on each flow: one from each branch, none from elsewhere."""
        per_branch = [len(entries) for entries in self.entries]
        if max(per_branch) > 1 or sum(per_branch) != len(self.scope.before[join]):
            yield join, "join_waits_for_ever", self.split

    def _goals(self, own: Collection[str]) -> set[str]:
        terminates = {node for node in own if self.scope.is_terminate_end(node)}
        return self.joins | terminates


def waiting_nodes(scope: Scope, waits: Mapping[str, bool]) -> set[str]:
    """The nodes at which an advance surely stops; `waits` tells it of called and embedded ones."""
    found = set(scope.tagged("userTask"))
    for node in scope.tagged("callActivity"):
        if waits.get(scope.nodes[node].get("calledElement", ""), False):
            found.add(node)
    return found | {node for node in scope.tagged("subProcess") if waits.get(node, False)}


def surely_waits(scope: Scope, waits: Mapping[str, bool]) -> bool:
    """Whether no path from start to end goes past everyone."""
    waiting = waiting_nodes(scope, waits)
    passing = scope.reachable(scope.tagged("startEvent"), stop_at=waiting)
    return not any(scope.tag(node) == "endEvent" for node in passing if node in scope.nodes)
