"""Who listed, or before that the department, grants or refuses an extension."""

from dataclasses import dataclass, replace
from datetime import date

from services.deadlines import extend_limit, extension_bounds
from services.frame import Frame, Receipt, TaskCommand, require, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class DecideExtension(TaskCommand):
    """`granted_until` is the new limit; nothing but an extension ever moves it, and only later.

    The act adds the limit that it replaces.
    """

    granted_until: date | None = None
    conditions: str = ""
    former_limit_on: date | None = None


def decide_extension(frame: Frame, command: DecideExtension) -> Receipt:
    """Grant until a day, or refuse with a reason. The old limit and its ground stay on record."""
    require_reason(command, Outcome.ACCEPTED)
    granting = command.outcome is Outcome.ACCEPTED
    if granting:
        require(command, "granted_until")
    step = open_step(frame, Action.DECIDE_EXTENSION, command)
    bounds = extension_bounds(frame.session, frame.office, step.case)
    if granting:
        bounds.refuse_outside("granted_until", command.granted_until)
    granted_until = command.granted_until if granting else None
    act = step.record(
        replace(command, granted_until=granted_until, former_limit_on=bounds.limit_on)
    )
    if granted_until is not None:
        extend_limit(frame.session, frame.office, step.case, granted_until, act.id, frame.now)
    return step.advance()
