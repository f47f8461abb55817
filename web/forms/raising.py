"""Raised supervision: proposal, petition, and what the level above answered."""

from collections.abc import Mapping
from typing import Any

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import choice, day, line, one_of, paragraph
from web.forms.step import StepForm
from web.labels import BLANK_CHOICES, CHOICES
from workflows.vocabulary import Outcome


class ProposeRaiseForm(StepForm):
    """Why, and to whom."""

    LAST = ("uploads",)

    opinion = None

    raise_ground = one_of(CHOICES["raise_ground"], required=True)
    reason = paragraph(required=True)
    superior_office_id = choice({}, BLANK_CHOICES["superior_office_id"])
    superior_name = line()

    def fit(self, brief: Brief, profile: Profile) -> None:
        """The offices above that are registered here; without any, only the name is asked for."""
        self.superior_office_id.choices = {
            "": BLANK_CHOICES["superior_office_id"],
            **{str(number): name for number, name in brief.superiors},
        }
        if not brief.superiors:
            self.leave_out(("superior_office_id",))

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """One of the two says to whom."""
        chosen = "superior_office_id" in self and self["superior_office_id"].data
        if not chosen and not self.superior_name.data:
            return {"superior_name": "required"}
        return {"superior_name": "superior_twice"} if chosen and self.superior_name.data else {}

    def values(self) -> dict[str, Any]:
        """The office as a number."""
        values = super().values()
        chosen = values.get("superior_office_id")
        return {**values, "superior_office_id": int(chosen) if chosen else None}


class PetitionRaiseForm(StepForm):
    """Number and day of the petition."""

    LAST = ("uploads",)

    opinion = None

    paper_number = line(required=True)
    petitioned_on = day(required=True)


class RecordRaiseAnswerForm(StepForm):
    """Number, day and scan of the answer; none of them where the petition is withdrawn."""

    REASONED = frozenset({Outcome.NOT_TAKEN_OVER, Outcome.PETITION_WITHDRAWN})

    paper_number = line()
    decided_on = day()

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Whatever was answered, was answered on paper."""
        problems = dict(super().further_problems(outcome))
        if outcome is Outcome.PETITION_WITHDRAWN:
            return problems
        empty = [name for name in ("paper_number", "decided_on") if not self[name].data]
        problems |= dict.fromkeys(empty, "required")
        return problems if self.has_files() else {**problems, "uploads": "upload_required"}
