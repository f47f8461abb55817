"""Coordination: asked for, and answered."""

from web.forms.fields import paragraph
from web.forms.step import StepForm


class RequestCoordinationForm(StepForm):
    """What stands in the way, what was tried, what is wanted."""

    LAST = ("uploads",)

    opinion = None

    obstacle = paragraph(required=True)
    tried = paragraph(required=True)
    wanted = paragraph(required=True)


class AnswerCoordinationForm(StepForm):
    """Who does what by when; or why not."""

    LAST = ("uploads",)

    opinion = None

    decision = paragraph(required=True)
