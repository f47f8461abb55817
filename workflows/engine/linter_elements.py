"""Linter, the elements: what may stand in a diagram, under which ids, and that it is drawn."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflows.engine.definitions import NAMESPACES, SPIFF
from workflows.engine.linter_flows import FLOW_NODES, Problem, local_name

DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
RESERVED_IDS = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
ALLOWED_ELEMENTS = FLOW_NODES | {
    "process",
    "laneSet",
    "lane",
    "flowNodeRef",
    "sequenceFlow",
    "conditionExpression",
    "incoming",
    "outgoing",
    "documentation",
    "extensionElements",
    "terminateEventDefinition",
    "multiInstanceLoopCharacteristics",
    "loopCardinality",
    "textAnnotation",
    "text",
    "association",
}
ALLOWED_EXTENSIONS = frozenset(
    f"{{{SPIFF}}}{name}"
    for name in (
        "properties",
        "property",
        "serviceTaskOperator",
        "parameters",
        "parameter",
        "calledDecisionId",
    )
)
NAMED_ELEMENTS = frozenset({"userTask", "serviceTask", "businessRuleTask", "callActivity"})


def check_elements(root: Any) -> Iterator[Problem]:
    """Only what this engine is known to run well, under ids that are its own."""
    for child in root.iterchildren(etree.Element):
        if local_name(child) not in {"process", f"{{{DIAGRAM}}}BPMNDiagram"}:
            yield child.get("id", ""), "element_not_allowed", local_name(child)
    for process in root.iterfind("bpmn:process", NAMESPACES):
        if process.get("isExecutable") != "true":
            yield process.get("id", ""), "not_executable", ""
        yield from _inside(process)


def _inside(process: Any) -> Iterator[Problem]:
    for element in process.iter(etree.Element):
        if local_name(element).startswith("{"):
            yield from _extension(element)
        else:
            yield from _element(element)


def _extension(element: Any) -> Iterator[Problem]:
    tag = local_name(element)
    if tag not in ALLOWED_EXTENSIONS:
        yield _nearest_id(element), "extension_not_allowed", tag
    if tag == f"{{{SPIFF}}}property" and _property(element) != ("standing", "true"):
        yield _nearest_id(element), "property_unknown", "=".join(_property(element))


def _property(element: Any) -> tuple[str, str]:
    return element.get("name", ""), element.get("value", "")


def _element(element: Any) -> Iterator[Problem]:
    tag, identifier = local_name(element), element.get("id", "")
    if tag not in ALLOWED_ELEMENTS:
        yield identifier or _nearest_id(element), "element_not_allowed", tag
    if identifier in RESERVED_IDS or identifier.endswith((".EndJoin", "[child]")):
        yield identifier, "id_reserved", tag
    if tag in NAMED_ELEMENTS and not element.get("name", "").strip():
        yield identifier, "name_missing", tag
    for attribute in ("triggeredByEvent", "isForCompensation"):
        if element.get(attribute, "false") not in {"false", "0"}:
            yield identifier, "attribute_not_allowed", attribute


def _nearest_id(element: Any) -> str:
    while element is not None and not (element.get("id") and _is_bpmn(element)):
        element = element.getparent()
    return element.get("id", "") if element is not None else ""


def _is_bpmn(element: Any) -> bool:
    return not local_name(element).startswith("{")


def check_shapes(root: Any) -> Iterator[Problem]:
    """Everything is drawn: layout decides the order in which flows are tried."""
    drawn = {
        shape.get("bpmnElement")
        for kind in ("BPMNShape", "BPMNEdge")
        for shape in root.iter(f"{{{DIAGRAM}}}{kind}")
    }
    for process in root.iterfind("bpmn:process", NAMESPACES):
        for element in process.iter(etree.Element):
            if local_name(element) in FLOW_NODES | {"sequenceFlow"}:
                identifier = element.get("id", "")
                if identifier not in drawn:
                    yield identifier, "shape_missing", local_name(element)
