"""Delisting."""

from collections.abc import Mapping

from web.forms.fields import one_of
from web.forms.step import DecisionForm
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
