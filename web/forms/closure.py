"""Delisting."""

from collections.abc import Mapping

from web.forms.fields import day, files, line, one_of
from web.forms.step import DecisionForm, StepForm
from web.labels import CHOICES
from workflows.vocabulary import Outcome


class ApproveDelistingForm(DecisionForm):
    """Approval says in which way the hazard ceased to exist."""

    kind = one_of(CHOICES["kind"])

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Only an approval needs the kind."""
        problems = super().further_problems(outcome)
        if outcome is Outcome.ACCEPTED and not self.kind.data:
            return {**problems, "kind": "choose"}
        return problems


class CloseTrackedCaseForm(StepForm):
    """The department's own closing."""

    kind = one_of(CHOICES["kind"], required=True)


class PetitionDelistingForm(StepForm):
    """Number and day of the petition."""

    paper_number = line(required=True)
    petitioned_on = day(required=True)


class RecordExternalDelistingForm(ApproveDelistingForm):
    """What the body above decided, with its paper."""

    paper_number = line(required=True)
    decided_on = day(required=True)
    uploads = files(required=True)
