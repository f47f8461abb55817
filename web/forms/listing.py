"""Proposal, signature and service of the listing notice."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import day, files, line, one_of, paragraph, several
from web.forms.step import DecisionForm, StepForm
from web.labels import CHOICES
from workflows.vocabulary import Action, Outcome, ServiceMethod


class ProposeListingForm(StepForm):
    """Reason, and what the notice will demand."""

    reason = paragraph(required=True)
    requirements = paragraph(required=True)
    supporting_receiver_ids = several({})

    def fit(self, brief: Brief, profile: Profile) -> None:
        """The organisations that can support the two receivers."""
        self.supporting_receiver_ids.choices = {
            str(row.organisation_id): row.name for row in brief.receivers
        }

    def values(self) -> dict[str, Any]:
        """The organisations as numbers."""
        values = super().values()
        chosen = tuple(int(item) for item in values["supporting_receiver_ids"] or ())
        return {**values, "supporting_receiver_ids": chosen}

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """The demands of the rectification order."""
        order = next(
            (
                a
                for a in brief.page.counting_acts[::-1]
                if a.action is Action.ISSUE_RECTIFICATION_ORDER
            ),
            None,
        )
        return {"requirements": str(order.content.get("requirements", "")) if order else ""}


class ReturnableForm(DecisionForm):
    """Who returns a draft says how it comes back."""

    LAST = ("opinion", "comes_back", "uploads")

    comes_back = one_of(CHOICES["comes_back"])

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """By every step again, unless told otherwise."""
        return {"comes_back": "step_by_step"}


class RecordExternalListingForm(StepForm):
    """The listing by a body above, with its paper."""

    listed_by = line(required=True)
    paper_number = line(required=True)
    listed_on = day(required=True)
    limit_on = day(required=True)
    uploads = files(required=True)


class SignListingForm(ReturnableForm):
    """Bound to the pages that were shown."""

    draft_sha256 = HiddenField()

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """The hash of the pages on this screen."""
        draft = {"draft_sha256": (brief.draft.sha256 or "") if brief.draft else ""}
        return {**super().suggest(brief), **draft}


class ServeListingNoticeForm(StepForm):
    """How, when and to whom the notice was served."""

    method = one_of(CHOICES["method"], required=True)
    served_on = day(required=True)
    received_by = line(required=True)

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Left at the premises: how that went must be told."""
        left = self.method.data == ServiceMethod.LEFT_AT_PREMISES
        return {"opinion": "required"} if left and not self["opinion"].data else {}


class ServeOnNewPartyForm(ServeListingNoticeForm):
    """The same, with the letter that went along with the notice, if any."""

    paper_number = line()
