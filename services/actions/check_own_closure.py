"""The department checks what the enterprise closed itself, and files it."""

from dataclasses import dataclass
from datetime import date

from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_other_officer,
    require_reason,
)
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class CheckOwnClosure(TaskCommand):
    """At least two officers look on the spot (Administrative Penalty Law, article 42)."""

    checked_on: date | None
    findings: str
    co_officer: str


def check_own_closure(frame: Frame, command: CheckOwnClosure) -> Receipt:
    """File the closure, or send it back to the enterprise's acceptance with the reason."""
    require(command, "checked_on", "findings", "co_officer")
    require_not_in_future(frame, command, "checked_on")
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CHECK_OWN_CLOSURE, command)
    require_other_officer(frame, step.post, command.co_officer)
    step.record(command)
    return step.advance()
