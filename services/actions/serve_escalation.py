"""What was issued to press the case on is served, held or published."""

from dataclasses import dataclass, replace
from datetime import date

from services.errors import InvalidCommandError
from services.escalation import demands_of, find_issued
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.facts import escalation_kind
from workflows.vocabulary import Action, EscalationKind


@dataclass(frozen=True, kw_only=True)
class ServeEscalation(TaskCommand):
    """When and to whom it went: who signed for it, who was talked to, or where it was published.

    The act adds what was told, for those who do not see how the office came to it.
    """

    served_on: date | None
    received_by: str
    escalation_kind: EscalationKind | None = None
    letter_number: str = ""
    letter_text: str = ""


def serve_escalation(frame: Frame, command: ServeEscalation) -> Receipt:
    """Record the service. Where an answer is due, its clock starts here."""
    require(command, "served_on", "received_by")
    require_not_in_future(frame, command, "served_on")
    step = open_step(frame, Action.SERVE_ESCALATION, command)
    document = find_issued(frame.session, step.facts_record, step.case.id)
    if document is not None:
        if document.issued_on and command.served_on and command.served_on < document.issued_on:
            raise InvalidCommandError({"served_on": "before_issue"})
        document.served_at = frame.now
    step.record(
        replace(
            command,
            escalation_kind=escalation_kind(step.facts_record),
            letter_number=(document.number or "") if document else "",
            letter_text=demands_of(step.facts_record),
        )
    )
    return step.advance()
