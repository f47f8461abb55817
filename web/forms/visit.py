"""A visit on site, and a spot check after acceptance."""

from collections.abc import Mapping

from web.forms.fields import day, files, line, paragraph
from web.forms.step import StepForm
from workflows.vocabulary import Outcome


class RecordVisitForm(StepForm):
    """When, by whom, what was found and demanded; with photos."""

    visited_on = day(required=True)
    co_officer = line(required=True)
    findings = paragraph(required=True)
    problems_found = paragraph()
    demands = paragraph()
    uploads = files(required=True, photos=True)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A problem is followed by a demand."""
        undemanded = self.problems_found.data and not self.demands.data
        return {"demands": "required"} if undemanded else {}


class RecordSpotCheckForm(StepForm):
    """What was found after acceptance had passed."""

    checked_on = day(required=True)
    co_officer = line(required=True)
    findings = paragraph(required=True)
    problems_found = paragraph()
    uploads = files(photos=True)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Whoever finds problems names them."""
        unnamed = outcome is Outcome.FAILED and not self.problems_found.data
        return {"problems_found": "required"} if unnamed else {}
