"""Delisting by the signatory of the body that listed."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require, require_reason
from services.step import open_step
from workflows.vocabulary import Action, DelistingKind, Outcome


@dataclass(frozen=True, kw_only=True)
class ApproveDelisting(TaskCommand):
    """`kind` says in which way the hazard ceased to exist."""

    kind: DelistingKind | None = None


def approve_delisting(frame: Frame, command: ApproveDelisting) -> Receipt:
    """Delist, or send the case back to a step that the diagram offers."""
    require_reason(command, Outcome.ACCEPTED)
    if command.outcome is Outcome.ACCEPTED:
        require(command, "kind")
    step = open_step(frame, Action.APPROVE_DELISTING, command)
    step.record(command)
    return step.advance()
