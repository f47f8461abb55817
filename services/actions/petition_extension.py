"""The body above listed: the committee office asks it for the extension."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class PetitionExtension(TaskCommand):
    """The petition as it was sent."""

    paper_number: str


def petition_extension(frame: Frame, command: PetitionExtension) -> Receipt:
    """Record the petition."""
    require(command, "paper_number")
    step = open_step(frame, Action.PETITION_EXTENSION, command)
    step.record(command)
    return step.advance()
