"""First report and finding, and what completes the double report."""

from collections.abc import Mapping

from services.reference.divisions import divisions
from services.reference.sectors import sectors
from web.forms.base import form_number
from web.forms.criterion import CriterionForm
from web.forms.events import finder_problems
from web.forms.fields import choice, day, files, line, number, one_of, paragraph
from web.forms.step import StepForm
from web.labels import BLANK_CHOICES, CHOICES
from workflows.vocabulary import Outcome, PartyKind


class NewCaseForm(CriterionForm):
    """What both ways of beginning a case ask for; only the first few fields are needed."""

    nonce = form_number()
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
    uploads = files(photos=True)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A clause may be left open; one that is typed in comes whole, with its scan."""
        return {**self.scan_problems(), **self.criterion_problems()}


class FileFirstReportForm(NewCaseForm):
    """The enterprise's first report: place, hazard, measures taken."""

    measures_taken = paragraph(required=True)


class RegisterHazardForm(NewCaseForm):
    """A regulator's finding at an enterprise that the office supervises."""

    FIRST = ("responsible_party_id",)

    source = one_of(
        {key: word for key, word in CHOICES["source"].items() if key != "enterprise_report"},
        required=True,
    )
    finder = line()
    finder_reference = line()
    on_units_list = one_of(CHOICES["on_units_list"])
    description = paragraph(required=True)
    found_on = day(required=True)
    responsible_party_id = choice({}, BLANK_CHOICES["responsible_party_id"])
    party_kind = choice(CHOICES["party_kind"], BLANK_CHOICES["party_kind"])
    new_party_name = line()
    new_party_code = line(18)
    designation = line()
    co_owners = paragraph(1000)
    client = line()
    contractor = line()
    manager = line()
    illegal_operators = paragraph(1000)
    inspectors = line(required=True)
    measures_taken = paragraph()

    def offer(self, parties: Mapping[str, str]) -> None:
        """The enterprises to choose from: id -> name."""
        blank = BLANK_CHOICES["responsible_party_id"]
        self.responsible_party_id.choices = {"": blank, **parties}

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A party is chosen or entered; a finder is named; each kind of party has its own needs."""
        problems = {**super().further_problems(outcome)}
        problems |= finder_problems(self.source.data, self.finder.data, self.finder_reference.data)
        if not self.responsible_party_id.data and not self.new_party_name.data:
            problems["responsible_party_id"] = "choose"
        needed = {
            PartyKind.OWNERLESS: ("designation",),
            PartyKind.SEVERAL_OWNERS: ("co_owners",),
            PartyKind.CONTRACT_PARTIES: ("client", "contractor"),
        }
        names = needed.get(self.party_kind.data, ())
        return problems | {name: "required" for name in names if not self[name].data}


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
    uploads = files(photos=True)


class RecordWorkforceReportForm(StepForm):
    """The report to the workforce, with its proof."""

    meeting_kind = one_of(CHOICES["meeting_kind"], required=True)
    held_on = day(required=True)
    attendees = number(1, 1_000_000)
    summary = paragraph(required=True)
    uploads = files(required=True)
