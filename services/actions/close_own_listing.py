"""The head above decides on closing a hazard that the enterprise listed itself."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require, require_reason
from services.step import open_step
from workflows.vocabulary import Action, DelistingKind, Outcome


@dataclass(frozen=True, kw_only=True)
class CloseOwnListing(TaskCommand):
    """`kind` says in which way the hazard ceased to exist."""

    kind: DelistingKind | None = None


def close_own_listing(frame: Frame, command: CloseOwnListing) -> Receipt:
    """Agree, or send back to acceptance with the reason."""
    require_reason(command, Outcome.ACCEPTED)
    if command.outcome is Outcome.ACCEPTED:
        require(command, "kind")
    step = open_step(frame, Action.CLOSE_OWN_LISTING, command)
    step.record(command)
    return step.advance()
