"""Where a case has been in its diagrams and where it is: the same for the picture and the words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.queries.case_page import CasePage
from services.queries.passage import AdvanceRow, Place
from workflows.outline import Node, NodeKind, Outline
from workflows.permissions import STARTING_ACTIONS


class StepState(StrEnum):
    """How an element of a diagram stands in a case."""

    DONE = "done"
    CURRENT = "current"
    STANDING = "standing"
    UPCOMING = "upcoming"
    LEFT_OUT = "left_out"


@dataclass
class _Visit:
    """The latest run of one process: what was passed in it, and which arrows were taken."""

    elements: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)
    is_over: bool = False


@dataclass(frozen=True)
class Passage:
    """The way through all diagrams of one case."""

    outlines: Mapping[str, Outline]
    visits: Mapping[str, _Visit]
    open_steps: frozenset[tuple[str, str, bool]]
    case_is_over: bool

    def state_of(self, process_id: str, node: Node) -> StepState:
        """How an element stands in the latest run of its process."""
        visit = self.visits.get(process_id)
        if (process_id, node.id, False) in self.open_steps or self._is_running(node):
            return StepState.CURRENT
        if (process_id, node.id, True) in self.open_steps:
            return StepState.STANDING
        if visit is not None and node.id in visit.elements:
            return StepState.DONE
        never = self.case_is_over or (visit is not None and visit.is_over)
        if never or node.id in STARTING_ACTIONS:
            return StepState.LEFT_OUT
        return StepState.UPCOMING

    def process_state(self, process_id: str) -> StepState:
        """How a whole process stands."""
        if any(process == process_id for process, _step, _standing in self.open_steps):
            return StepState.CURRENT
        if process_id in self.visits:
            return StepState.DONE
        return StepState.LEFT_OUT if self.case_is_over else StepState.UPCOMING

    def was_taken(self, process_id: str, flow_id: str) -> bool:
        """Whether the case went along this arrow in the latest run of its process."""
        visit = self.visits.get(process_id)
        return visit is not None and flow_id in visit.flows

    def _is_running(self, node: Node) -> bool:
        return node.kind is NodeKind.CALL and any(
            process == node.called for process, _step, _standing in self.open_steps
        )


def passage_of(
    outlines: Iterable[Outline], advances: tuple[AdvanceRow, ...], page: CasePage
) -> Passage:
    """Follow the advances of a case through its outlines."""
    known = {outline.process_id: outline for outline in outlines}
    visits: dict[str, _Visit] = {}
    taken = tuple(advance for advance in advances if advance.counts)
    _enter(known, visits, taken)
    for advance in taken:
        for index, place in enumerate(advance.passed):
            _pass(known, visits, place, advance.passed[index + 1 :] + advance.opened)
    return Passage(
        outlines=known,
        visits=visits,
        open_steps=frozenset(
            (step.task.process_id, step.task.step.value, step.task.standing)
            for step in page.open_steps
        ),
        case_is_over=page.ending is not None,
    )


def _enter(
    known: Mapping[str, Outline], visits: dict[str, _Visit], advances: tuple[AdvanceRow, ...]
) -> None:
    """What lies before the first recorded element was passed before anything was recorded."""
    if not advances or not advances[0].passed:
        return
    first = advances[0].passed[0]
    outline = known[first.process_id]
    visit = visits.setdefault(first.process_id, _Visit())
    visit.elements |= outline.before(first.element_id)
    reached = visit.elements | {first.element_id}
    containers = {outline.nodes[node_id].container for node_id in reached}
    visit.flows |= {
        flow.id
        for flow in outline.flows
        if flow.source in visit.elements and flow.target in reached | containers
    }


def _pass(
    known: Mapping[str, Outline],
    visits: dict[str, _Visit],
    place: Place,
    next_places: tuple[Place, ...],
) -> None:
    outline = known.get(place.process_id)
    if outline is None or place.element_id not in outline.nodes:
        return
    visit = visits.get(place.process_id)
    if visit is None or visit.is_over:
        visit = visits[place.process_id] = _Visit()
    node = outline.nodes[place.element_id]
    visit.elements.add(node.id)
    leaving = outline.leaving(node.id)
    if node.kind is NodeKind.EXCLUSIVE and len(leaving) > 1:
        leaving = tuple(
            flow for flow in leaving if _is_next(outline.nodes[flow.target], outline, next_places)
        )
    visit.flows |= {flow.id for flow in leaving}
    if node.kind is NodeKind.CALL and not place.path and node.called in visits:
        visits[node.called].is_over = True


def _is_next(target: Node, outline: Outline, places: tuple[Place, ...]) -> bool:
    """Whether a branch was entered: its first element was passed or opened by the same advance."""
    if target.kind is NodeKind.CALL:
        return any(place.process_id == target.called for place in places)
    return any(
        place.process_id == outline.process_id and place.element_id == target.id for place in places
    )
