"""Draws the shapes of the diagrams from `bpmn/layout.toml`; `--check` only compares.

A grid of columns and rows places the elements, rules place the lines and names; the layout names
exceptions. The same layout always gives the same bytes. Run: `python -m deploy.draw_shapes`.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from deploy.diagram_geometry import Box, Point, Route, points_of, usual_sides

DIAGRAMS = Path(__file__).parents[1] / "bpmn"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

COLUMN, ROW = 160, 140
LEFT, TOP = 160, 80
LANE_HEADER = 30
SUBPROCESS_INSET = 10
TASK, GATEWAY, EVENT = (116, 80), (50, 50), (36, 36)
GLYPH, LINE_HEIGHT, LABEL_CHARACTERS = 12, 16, 7
# Quiet colours tell lanes, steps of the system and standing steps apart.
LANE_COLOURS = 'color:border-color="#b4c2cf"'
CALL_COLOURS = 'color:background-color="#f4f8fb"'
SYSTEM_COLOURS = 'color:background-color="#e8eff6"'
STANDING_COLOURS = 'color:background-color="#fff6dc"'
# A name goes to the first side that no line uses.
EVENT_SIDES = ("bottom", "top", "right", "left")
GATEWAY_SIDES = ("top", "bottom", "right", "left")


class LayoutError(Exception):
    """The layout and the diagram do not name the same things."""


@dataclass
class Diagram:
    """One process with the boxes of its elements and the points of its flows."""

    process: etree._Element
    layout: Mapping[str, Any]
    boxes: dict[str, Box] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    points: dict[str, list[Point]] = field(default_factory=dict)

    def elements(self) -> Iterator[etree._Element]:
        """Everything that has a place on the grid."""
        for element in self.process.iter(etree.Element):
            if element.get("id") and _size_of(element):
                yield element

    def defaults(self) -> set[str]:
        """The flows taken when no condition holds."""
        return {element.get("default", "") for element in self.elements()}

    def flows(self) -> Iterator[etree._Element]:
        yield from self.process.iter(f"{BPMN}sequenceFlow")


def read_layout(folder: Path) -> dict[str, Any]:
    """Read where everything stands."""
    return tomllib.loads((folder / "layout.toml").read_text(encoding="utf-8"))


def draw(source: bytes, layout: Mapping[str, Any]) -> bytes:
    """Return the file with its shapes drawn anew; nothing else changes."""
    root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True))
    process = root.find(f"{BPMN}process")
    if process is None:
        raise LayoutError("the file holds no process")
    diagram = Diagram(process, layout)
    _place_elements(diagram)
    _route_flows(diagram)
    shapes = "\n".join(_interchange(diagram))
    text = re.sub(
        r"\s*<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", source.decode(), flags=re.DOTALL
    )
    body, end, _ = text.rpartition("</bpmn:definitions>")
    return f"{body.rstrip()}\n{shapes}\n{end}\n".encode()


def _kind(element: etree._Element) -> str:
    return etree.QName(element).localname


def _size_of(element: etree._Element) -> tuple[int, int] | None:
    kind = _kind(element)
    if kind.endswith("Gateway"):
        return GATEWAY
    if kind in {"startEvent", "endEvent"}:
        return EVENT
    if kind.endswith("Task") or kind in {"callActivity", "subProcess"}:
        return TASK
    return None


# ------------------------------------------------------------------ boxes


def _place_elements(diagram: Diagram) -> None:
    places: Mapping[str, Any] = diagram.layout["elements"]
    present = {element.get("id", "") for element in diagram.elements()}
    if present != set(places):
        raise LayoutError(f"not in both layout and diagram: {sorted(present ^ set(places))}")
    for element in diagram.elements():
        place = places[element.get("id", "")]
        if isinstance(place, Mapping):
            (column, row), (last_column, last_row) = place["from"], place["to"]
            box = _cells(column, row, last_column, last_row, inset=SUBPROCESS_INSET)
        else:
            width, height = _size_of(element) or TASK
            cell = _cells(*place, *place)
            x, y = cell.middle
            box = Box(x - width / 2, y - height / 2, width, height)
        diagram.boxes[element.get("id", "")] = box
    for lane_set in diagram.process.iter(f"{BPMN}laneSet"):
        _place_lanes(diagram, lane_set)


def _cells(column: float, row: float, last_column: float, last_row: float, inset: float = 0) -> Box:
    """The rectangle of these cells; an inset one keeps room for a lane header on its left."""
    x, y = LEFT + column * COLUMN, TOP + row * ROW
    width = (last_column - column + 1) * COLUMN
    height = (last_row - row + 1) * ROW
    left = 2 * inset if inset else 0
    return Box(x - left, y + inset, width + left, height - 2 * inset)


def _place_lanes(diagram: Diagram, lane_set: etree._Element) -> None:
    """Lanes are stacked; the layout says how many rows each one takes."""
    rows: Mapping[str, float] = diagram.layout["lanes"]
    lanes = [lane.get("id", "") for lane in lane_set.iterfind(f"{BPMN}lane")]
    if missing := [lane for lane in lanes if lane not in rows]:
        raise LayoutError(f"lanes without rows: {missing}")
    parent = lane_set.getparent()
    if parent is not None and _kind(parent) == "subProcess":
        frame = diagram.boxes[parent.get("id", "")]
    else:
        columns = diagram.layout["columns"]
        height = sum(rows[lane] for lane in lanes)
        cells = _cells(0, 0, columns - 1, height - 1)
        frame = Box(cells.x - LANE_HEADER, cells.y, cells.width + LANE_HEADER, cells.height)
    unit = frame.height / sum(rows[lane] for lane in lanes)
    y = frame.y
    for lane in lanes:
        diagram.boxes[lane] = Box(frame.x, y, frame.width, rows[lane] * unit)
        y += rows[lane] * unit


# ------------------------------------------------------------------ lines


def _route_flows(diagram: Diagram) -> None:
    wanted: Mapping[str, Mapping[str, Any]] = diagram.layout.get("routes", {})
    kinds = {element.get("id", ""): _kind(element) for element in diagram.elements()}
    names = {flow.get("id", "") for flow in diagram.flows()}
    if unknown := set(wanted) - names:
        raise LayoutError(f"routes of unknown flows: {sorted(unknown)}")
    for flow in diagram.flows():
        name = flow.get("id", "")
        source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
        start, end = diagram.boxes[source], diagram.boxes[target]
        leave, enter = usual_sides(start, end, kinds[source], kinds[target])
        route = Route(**{"leave": leave, "enter": enter, **wanted.get(name, {})})
        diagram.routes[name] = route
        diagram.points[name] = points_of(start, end, route)


# ------------------------------------------------------------------ names


def _name_box(diagram: Diagram, element: etree._Element) -> Box | None:
    """Where the name of an event or gateway stands; tasks carry theirs inside."""
    name, kind = element.get("name", ""), _kind(element)
    if not name or not kind.endswith(("Gateway", "Event")):
        return None
    identity = element.get("id", "")
    box = diagram.boxes[identity]
    side = diagram.layout.get("names", {}).get(identity) or _free_side(diagram, element)
    width = (min(len(name), LABEL_CHARACTERS) + 1) * GLYPH
    height = -(-len(name) // LABEL_CHARACTERS) * LINE_HEIGHT
    x, y = box.middle
    corner = {
        "top": (x - width / 2, box.y - height - 4),
        "bottom": (x - width / 2, box.y + box.height + 6),
        "right": (box.x + box.width + 6, y - height / 2),
        "left": (box.x - width - 6, y - height / 2),
        "top-left": (x - width - 8, box.y - height + 4),
        "top-right": (x + 8, box.y - height + 4),
        "bottom-left": (x - width - 8, box.y + box.height - 2),
        "bottom-right": (x + 8, box.y + box.height - 2),
    }[side]
    return Box(*corner, width, height)


def _free_side(diagram: Diagram, element: etree._Element) -> str:
    identity = element.get("id", "")
    used = {
        diagram.routes[flow.get("id", "")].leave
        for flow in diagram.flows()
        if flow.get("sourceRef") == identity
    } | {
        diagram.routes[flow.get("id", "")].enter
        for flow in diagram.flows()
        if flow.get("targetRef") == identity
    }
    sides = EVENT_SIDES if _kind(element).endswith("Event") else GATEWAY_SIDES
    free = [side for side in sides if side not in used]
    return free[0] if free else "top-right"


def _flow_name_box(diagram: Diagram, flow: etree._Element) -> Box | None:
    """The name of a line stands beside its start, right of it or above it."""
    name = flow.get("name", "")
    if not name:
        return None
    identity = flow.get("id", "")
    (ax, ay), (bx, by) = diagram.points[identity][:2]
    width, height = (len(name) + 1) * GLYPH, LINE_HEIGHT
    if ax == bx:
        x, y = ax + 2, (ay + 4 if by > ay else ay - height - 6)
    else:
        # A default flow carries a stroke near its start.
        gap = 8 if flow.get("id") in diagram.defaults() else 2
        x, y = (ax + gap if bx > ax else ax - width - gap), ay - height - 3
    dx, dy = diagram.layout.get("moved_names", {}).get(identity, (0, 0))
    return Box(x + dx, y + dy, width, height)


# ------------------------------------------------------------------ interchange


def _interchange(diagram: Diagram) -> Iterator[str]:
    identity = diagram.process.get("id", "")
    yield f'  <bpmndi:BPMNDiagram id="{identity}_diagram">'
    yield f'    <bpmndi:BPMNPlane id="{identity}_plane" bpmnElement="{identity}">'
    for lane in diagram.process.iter(f"{BPMN}lane"):
        box = diagram.boxes[lane.get("id", "")]
        yield from _shape(lane, box, f'isHorizontal="true" {LANE_COLOURS}')
    for element in diagram.elements():
        box = diagram.boxes[element.get("id", "")]
        yield from _shape(element, box, _look(element), _name_box(diagram, element))
    for flow in diagram.flows():
        yield from _edge(diagram, flow)
    yield "    </bpmndi:BPMNPlane>"
    yield "  </bpmndi:BPMNDiagram>"


def _look(element: etree._Element) -> str:
    standing = element.find(".//{*}property[@name='standing'][@value='true']")
    if standing is not None and _kind(element) == "userTask":
        return STANDING_COLOURS
    return {
        "exclusiveGateway": 'isMarkerVisible="true"',
        "subProcess": f'isExpanded="true" {LANE_COLOURS}',
        "callActivity": CALL_COLOURS,
        "serviceTask": SYSTEM_COLOURS,
        "businessRuleTask": SYSTEM_COLOURS,
    }.get(_kind(element), "")


def _shape(
    element: etree._Element, box: Box, attribute: str, name: Box | None = None
) -> Iterator[str]:
    identity = element.get("id", "")
    attribute = f" {attribute}" if attribute else ""
    yield f'      <bpmndi:BPMNShape id="{identity}_shape" bpmnElement="{identity}"{attribute}>'
    yield f"        {_bounds(box)}"
    if name is not None:
        yield from _label(name)
    yield "      </bpmndi:BPMNShape>"


def _edge(diagram: Diagram, flow: etree._Element) -> Iterator[str]:
    identity = flow.get("id", "")
    yield f'      <bpmndi:BPMNEdge id="{identity}_edge" bpmnElement="{identity}">'
    for x, y in diagram.points[identity]:
        yield f'        <di:waypoint x="{round(x)}" y="{round(y)}"/>'
    if (name := _flow_name_box(diagram, flow)) is not None:
        yield from _label(name)
    yield "      </bpmndi:BPMNEdge>"


def _label(box: Box) -> Iterator[str]:
    yield "        <bpmndi:BPMNLabel>"
    yield f"          {_bounds(box)}"
    yield "        </bpmndi:BPMNLabel>"


def _bounds(box: Box) -> str:
    x, y, width, height = (round(value) for value in (box.x, box.y, box.width, box.height))
    return f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'


def stale_files(folder: Path) -> dict[Path, bytes]:
    """The diagrams whose shapes differ from the layout, with what they should be."""
    layout = read_layout(folder)
    files = sorted(folder.glob("*.bpmn"))
    if {file.stem for file in files} != set(layout):
        raise LayoutError("layout.toml and the folder do not name the same diagrams")
    drawn = {file: draw(file.read_bytes(), layout[file.stem]) for file in files}
    return {file: content for file, content in drawn.items() if content != file.read_bytes()}


def main() -> int:
    """Draw, or only compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on a difference")
    checks = parser.parse_args().check
    stale = stale_files(DIAGRAMS)
    for file, content in stale.items():
        print(f"{file.name}: {'shapes differ from layout.toml' if checks else 'drawn'}")
        if not checks:
            file.write_bytes(content)
    return 1 if checks and stale else 0


if __name__ == "__main__":
    sys.exit(main())
