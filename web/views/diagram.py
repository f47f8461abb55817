"""The diagrams of one case: each picture coloured by the way taken, and the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from markupsafe import Markup

from services.diagrams import Diagram
from services.queries.case_page import ActRow, CasePage, OpenStepRow
from services.queries.passage import AdvanceRow
from web.views.due import Due, due_of
from web.views.passage import Passage, StepState, passage_of
from workflows.outline import Node, NodeKind, Outline

_SVG = "{http://www.w3.org/2000/svg}"
_IN_WORDS = (NodeKind.STEP, NodeKind.DECISION, NodeKind.EFFECT, NodeKind.CALL)
_FITS_THE_PAGE = 1600


@dataclass(frozen=True)
class StepLine:
    """One step in words: how it stands, who did it when, and whom it waits for."""

    node: Node
    state: StepState
    by_itself: bool
    acts: tuple[ActRow, ...]
    waiting: tuple[tuple[OpenStepRow, Due | None], ...]


@dataclass(frozen=True)
class ProcessView:
    """One process in words."""

    process_id: str
    name: str
    state: StepState
    lines: tuple[StepLine, ...]


@dataclass(frozen=True)
class DiagramView:
    """All processes in words, and the picture of the one that was asked for.

    `marks`: element or arrow -> how it stands; `called`: step -> the diagram it stands for.
    """

    processes: tuple[ProcessView, ...]
    chosen: ProcessView
    picture: Markup | None
    picture_fits: bool
    marks: Mapping[str, str]
    called: Mapping[str, str]
    is_current_definition: bool
    digest: str


def diagram_view(
    page: CasePage,
    diagrams: tuple[Diagram, ...],
    advances: tuple[AdvanceRow, ...],
    wanted: str,
    addresses: Mapping[str, str],
    now: datetime,
) -> DiagramView:
    """`addresses` leads from a process to its picture; an unknown wish gives the main one."""
    passage = passage_of((diagram.outline for diagram in diagrams), advances, page)
    processes = tuple(_process(diagram.outline, passage, page, now) for diagram in diagrams)
    index = next(
        (at for at, process in enumerate(processes) if process.process_id == wanted),
        0,
    )
    chosen = diagrams[index]
    marks = _marks(chosen.outline, passage)
    called = {
        node.id: addresses[node.called]
        for node in chosen.outline.nodes.values()
        if node.called in addresses
    }
    return DiagramView(
        processes=processes,
        chosen=processes[index],
        picture=_picture(chosen, marks, called),
        picture_fits=_width(chosen) <= _FITS_THE_PAGE,
        marks=marks,
        called=called,
        is_current_definition=all(diagram.picture is not None for diagram in diagrams),
        digest=page.definition_digest[:12],
    )


def _process(outline: Outline, passage: Passage, page: CasePage, now: datetime) -> ProcessView:
    return ProcessView(
        outline.process_id,
        outline.name,
        passage.process_state(outline.process_id),
        tuple(
            StepLine(
                node,
                passage.state_of(outline.process_id, node),
                node.kind in (NodeKind.DECISION, NodeKind.EFFECT),
                tuple(act for act in page.acts if act.action == node.id),
                tuple(
                    (step, due_of(step.task.due_at, now))
                    for step in page.open_steps
                    if step.task.step == node.id and step.task.process_id == outline.process_id
                ),
            )
            for node in outline.nodes.values()
            if node.kind in _IN_WORDS
        ),
    )


def _marks(outline: Outline, passage: Passage) -> dict[str, str]:
    """Classes of the style sheet; an embedded process is a frame and has no state of its own."""
    process_id = outline.process_id
    nodes = {
        node.id: f"is-{passage.state_of(process_id, node).value}"
        for node in outline.nodes.values()
        if node.kind is not NodeKind.EMBEDDED
    }
    flows = {
        flow.id: "is-taken" if passage.was_taken(process_id, flow.id) else "is-not-taken"
        for flow in outline.flows
    }
    return nodes | flows


def _picture(
    diagram: Diagram, marks: Mapping[str, str], called: Mapping[str, str]
) -> Markup | None:
    if diagram.picture is None:
        return None
    root = _parsed(diagram.picture)
    for element in list(root.iter(f"{_SVG}g")):
        drawn = element.get("data-element-id", "").removesuffix("_label")
        if drawn in marks:
            _mark(element, marks[drawn])
        if drawn in called:
            _link(element, called[drawn], diagram.outline.nodes[drawn].name)
    root.set("role", "group")
    root.set("aria-label", diagram.outline.name)
    # Our own drawing, escaped by the serialiser; nothing that a person typed is in it.
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704


def _parsed(picture: bytes) -> etree._Element:
    root = etree.fromstring(picture, etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root.iter(f"{_SVG}rect", f"{_SVG}polyline", f"{_SVG}path")):
        parent = element.getparent()
        if "djs-hit" in element.get("class", "").split() and parent is not None:
            parent.remove(element)
    return root


def _mark(element: etree._Element, name: str) -> None:
    element.set("class", f"{element.get('class', '')} {name}".strip())


def _link(element: etree._Element, address: str, name: str) -> None:
    """A step that stands for a whole diagram leads to it."""
    link = etree.Element(f"{_SVG}a", href=address)
    link.set("aria-label", name)
    link.extend(list(element))
    element.append(link)


def _width(diagram: Diagram) -> float:
    if diagram.picture is None:
        return 0
    return float(_parsed(diagram.picture).get("width", "0"))
