"""Proposal, signature and service of the listing notice."""

from collections.abc import Mapping

from wtforms import HiddenField

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import day, line, one_of, paragraph
from web.forms.step import DecisionForm, StepForm
from web.labels import CHOICES
from workflows.vocabulary import Action, Outcome, ServiceMethod


class ProposeListingForm(StepForm):
    """Level, reason, and what the notice will demand."""

    level = one_of(CHOICES["level"], required=True)
    reason = paragraph(required=True)
    requirements = paragraph(required=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """Only levels for which the jurisdiction has a listing body."""
        self.level.choices = {str(level): name for level, name in profile.listing_levels.items()}

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """The level that the decision table proposes; the demands of the rectification order."""
        order = next(
            (a for a in brief.page.acts[::-1] if a.action is Action.ISSUE_RECTIFICATION_ORDER), None
        )
        return {
            "level": brief.proposal.get("proposed_level", ""),
            "requirements": str(order.content.get("requirements", "")) if order else "",
        }


class SignListingForm(DecisionForm):
    """Bound to the pages that were shown."""

    draft_sha256 = HiddenField()

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """The hash of the pages on this screen."""
        return {"draft_sha256": (brief.draft.sha256 or "") if brief.draft else ""}


class ServeListingNoticeForm(StepForm):
    """How, when and to whom the notice was served."""

    method = one_of(CHOICES["method"], required=True)
    served_on = day(required=True)
    received_by = line(required=True)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Left at the premises: how that went must be told."""
        left = self.method.data == ServiceMethod.LEFT_AT_PREMISES
        return {"opinion": "required"} if left and not self["opinion"].data else {}
