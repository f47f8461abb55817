"""The phase of a case, read from the positions of its diagrams."""

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.vocabulary import CaseEnding, Phase

# Steps that stand in a phase of their own, outside the diagram of that phase.
_BY_STEP = {
    "close_tracked_case": Phase.CLOSURE,
    "list_own_hazard": Phase.LISTING,
    "accept_own_rectification": Phase.RECTIFICATION,
    "close_own_listing": Phase.CLOSURE,
    "check_own_closure": Phase.CLOSURE,
}
_NOT_RECEIVED = frozenset({"acknowledge_handover", "resolve_competence_dispute"})
_ROUNDS = (
    ("closure", Phase.CLOSURE),
    ("acceptance", Phase.ACCEPTANCE),
    ("rectification", Phase.RECTIFICATION),
)


@dataclass(frozen=True)
class Position:
    """One open step: in which process it stands, and whether it is a standing one."""

    process_id: str
    step_id: str


def phase_of(positions: Iterable[Position], ending: CaseEnding | None) -> Phase:
    """Of parallel branches: listing until served, handover until all acknowledged or acceptance
    is applied for, then the rounds. A case that ended and has no open step is archived.
    """
    open_positions = tuple(positions)
    processes = {position.process_id for position in open_positions}
    if ending is not None:
        waits = any(position.step_id == "archive_case" for position in open_positions)
        return Phase.DELISTED if waits else Phase.ARCHIVED
    if "listing" in processes:
        return Phase.LISTING
    unacknowledged = any(p.step_id in _NOT_RECEIVED for p in open_positions)
    if unacknowledged and not processes & {"acceptance", "closure"}:
        return Phase.HANDOVER
    for process_id, phase in _ROUNDS:
        if process_id in processes:
            return phase
    by_step = (_BY_STEP[p.step_id] for p in open_positions if p.step_id in _BY_STEP)
    return next(by_step, Phase.INTAKE)
