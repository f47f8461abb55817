"""Plan, progress, and the application for acceptance."""

from web.forms.fields import day, line, number, paragraph
from web.forms.step import StepForm


class SubmitPlanForm(StepForm):
    """The six elements of a plan."""

    objectives = paragraph(required=True)
    methods = paragraph(required=True)
    funds = paragraph(required=True)
    organisation = paragraph(required=True)
    schedule = paragraph(required=True)
    safety_measures = paragraph(required=True)
    finish_on = day(required=True)


class ReportProgressForm(StepForm):
    """How far the work is."""

    percent = number(0, 100, required=True)
    progress = paragraph(required=True)
    next_steps = paragraph()


class ApplyForAcceptanceForm(StepForm):
    """What was done, when it was finished, what it cost."""

    finished_on = day(required=True)
    summary = paragraph(required=True)
    spent = line(40)
