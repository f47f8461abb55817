"""First report and finding, and what completes the double report."""

from collections.abc import Mapping

from wtforms import HiddenField

from services.reference.divisions import divisions
from services.reference.sectors import sectors
from web.forms.criterion import CriterionForm
from web.forms.fields import choice, day, files, line, number, one_of, paragraph
from web.forms.step import StepForm
from web.labels import BLANK_CHOICES, CHOICES
from workflows.vocabulary import Outcome


class NewCaseForm(CriterionForm):
    """What both ways of beginning a case ask for; only the first few fields are needed."""

    nonce = HiddenField()
    hazard_name = line(required=True)
    place = line(300, required=True)
    description = paragraph()
    found_on = day()
    sector = choice(
        {key: sector.name for key, sector in sectors().items()}, BLANK_CHOICES["sector"]
    )
    division_code = choice(
        {code: division.name for code, division in divisions().items()},
        BLANK_CHOICES["division_code"],
    )

    opinion = None

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A clause may be left open; one that is typed in comes whole, with its scan."""
        return {**self.scan_problems(), **self.criterion_problems()}


class FileFirstReportForm(NewCaseForm):
    """The enterprise's first report: place, hazard, measures taken."""

    measures_taken = paragraph(required=True)


class RegisterHazardForm(NewCaseForm):
    """A regulator's finding at an enterprise that the office supervises."""

    FIRST = ("responsible_party_id",)

    description = paragraph(required=True)
    found_on = day(required=True)
    responsible_party_id = choice({}, BLANK_CHOICES["responsible_party_id"], required=True)
    inspectors = line(required=True)
    measures_taken = paragraph()

    def offer(self, parties: Mapping[str, str]) -> None:
        """The enterprises to choose from: id -> name."""
        blank = BLANK_CHOICES["responsible_party_id"]
        self.responsible_party_id.choices = {"": blank, **parties}


class SupplementReportForm(StepForm):
    """Causes, harm, the five in place, and who leads."""

    current_state_and_cause = paragraph(required=True)
    harm_and_difficulty = paragraph(required=True)
    measures = paragraph(required=True)
    responsibility = paragraph(required=True)
    funds = paragraph(required=True)
    time_limit = line(required=True)
    contingency_plan = paragraph(required=True)
    rectification_lead = line(required=True)


class RecordWorkforceReportForm(StepForm):
    """The report to the workforce, with its proof."""

    meeting_kind = one_of(CHOICES["meeting_kind"], required=True)
    held_on = day(required=True)
    attendees = number(1, 1_000_000)
    summary = paragraph(required=True)
    uploads = files(required=True)


class WithdrawCaseForm(StepForm):
    """Withdrawal, with its reason."""

    opinion = paragraph(required=True)
