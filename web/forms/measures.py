"""Measures on the spot, and the order to rectify."""

from web.forms.fields import day, line, paragraph
from web.forms.step import StepForm


class OrderImmediateMeasuresForm(StepForm):
    """What is ordered at once, and by whom."""

    measures = paragraph(required=True)
    area = line()
    co_officer = line(required=True)


class LiftImmediateMeasuresForm(StepForm):
    """Lifting, with its ground."""

    opinion = paragraph(required=True)


class IssueRectificationOrderForm(StepForm):
    """What must be done, and by when."""

    requirements = paragraph(required=True)
    limit_on = day(required=True)
    co_officer = line(required=True)
