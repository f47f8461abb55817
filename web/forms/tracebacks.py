"""The forms of a traceback: its proposal, its three steps, and what came of it."""

from wtforms import HiddenField

from services.frame import MOST_CHARACTERS
from services.tracebacks.proposing import MOST_CHARACTERS as MOST_OF_GROUND
from services.tracebacks.steps import RecordDisposition, TracebackCommand
from web.forms.fields import day, line, one_of, paragraph
from web.forms.registration import ServiceForm
from web.labels import label_of
from workflows.traceback import (
    DispositionKind,
    TracebackDecision,
    TracebackStep,
    TracebackTrigger,
)
from workflows.vocabulary import Outcome

_TEXT, _NAME = 2000, 200


class ProposalForm(ServiceForm):
    """Why the chain is to be gone back."""

    trigger = one_of({one.value: label_of(one) for one in TracebackTrigger}, required=True)
    ground = paragraph(MOST_OF_GROUND)


class TracebackForm(ServiceForm):
    """One step; which fields are asked for depends on the step."""

    shown = HiddenField()
    findings = paragraph(MOST_CHARACTERS)
    responsibility = paragraph(MOST_CHARACTERS)
    decision = one_of({one.value: label_of(one) for one in TracebackDecision})
    opinion = paragraph(_TEXT)

    def command(self, traceback_id: int, step: TracebackStep, outcome: Outcome) -> TracebackCommand:
        """For the service."""
        chosen = self.decision.data or ""
        return TracebackCommand(
            traceback_id=traceback_id,
            step=step,
            shown=self.shown.data or "",
            outcome=outcome,
            opinion=self.opinion.data or "",
            findings=self.findings.data or "",
            responsibility=self.responsibility.data or "",
            decision=TracebackDecision(chosen) if chosen else None,
        )


class DispositionForm(ServiceForm):
    """What was done about somebody, by which organ and document."""

    kind = one_of({one.value: label_of(one) for one in DispositionKind}, required=True)
    subject = line(_NAME)
    organ_name = line(_NAME)
    document_number = line(100)
    done_on = day()
    note = paragraph(_TEXT)

    def command(self, traceback_id: int) -> RecordDisposition:
        """For the service."""
        return RecordDisposition(
            traceback_id=traceback_id,
            kind=DispositionKind(self.kind.data),
            subject=self.subject.data or "",
            organ_name=self.organ_name.data or "",
            document_number=self.document_number.data or "",
            done_on=self.done_on.data,
            note=self.note.data or "",
        )
