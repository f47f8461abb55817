"""What every decision of a government about an order says."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, TaskCommand, require, require_not_in_future, require_reason
from workflows.vocabulary import Outcome


@dataclass(frozen=True, kw_only=True)
class GovernmentDecision(TaskCommand):
    """The government keeps its own register: its number is entered, not taken here."""

    decision_number: str = ""
    decided_on: date | None = None


def check_decision(frame: Frame, command: GovernmentDecision) -> None:
    """InvalidCommandError: a decision has a number and a day, a refusal has a reason."""
    require_reason(command, Outcome.ACCEPTED)
    if command.outcome is Outcome.ACCEPTED:
        require(command, "decision_number", "decided_on")
    require_not_in_future(frame, command, "decided_on")
