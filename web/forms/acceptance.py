"""Evaluation of the effect, and inspection by the acceptance group."""

from collections.abc import Mapping

from services.actions.evaluate_effect import EVALUATORS
from web.forms.fields import day, files, line, one_of, paragraph
from web.forms.step import StepForm
from web.labels import CHOICES
from workflows.vocabulary import Outcome


class EvaluateEffectForm(StepForm):
    """By own people and experts, or by an agency; all are named."""

    evaluator = one_of(CHOICES["evaluator"], required=True)
    technicians = line()
    experts = line()
    agency = line()
    qualification_number = line()
    qualification_scope = line()
    conclusion = paragraph(required=True)
    uploads = files(photos=True)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Own people and experts are named, an agency with its qualification."""
        needed = EVALUATORS.get(self.evaluator.data or "", ())
        return {name: "required" for name in needed if not self[name].data}


class InspectRectificationForm(StepForm):
    """One inspector's own finding."""

    inspected_on = day(required=True)
    findings = paragraph(required=True)
    uploads = files(photos=True)
