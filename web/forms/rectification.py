"""Plan, progress, five-in-place list, and the application for acceptance."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from services.plan import FIVE_IN_PLACE, FIVE_IN_PLACE_ACTS, steps_of
from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.dated_lines import as_lines, first_unreadable, steps_in
from web.forms.fields import day, files, line, number, paragraph, several
from web.forms.step import StepForm, typed
from workflows.vocabulary import Action, Outcome


class SubmitPlanForm(StepForm):
    """The six elements of a plan, who leads, and the steps, one a line."""

    rectification_lead = line(60, required=True)
    lead_post = line(100, required=True)
    objectives = paragraph(required=True)
    methods = paragraph(required=True)
    funds = paragraph(required=True)
    organisation = paragraph(required=True)
    schedule = paragraph(required=True)
    safety_measures = paragraph(required=True)
    finish_on = day(required=True)
    steps = paragraph()

    @classmethod
    def typed_again(cls, content: Mapping[str, Any]) -> MultiDict[str, str]:
        """What was handed in before; the steps as lines again."""
        values = typed({name: value for name, value in content.items() if name != "steps"})
        values["steps"] = as_lines(steps_of(content))
        return values

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """The first line that cannot be read as a step is named."""
        place = first_unreadable(self.steps.data)
        return {"steps": f"step_line:{place}"} if place else {}

    def values(self) -> dict[str, Any]:
        """The steps one by one."""
        values = super().values()
        return {**values, "steps": steps_in(values["steps"])}


class ReportProgressForm(StepForm):
    """How far the work is, and which steps of the plan it has completed."""

    percent = number(0, 100, required=True)
    steps_done = several({})
    progress = paragraph(required=True)
    next_steps = paragraph()
    uploads = files(photos=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """The steps of the plan; a plan without steps asks for none."""
        plans = (
            act for act in reversed(brief.page.counting_acts) if act.action is Action.SUBMIT_PLAN
        )
        steps = steps_of(next((act.content for act in plans), {}))
        self.steps_done.choices = {step.name: step.name for step in steps}
        if not steps:
            self.leave_out(["steps_done"])


class UpdateFiveInPlaceForm(StepForm):
    """The whole list anew, with the reason for the change."""

    measures = paragraph(required=True)
    responsibility = paragraph(required=True)
    funds = paragraph(required=True)
    time_limit = line(required=True)
    contingency_plan = paragraph(required=True)
    rectification_lead = line(required=True)
    opinion = paragraph(required=True)

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """The list as it stands."""
        versions = [act for act in brief.page.counting_acts if act.action in FIVE_IN_PLACE_ACTS]
        content = versions[-1].content if versions else {}
        return {name: str(content.get(name, "")) for name in FIVE_IN_PLACE}


class ApplyForAcceptanceForm(StepForm):
    """What was done, when it was finished, what it cost."""

    finished_on = day(required=True)
    summary = paragraph(required=True)
    spent = line(40)
    uploads = files(photos=True)
