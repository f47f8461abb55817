"""Measures on the spot, and the order to rectify."""

from web.forms.fields import day, line, one_of, paragraph
from web.forms.step import StepForm
from web.labels import CHOICES


class OrderImmediateMeasuresForm(StepForm):
    """What is ordered at once, and by whom."""

    measures = paragraph(required=True)
    area = line()
    co_officer = line(required=True)


class LiftImmediateMeasuresForm(StepForm):
    """Lifting, with its ground."""

    lifting_ground = one_of(CHOICES["lifting_ground"], required=True)
    opinion = paragraph(required=True)


class IssueRectificationOrderForm(StepForm):
    """What must be done, and by when."""

    requirements = paragraph(required=True)
    limit_on = day(required=True)
    co_officer = line(required=True)
