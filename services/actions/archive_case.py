"""Archiving of a delisted case."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ArchiveCase(TaskCommand):
    """The last act; the dossier is complete."""


def archive_case(frame: Frame, command: ArchiveCase) -> Receipt:
    """Archive the case."""
    step = open_step(frame, Action.ARCHIVE_CASE, command)
    step.record(command)
    return step.advance()
