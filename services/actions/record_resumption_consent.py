"""What the mine safety administration says to the restart of a coal mine."""

from dataclasses import dataclass
from datetime import date

from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_reason,
)
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class RecordResumptionConsent(TaskCommand):
    """The paper that came, and its date. The administration stands outside of local command."""

    paper_number: str
    paper_on: date | None


def record_resumption_consent(frame: Frame, command: RecordResumptionConsent) -> Receipt:
    """Consent, or none with its reason (Coal Mine Safety Regulation, article 48)."""
    require(command, "paper_number", "paper_on", "uploads")
    require_not_in_future(frame, command, "paper_on")
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.RECORD_RESUMPTION_CONSENT, command)
    step.record(command)
    return step.advance()
