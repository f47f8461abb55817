"""What the receivers of a handover answer and report, and what is decided about competence."""

from collections.abc import Mapping
from typing import Any

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import choice, paragraph
from web.forms.step import DecisionForm, StepForm
from web.labels import BLANK_CHOICES
from workflows.vocabulary import Outcome


class ReceiverForm(DecisionForm):
    """An answer that may name another receiver."""

    NAMING: Outcome

    receiver_id = choice({}, BLANK_CHOICES["receiver_id"])

    def fit(self, brief: Brief, profile: Profile) -> None:
        """The organisations that can still receive this case."""
        offered = {str(row.organisation_id): row.name for row in brief.receivers}
        self.receiver_id.choices = {"": BLANK_CHOICES["receiver_id"], **offered}

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Whoever names another receiver says which."""
        problems = super().further_problems(outcome)
        if outcome is self.NAMING and not self.receiver_id.data:
            return {**problems, "receiver_id": "choose"}
        return problems

    def values(self) -> dict[str, Any]:
        """The organisation as a number."""
        values = super().values()
        chosen = values["receiver_id"]
        return {**values, "receiver_id": int(chosen) if chosen else None}


class AcknowledgeHandoverForm(ReceiverForm):
    """Receipt needs nothing; passing on needs a receiver and a reason; a dispute needs a reason."""

    NAMING = Outcome.PASSED_ON
    REASONED = frozenset({Outcome.PASSED_ON, Outcome.DISPUTED})


class ResolveCompetenceDisputeForm(ReceiverForm):
    """Who receives; the reason is told either way."""

    NAMING = Outcome.REASSIGNED

    opinion = paragraph(required=True)


class ReportHandoverResultForm(StepForm):
    """The result that the receiver answers for."""

    result = paragraph(required=True)
