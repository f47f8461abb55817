"""A visit on site: what was found, what was demanded, with photos."""

from dataclasses import dataclass
from datetime import date

from services.clock import local_date
from services.errors import InvalidCommandError
from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_other_officer,
)
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class RecordVisit(TaskCommand):
    """At least two people visit: the one who records it, and those named in `co_officer`."""

    visited_on: date | None
    co_officer: str
    findings: str
    problems_found: str
    demands: str


def record_visit(frame: Frame, command: RecordVisit) -> Receipt:
    """Record the visit. What was found wrong is followed by a demand; photos are part of it."""
    require(command, "visited_on", "co_officer", "findings")
    if command.problems_found:
        require(command, "demands")
    require_not_in_future(frame, command, "visited_on")
    if not any(upload.media_type.startswith("image/") for upload in command.uploads):
        raise InvalidCommandError({"uploads": "photo_required"})
    step = open_step(frame, Action.RECORD_VISIT, command)
    require_other_officer(frame, step.post, command.co_officer)
    filed_on = local_date(step.case.filed_at)
    if command.visited_on is not None and command.visited_on < filed_on:
        raise InvalidCommandError({"visited_on": "before_filing"})
    step.record(command)
    return step.advance()
