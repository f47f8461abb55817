"""Which facts the gateways and decision tables of a definition read."""

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.engine.definitions import NAMESPACES, Definition, read_xml
from workflows.engine.expressions import compile_expression
from workflows.facts import FACTS, LATE_FACTS

Place = tuple[str, str]
_read: dict[str, Mapping[Place, tuple[str, ...]]] = {}


def facts_read(definition: Definition) -> Mapping[Place, tuple[str, ...]]:
    """Process and element to the facts that it asks for, in the order of the file."""
    if definition.digest not in _read:
        known = {*FACTS, *LATE_FACTS}
        roots = [read_xml(name, content) for name, content in definition.files.items()]
        tables = {key: names for root in roots for key, names in _decisions(root)}
        _read[definition.digest] = {
            place: tuple(dict.fromkeys(name for name in names if name in known))
            for root in roots
            for place, names in _elements(root, tables)
        }
    return _read[definition.digest]


def _decisions(root: Any) -> Iterator[tuple[str, list[str]]]:
    for decision in root.iterfind(".//dmn:decision", NAMESPACES):
        texts = decision.iterfind(".//dmn:inputExpression/dmn:text", NAMESPACES)
        yield decision.get("id", ""), [name for text in texts for name in _names(text)]


def _elements(root: Any, tables: Mapping[str, list[str]]) -> Iterator[tuple[Place, list[str]]]:
    for process in root.iterfind("bpmn:process", NAMESPACES):
        process_id = process.get("id", "")
        conditions: dict[str, list[str]] = {}
        for flow in process.iterfind(".//bpmn:sequenceFlow", NAMESPACES):
            condition = flow.find("bpmn:conditionExpression", NAMESPACES)
            if condition is not None:
                conditions.setdefault(flow.get("sourceRef", ""), []).extend(_names(condition))
        for element_id, names in conditions.items():
            yield (process_id, element_id), names
        for rule in process.iterfind(".//bpmn:businessRuleTask", NAMESPACES):
            called = rule.findtext(
                "bpmn:extensionElements/spiff:calledDecisionId", "", NAMESPACES
            ).strip()
            yield (process_id, rule.get("id", "")), tables.get(called, [])


def _names(element: Any) -> list[str]:
    return sorted(compile_expression((element.text or "").strip()).names)
