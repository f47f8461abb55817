"""Leave to resume production: application, inspection, consent from above, service."""

from collections.abc import Mapping

from web.forms.fields import day, files, line, one_of, paragraph
from web.forms.listing import ServeListingNoticeForm
from web.forms.step import DecisionForm, StepForm
from web.labels import CHOICES
from workflows.vocabulary import Outcome


class ApplyForResumptionForm(StepForm):
    """What has been mended, and what the party's own check came to; with proof."""

    LAST = ("uploads",)

    opinion = None

    mended = paragraph(required=True)
    self_checked_on = day(required=True)
    self_check = paragraph(required=True)
    uploads = files(required=True, photos=True)


class InspectResumptionForm(DecisionForm):
    """One inspector's own finding."""

    inspected_on = day(required=True)
    findings = paragraph(required=True)
    uploads = files(photos=True)


class RecordResumptionConsentForm(DecisionForm):
    """The paper of the mine safety administration, with its scan."""

    paper_number = line(required=True)
    paper_on = day(required=True)
    uploads = files(required=True)


class ServeResumptionForm(ServeListingNoticeForm):
    """How, when and to whom the notice was served; or why it is given up."""

    REASONED = frozenset({Outcome.RETURNED})

    method = one_of(CHOICES["method"])
    served_on = day()
    received_by = line()
    copied_to = line()

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Only a service that took place is described."""
        if outcome is Outcome.RETURNED:
            return StepForm.further_problems(self, outcome)
        problems = dict(super().further_problems(outcome))
        asked = {"method": "choose", "served_on": "required", "received_by": "required"}
        return problems | {name: code for name, code in asked.items() if not self[name].data}
