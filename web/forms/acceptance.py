"""Evaluation of the effect, and inspection by the acceptance group."""

from collections.abc import Mapping

from web.forms.fields import day, line, one_of, paragraph
from web.forms.step import StepForm
from web.labels import CHOICES
from workflows.vocabulary import Outcome

AGENCY = "agency"


class EvaluateEffectForm(StepForm):
    """By own people and experts, or by an agency that is named."""

    evaluator = one_of(CHOICES["evaluator"], required=True)
    agency = line()
    conclusion = paragraph(required=True)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """An agency is named with its qualification."""
        unnamed = self.evaluator.data == AGENCY and not self.agency.data
        return {"agency": "required"} if unnamed else {}


class InspectRectificationForm(StepForm):
    """One inspector's own finding."""

    inspected_on = day(required=True)
    findings = paragraph(required=True)
