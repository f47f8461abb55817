"""Extension of the rectification limit: asked for, reviewed, decided on."""

from collections.abc import Mapping

from web.forms.fields import day, files, line, paragraph
from web.forms.step import DecisionForm, StepForm
from workflows.vocabulary import Outcome


class RequestExtensionForm(StepForm):
    """Until when, why, and what protects people meanwhile."""

    LAST = ("uploads",)

    opinion = None

    asked_until = day(required=True)
    reason = paragraph(required=True)
    progress = paragraph(required=True)
    safeguards = paragraph(required=True)


class ReviewExtensionForm(DecisionForm):
    """What was found about reasons and safeguards."""

    findings = paragraph(required=True)


class _Granting(DecisionForm):
    """Only a grant names a day."""

    granted_until = day()

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        problems = super().further_problems(outcome)
        missing = self.granted_until.data is None and not self.granted_until.errors
        if outcome is Outcome.ACCEPTED and missing:
            return {**problems, "granted_until": "required"}
        return problems


class DecideExtensionForm(_Granting):
    """The new limit, and what is demanded for it."""

    conditions = paragraph()


class PetitionExtensionForm(StepForm):
    """The petition as it was sent."""

    paper_number = line(required=True)


class RecordExternalExtensionForm(_Granting):
    """What the body above answered, with its paper."""

    paper_number = line(required=True)
    paper_on = day(required=True)
    uploads = files(required=True)
