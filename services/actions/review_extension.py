"""The case officer checks a request for an extension before it is decided on."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewExtension(TaskCommand):
    """`findings`: whether the reasons are true and the safeguards hold."""

    findings: str


def review_extension(frame: Frame, command: ReviewExtension) -> Receipt:
    """Pass the request on to whoever decides, or send it back to be completed."""
    require(command, "findings")
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.REVIEW_EXTENSION, command)
    step.record(command)
    return step.advance()
