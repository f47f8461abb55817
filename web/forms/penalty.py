"""A suspension penalty: proposal, notice, answer, hearing, decision, service, lifting."""

from collections.abc import Mapping

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import day, files, line, one_of, paragraph
from web.forms.listing import ServeListingNoticeForm
from web.forms.step import StepForm
from web.labels import CHOICES
from workflows.vocabulary import Action, HazardSource, LiftingGround, Outcome


class _PenaltyForm(StepForm):
    """What the unit is to suffer, and what the head."""

    unit_penalty = paragraph()
    head_name = line()
    head_penalty = paragraph()

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A penalty for the head has both a name and a content, or neither."""
        problems = dict(super().further_problems(outcome))
        name, penalty = self.head_name.data, self.head_penalty.data
        if bool(name) != bool(penalty):
            problems["head_penalty" if name else "head_name"] = "required"
        return problems


class ProposeSuspensionForm(_PenaltyForm):
    """Clause, ground, facts, and both penalties; where it reported itself, how that weighs."""

    FIRST = (
        "clause_violated",
        "penalty_basis",
        "facts_and_evidence",
        "unit_penalty",
        "head_name",
        "head_penalty",
    )
    LAST = ("leniency", "uploads")

    opinion = None

    clause_violated = paragraph(required=True)
    penalty_basis = paragraph(required=True)
    facts_and_evidence = paragraph(required=True)
    unit_penalty = paragraph(required=True)
    leniency = paragraph(required=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """Leniency is asked about only where the enterprise reported the hazard itself."""
        if all(item.source is not HazardSource.ENTERPRISE_REPORT for item in brief.page.findings):
            self.leave_out(("leniency",))


class AnswerPenaltyNoticeForm(StepForm):
    """What the party says against the penalty."""

    LAST = ("uploads",)

    opinion = None

    statement = paragraph()

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """A statement says something."""
        empty = outcome is Outcome.STATED and not self.statement.data
        return {"statement": "required"} if empty else {}


class RecordHearingForm(StepForm):
    """When it was announced and held, who came, what was said, and the signed minutes."""

    LAST = ("uploads",)

    opinion = None

    notified_on = day(required=True)
    held_on = day(required=True)
    attendees = paragraph(required=True)
    minutes = paragraph(required=True)
    uploads = files(required=True)


class DecideSuspensionForm(_PenaltyForm):
    """What was made of the party's answer, what the heads discussed, and what is imposed."""

    REASONED = frozenset({Outcome.NOT_IMPOSED})
    FIRST = ("answer_considered", "discussed_on", "discussion")

    answer_considered = paragraph(required=True)
    discussed_on = day(required=True)
    discussion = paragraph(required=True)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Only what is imposed is spelt out."""
        if outcome is not Outcome.IMPOSED:
            return StepForm.further_problems(self, outcome)
        problems = dict(super().further_problems(outcome))
        if not self.unit_penalty.data:
            problems["unit_penalty"] = "required"
        return problems

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """The penalties as they were proposed."""
        proposed = [act for act in brief.page.acts if act.action is Action.PROPOSE_SUSPENSION]
        names = ("unit_penalty", "head_name", "head_penalty")
        return {name: str(proposed[-1].content[name]) for name in names} if proposed else {}


class ServeSuspensionForm(ServeListingNoticeForm):
    """How, when and to whom both decisions were served."""

    head_received_by = line()


class LiftSuspensionForm(StepForm):
    """The ground; that the danger is over is none: leave to resume is asked for."""

    lifting_ground = one_of(
        {
            key: word
            for key, word in CHOICES["lifting_ground"].items()
            if key != LiftingGround.DANGER_REMOVED
        },
        required=True,
    )
    opinion = paragraph(required=True)
