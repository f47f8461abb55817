"""The department closes a hazard that it tracked without a listing."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action, DelistingKind


@dataclass(frozen=True, kw_only=True)
class CloseTrackedCase(TaskCommand):
    """`kind` says in which way the hazard ceased to exist."""

    kind: DelistingKind | None


def close_tracked_case(frame: Frame, command: CloseTrackedCase) -> Receipt:
    """Close the case after its acceptance."""
    require(command, "kind")
    step = open_step(frame, Action.CLOSE_TRACKED_CASE, command)
    step.record(command)
    return step.advance()
