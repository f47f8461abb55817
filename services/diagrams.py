"""Diagrams as shown: their order in words, and the picture where it is still the right one."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workflows.engine.definitions import Definition
from workflows.outline import NodeKind, Outline, read_outline


@dataclass(frozen=True)
class Diagram:
    """One process. `picture` is None when the one we have was drawn from another version."""

    outline: Outline
    picture: bytes | None


_shown: dict[tuple[str, str, Path], tuple[Diagram, ...]] = {}


def diagrams_of(pinned: Definition, current: Definition, folder: Path) -> tuple[Diagram, ...]:
    """The main process of a definition, then those it calls, in the order of their calls.

    The pictures in the folder belong to the current definition; a process whose file has not
    changed since keeps its picture.
    """
    key = (pinned.digest, current.digest, folder)
    if key not in _shown:
        _shown[key] = tuple(
            Diagram(outline, _find_picture(pinned, current, folder, outline.process_id))
            for outline in _outlines(pinned)
        )
    return _shown[key]


@lru_cache(maxsize=64)
def _standing_steps(process: bytes) -> frozenset[tuple[str, str]]:
    outline = read_outline(process)
    return frozenset(
        (outline.process_id, node.id) for node in outline.nodes.values() if node.standing
    )


def standing_steps(definition: Definition) -> frozenset[tuple[str, str]]:
    """Process and step of each step that may be taken at any time and is nobody's duty."""
    files = (bpmn for name, bpmn in definition.files.items() if name.endswith(".bpmn"))
    return frozenset().union(*(_standing_steps(bpmn) for bpmn in files))


def _outlines(definition: Definition) -> list[Outline]:
    known = {
        outline.process_id: outline
        for name, content in definition.files.items()
        if name.endswith(".bpmn")
        for outline in (read_outline(content),)
    }
    ordered = [known[definition.process_id]]
    for outline in ordered:
        calls = (node.called for node in outline.nodes.values() if node.kind is NodeKind.CALL)
        ordered += [known[called] for called in calls if known[called] not in ordered]
    return ordered


def _find_picture(
    pinned: Definition, current: Definition, folder: Path, process_id: str
) -> bytes | None:
    name, picture = f"{process_id}.bpmn", folder / f"{process_id}.svg"
    drawn_from = current.files.get(name)
    if drawn_from is None or pinned.files.get(name) != drawn_from or not picture.is_file():
        return None
    return picture.read_bytes()
