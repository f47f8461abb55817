"""A diagram as ordered text: its steps, who takes them, and what leads from one to the next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"


class NodeKind(StrEnum):
    """What an element of a diagram is, in the words of BPMN."""

    START = "startEvent"
    END = "endEvent"
    STEP = "userTask"
    DECISION = "businessRuleTask"
    EFFECT = "serviceTask"
    CALL = "callActivity"
    EMBEDDED = "subProcess"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"


@dataclass(frozen=True)
class Node:
    """One element. `called` is the process that a call activity stands for."""

    id: str
    name: str
    kind: NodeKind
    lane: str
    called: str
    standing: bool
    container: str


@dataclass(frozen=True)
class Flow:
    """One arrow."""

    id: str
    source: str
    target: str


@dataclass(frozen=True)
class Outline:
    """One process, its elements in the order of the file."""

    process_id: str
    name: str
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]

    def leaving(self, node_id: str) -> tuple[Flow, ...]:
        """Arrows that leave an element."""
        return tuple(flow for flow in self.flows if flow.source == node_id)

    def before(self, node_id: str) -> frozenset[str]:
        """Everything that lies before an element, the embedded processes round it included."""
        found: set[str] = set()
        waiting = [node_id]
        while waiting:
            here = waiting.pop()
            sources = {flow.source for flow in self.flows if flow.target == here}
            container = self.nodes[here].container
            if container:
                sources |= {flow.source for flow in self.flows if flow.target == container}
            waiting += sources - found
            found |= sources
        return frozenset(found)


def read_outline(bpmn: bytes) -> Outline:
    """Read the one process of a file."""
    process = etree.fromstring(bpmn, _parser()).find(f"{_BPMN}process")
    if process is None:
        raise ValueError("the file holds no process")
    lanes = {
        (reference.text or "").strip(): lane.get("name", "")
        for lane in process.iter(f"{_BPMN}lane")
        for reference in lane.iterfind(f"{_BPMN}flowNodeRef")
    }
    return Outline(
        process_id=process.get("id", ""),
        name=process.get("name", ""),
        nodes={node.id: node for node in _nodes(process, lanes)},
        flows=tuple(
            Flow(flow.get("id", ""), flow.get("sourceRef", ""), flow.get("targetRef", ""))
            for flow in process.iter(f"{_BPMN}sequenceFlow")
        ),
    )


def _nodes(process: etree._Element, lanes: Mapping[str, str]) -> Iterator[Node]:
    kinds = {f"{_BPMN}{kind.value}": kind for kind in NodeKind}
    for element in process.iterdescendants(*kinds):
        parent = element.getparent()
        yield Node(
            id=element.get("id", ""),
            name=element.get("name", ""),
            kind=kinds[str(element.tag)],
            lane=lanes.get(element.get("id", ""), ""),
            called=element.get("calledElement", ""),
            standing=any(
                item.get("name") == "standing" and item.get("value") == "true"
                for item in element.iterfind(
                    f"{_BPMN}extensionElements/{_SPIFF}properties/{_SPIFF}property"
                )
            ),
            container="" if parent is None or parent is process else parent.get("id", ""),
        )


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
