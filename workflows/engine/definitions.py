"""Definitions: a process with every file it needs, under one digest, parsed once per digest."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser

from workflows.engine.errors import DefinitionInvalidError, DefinitionNotFoundError

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
NAMESPACES = {"bpmn": BPMN, "dmn": DMN, "spiff": SPIFF}
MAX_FILE_BYTES = 2_000_000


@dataclass(frozen=True)
class Definition:
    """A process as it was on one day. Equal digests mean equal behaviour."""

    process_id: str
    digest: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class SpecTable:
    """A parsed process and its steps by number, in an order that the digest fixes."""

    spec: Any
    steps: tuple[Any, ...]
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class ParsedDefinition:
    """What the engine runs, shared by all instances of a definition in this process."""

    process_id: str
    digest: str
    tables: Mapping[str, SpecTable]
    subprocess_specs: Mapping[str, Any]

    @property
    def spec(self) -> Any:
        return self.tables[self.process_id].spec


_cache: dict[str, ParsedDefinition] = {}
_parsing = Lock()


def collect(process_id: str, files: Mapping[str, bytes]) -> Definition:
    """The definition of a process, with the called processes and decisions and no other file."""
    library = _Library(files)
    needed: dict[str, bytes] = {}
    waiting, seen = [("process", process_id)], {("process", process_id)}
    while waiting:
        reference = waiting.pop()
        name = library.file_of(*reference)
        needed[name] = files[name]
        for called in library.calls_of(name):
            if called not in seen:
                seen.add(called)
                waiting.append(called)
    ordered = dict(sorted(needed.items()))
    return Definition(process_id, digest_of(process_id, ordered), ordered)


def digest_of(process_id: str, files: Mapping[str, bytes]) -> str:
    """A hash over the process, and the name and content of every file."""
    parts = [process_id.encode()]
    for name, content in sorted(files.items()):
        parts += [name.encode(), content]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.hexdigest()


def parsed(definition: Definition) -> ParsedDefinition:
    """The parsed definition, from the cache of this process if it is there."""
    found = _cache.get(definition.digest)
    if found is not None and found.process_id == definition.process_id:
        return found
    with _parsing:
        if definition.digest not in _cache:
            _cache[definition.digest] = _parse(definition)
        return _cache[definition.digest]


def forget_parsed() -> None:
    """Empty the cache, as a new operating-system process would find it."""
    _cache.clear()


def read_xml(name: str, content: bytes) -> Any:
    """The root element of a file that comes with no document type and no way to the outside."""
    if len(content) > MAX_FILE_BYTES:
        raise DefinitionInvalidError(file=name, reason="xml_too_large")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise DefinitionInvalidError(file=name, reason="xml_doctype")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        detail = str(error)
        raise DefinitionInvalidError(file=name, reason="xml_malformed", detail=detail) from error
    information: Any = root.getroottree().docinfo
    if information.doctype:  # an encoding can hide it from the search above
        raise DefinitionInvalidError(file=name, reason="xml_doctype")
    if (information.encoding or "UTF-8").upper() not in {"UTF-8", "US-ASCII"}:
        raise DefinitionInvalidError(file=name, reason="xml_encoding")
    return root


def new_parser(files: Mapping[str, bytes]) -> Any:
    """A stock parser that has read and validated every file."""
    parser = SpiffBpmnParser(validator=VALIDATOR)
    for name, content in files.items():
        root = read_xml(name, content)
        try:
            if name.endswith(".dmn"):
                parser.add_dmn_xml(root, name)
            else:
                parser.add_bpmn_xml(root, name)
        except Exception as error:
            raise _invalid(name, error) from error
    return parser


def _invalid(name: str, error: Exception) -> DefinitionInvalidError:
    """The stock parser answers a bad diagram with any kind of exception."""
    reason = "schema" if isinstance(error, ValidationException) else "parser"
    return DefinitionInvalidError(file=name, reason=reason, detail=str(error)[:500])


def _parse(definition: Definition) -> ParsedDefinition:
    if digest_of(definition.process_id, definition.files) != definition.digest:
        raise DefinitionInvalidError(file=definition.process_id, reason="digest")
    parser = new_parser(definition.files)
    try:
        spec = parser.get_spec(definition.process_id)
        subprocess_specs = parser.get_subprocess_specs(definition.process_id)
    except Exception as error:
        raise _invalid(definition.process_id, error) from error
    specs = {**subprocess_specs, definition.process_id: spec}
    for each in specs.values():
        _connect_loops(each)
    tables = {name: _table(each) for name, each in specs.items()}
    return ParsedDefinition(definition.process_id, definition.digest, tables, subprocess_specs)


def _table(spec: Any) -> SpecTable:
    names = sorted(spec.task_specs)
    steps = tuple(spec.task_specs[name] for name in names)
    return SpecTable(spec, steps, {name: number for number, name in enumerate(names)})


def _connect_loops(spec: Any) -> None:
    """A spec tells its loop when an instance is done only where this process began the loop.

    A restored loop would wait for ever, so the connection is made as soon as the spec is parsed.
    """
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, LoopTask):
            instance = spec.task_specs[task_spec.task_spec]
            instance.completed_event.connect(task_spec.merge_child)


class _Library:
    """Which file of a folder holds which process or decision, and what each file calls."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.homes: dict[tuple[str, str], list[str]] = {}
        self.calls: dict[str, list[tuple[str, str]]] = {}
        self.unreadable: list[DefinitionInvalidError] = []
        for name, content in sorted(files.items()):
            if name.endswith((".bpmn", ".dmn")):
                self._add(name, content)

    def _add(self, name: str, content: bytes) -> None:
        try:
            root = read_xml(name, content)
        except DefinitionInvalidError as error:
            self.unreadable.append(error)
            return
        self.calls[name] = list(called_by(root))
        for home in _held_by(root):
            self.homes.setdefault(home, []).append(name)

    def file_of(self, kind: str, identifier: str) -> str:
        homes = self.homes.get((kind, identifier), [])
        if len(homes) == 1:
            return homes[0]
        if homes:
            raise DefinitionInvalidError(file=homes[1], reason="duplicate", detail=identifier)
        if self.unreadable:
            raise self.unreadable[0]
        raise DefinitionNotFoundError(kind=kind, id=identifier)

    def calls_of(self, name: str) -> list[tuple[str, str]]:
        return self.calls[name]


def _held_by(root: Any) -> Iterator[tuple[str, str]]:
    for process in root.iterfind("bpmn:process", NAMESPACES):
        yield "process", process.get("id", "")
    for decision in root.iterfind("dmn:decision", NAMESPACES):
        yield "decision", decision.get("id", "")


def called_by(root: Any) -> Iterator[tuple[str, str]]:
    """Every process and decision that the elements of a file call."""
    for call in root.iterfind(".//bpmn:callActivity", NAMESPACES):
        yield "process", call.get("calledElement", "")
    for rule in root.iterfind(".//bpmn:businessRuleTask", NAMESPACES):
        named = rule.find("bpmn:extensionElements/spiff:calledDecisionId", NAMESPACES)
        yield "decision", ((named.text or "").strip() if named is not None else "")
