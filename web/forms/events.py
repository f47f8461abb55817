"""What may happen to a case at any time: findings, another party, stoppage, accident, early end."""

from collections.abc import Mapping

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import choice, day, files, line, number, one_of, paragraph
from web.forms.step import DecisionForm, StepForm
from web.labels import BLANK_CHOICES, CHOICES
from workflows.vocabulary import HazardSource, Outcome, WithdrawalGround


class AddFindingForm(StepForm):
    """Who else found the hazard, and when."""

    LAST = ("uploads",)

    opinion = None

    source = one_of(
        {key: word for key, word in CHOICES["source"].items() if key != "enterprise_report"},
        required=True,
    )
    finder = line()
    finder_reference = line()
    found_on = day(required=True)
    description = paragraph(required=True)
    on_units_list = one_of(CHOICES["on_units_list"])

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A finder is named, an informant never."""
        return finder_problems(self.source.data, self.finder.data, self.finder_reference.data)


def finder_problems(source: str, finder: str, reference: str) -> Mapping[str, str]:
    """Which of the finder's fields are wrong for this source."""
    if source == HazardSource.VERIFIED_TIP:
        return {"finder": "no_informant"} if finder else {}
    problems = {}
    if source != HazardSource.REGULATOR_FINDING and source and not finder:
        problems["finder"] = "required"
    if source == HazardSource.HIGHER_INSPECTION and not reference:
        problems["finder_reference"] = "required"
    return problems


class AnswerFinderForm(StepForm):
    """What was answered, and under which number."""

    LAST = ("uploads",)

    opinion = None

    answered_on = day(required=True)
    paper_number = line()
    answer = paragraph(required=True)


class ChangeResponsiblePartyForm(StepForm):
    """Another party of the register, and why."""

    new_party_id = choice({}, BLANK_CHOICES["responsible_party_id"], required=True)
    opinion = paragraph(required=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """Parties of the same sort that the department knows."""
        blank = BLANK_CHOICES["responsible_party_id"]
        self.new_party_id.choices = {
            "": blank,
            **{str(number): name for number, name in brief.other_parties},
        }


class ReportStoppageForm(StepForm):
    """What has stopped, since when, by whose decision."""

    stoppage_kind = one_of(CHOICES["stoppage_kind"], required=True)
    stopped_on = day(required=True)
    scope = paragraph(required=True)


class ConfirmStoppageForm(DecisionForm):
    """What was seen on the spot."""

    checked_on = day(required=True)
    findings = paragraph(required=True)


class ReportRestartForm(StepForm):
    """Who decided on the restart, and under which paper, if any."""

    restarted_on = day(required=True)
    approved_by = line(required=True)
    paper_number = line()


class RecordAccidentForm(StepForm):
    """What is known so far."""

    LAST = ("uploads",)

    opinion = None

    happened_on = day(required=True)
    deaths = number(0, 10_000, required=True)
    injuries = number(0, 10_000, required=True)
    description = paragraph(required=True)


class ReasonedForm(StepForm):
    """A decision that gives its reason either way."""

    opinion = paragraph(required=True)


class LiftLegalHoldForm(ReasonedForm):
    """The paper that ends the investigation."""

    paper_number = line(required=True)


class WithdrawCaseForm(ReasonedForm):
    """The ground, and the case that goes on where two are one."""

    ground = one_of(CHOICES["ground"], required=True)
    merged_into = line(40)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A merged case names the other."""
        merged = self.ground.data == WithdrawalGround.MERGED
        return {"merged_into": "required"} if merged and not self.merged_into.data else {}


class ListOwnHazardForm(StepForm):
    """The enterprise's own listing."""

    paper_number = line(required=True)
    listed_on = day(required=True)
    supervisor = line(required=True)
    limit_on = day(required=True)


class AcceptOwnRectificationForm(StepForm):
    """The enterprise's own acceptance, with its proof."""

    accepted_on = day(required=True)
    evaluator = one_of(CHOICES["evaluator"], required=True)
    participants = paragraph(required=True)
    conclusion = paragraph(required=True)
    uploads = files(required=True, photos=True)


class CheckOwnClosureForm(DecisionForm):
    """What two officers saw on the spot."""

    checked_on = day(required=True)
    co_officer = line(required=True)
    findings = paragraph(required=True)
    uploads = files(photos=True)
