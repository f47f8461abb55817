"""Forms of an assessment: the steps of a round, objections, answers, findings, receipts."""

from wtforms import HiddenField

from services.assessment.objections import MOST_DAYS, AnswerObjection
from services.assessment.record import MOST_CHARACTERS
from services.assessment.rounds import MOST_NAME
from web.forms.fields import day, files, line, number, one_of, paragraph
from web.forms.registration import ServiceForm
from web.labels.assessment import ANSWERS, CORRECTIONS
from workflows.vocabulary import Outcome


class RoundStepForm(ServiceForm):
    """A step of a round; the button says the outcome."""

    opinion = paragraph(MOST_CHARACTERS)


class ObjectionForm(ServiceForm):
    """A unit's objection to one fact."""

    ground = paragraph(MOST_CHARACTERS, required=True)
    evidence = paragraph(MOST_CHARACTERS, required=True)
    uploads = files()


class AnswerForm(ServiceForm):
    """The answer to an objection, and what the fact counts as where it is accepted."""

    outcome = one_of(ANSWERS, required=True)
    counts = one_of(CORRECTIONS)
    days = number(0, MOST_DAYS)
    opinion = paragraph(MOST_CHARACTERS, required=True)

    def validate(self, extra_validators: object = None) -> bool:
        """Accepted, it says what the fact counts as."""
        valid = super().validate()
        if self.outcome.data == Outcome.ACCEPTED and not self.counts.data:
            self.add_problems({"counts": "choose"})
            return False
        return valid

    def command(self, objection_id: int) -> AnswerObjection:
        """What was answered."""
        return AnswerObjection(
            objection_id=objection_id,
            outcome=Outcome(self.outcome.data),
            opinion=self.opinion.data or "",
            counts=self.counts.data != "left_out",
            met=self.counts.data == "met",
            days=self.days.data or 0,
        )


class FalseClosureForm(ServiceForm):
    """The finding that a recurrence was a false closure."""

    reason = paragraph(MOST_CHARACTERS, required=True)


class ReceiptForm(ServiceForm):
    """The receipt of one copy. `copy_id` keeps what was typed with its copy."""

    copy_id = HiddenField()
    received_on = day(required=True)
    received_by = line(MOST_NAME, required=True)
