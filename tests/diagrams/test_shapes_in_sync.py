"""The shapes in the diagrams are those that the layout describes."""

import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from deploy.draw_shapes import LayoutError, draw, stale_files

FOLDER = Path(__file__).parents[2] / "bpmn"
LAYOUT = tomllib.loads((FOLDER / "layout.toml").read_text(encoding="utf-8"))
DIAGRAMS = sorted(FOLDER.glob("*.bpmn"))
Area = tuple[float, float, float, float]


def areas(root: etree._Element, *kinds: str) -> Iterator[tuple[str, Area]]:
    """Where the elements of these kinds stand, by id."""
    for shape in root.iterfind(".//{*}BPMNShape"):
        identity = shape.get("bpmnElement", "")
        element = root.find(f".//*[@id='{identity}']")
        bounds = shape.find("{*}Bounds")
        assert element is not None
        assert bounds is not None
        if etree.QName(element).localname.endswith(kinds):
            x, y, width, height = (
                float(bounds.get(name, "")) for name in ("x", "y", "width", "height")
            )
            yield identity, (x, y, x + width, y + height)


def overlaps(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_shapes_are_drawn_from_the_layout() -> None:
    assert [file.name for file in stale_files(FOLDER)] == []


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_every_element_and_every_flow_has_a_shape(file: Path) -> None:
    root = etree.fromstring(file.read_bytes())
    shown = {shape.get("bpmnElement") for shape in root.iterfind(".//{*}BPMNPlane/*")}
    process = root.find("{*}process")
    assert process is not None
    kinds = ("Event", "Gateway", "Task", "callActivity", "subProcess", "lane", "sequenceFlow")
    drawn = {
        element.get("id")
        for element in process.iter(etree.Element)
        if etree.QName(element).localname.endswith(kinds)
    }
    assert shown == drawn


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_no_two_elements_overlap(file: Path) -> None:
    placed = list(
        areas(etree.fromstring(file.read_bytes()), "Event", "Gateway", "Task", "callActivity")
    )
    for number, (name, area) in enumerate(placed):
        for other_name, other in placed[number + 1 :]:
            assert not overlaps(area, other), f"{name} and {other_name}"


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_every_line_is_right_angled(file: Path) -> None:
    for edge in etree.fromstring(file.read_bytes()).iterfind(".//{*}BPMNEdge"):
        points = [(point.get("x"), point.get("y")) for point in edge.iterfind("{*}waypoint")]
        for one, other in pairwise(points):
            assert (one[0] == other[0]) != (one[1] == other[1]), edge.get("bpmnElement")


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_no_line_runs_through_an_element(file: Path) -> None:
    root = etree.fromstring(file.read_bytes())
    placed = list(areas(root, "Event", "Gateway", "Task", "callActivity"))
    for edge in root.iterfind(".//{*}BPMNEdge"):
        points = [
            (float(point.get("x", "")), float(point.get("y", "")))
            for point in edge.iterfind("{*}waypoint")
        ]
        for (ax, ay), (bx, by) in pairwise(points):
            line = (min(ax, bx), min(ay, by), max(ax, bx) + 0.1, max(ay, by) + 0.1)
            for name, (left, top, right, bottom) in placed:
                inside = (left + 1, top + 1, right - 1, bottom - 1)
                assert not overlaps(line, inside), f"{edge.get('bpmnElement')} crosses {name}"


def test_an_element_without_a_place_is_refused() -> None:
    layout = LAYOUT["handover"]
    elements = {name: cell for name, cell in layout["elements"].items() if "ack" not in name}
    with pytest.raises(LayoutError, match="acknowledge_handover"):
        draw((FOLDER / "handover.bpmn").read_bytes(), {**layout, "elements": elements})
