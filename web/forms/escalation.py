"""Pressing a case on: proposal, service, answer."""

from web.forms.fields import day, line, one_of, paragraph
from web.forms.step import StepForm
from web.labels import CHOICES


class ProposeEscalationForm(StepForm):
    """What, to whom, why, and the text that goes out."""

    LAST = ("uploads",)

    opinion = None

    escalation_kind = one_of(CHOICES["escalation_kind"], required=True)
    addressee = one_of(CHOICES["addressee"], required=True)
    ground = paragraph(required=True)
    demands = paragraph(required=True)


class ServeEscalationForm(StepForm):
    """When, and to whom."""

    served_on = day(required=True)
    received_by = line(required=True)


class AnswerEscalationForm(StepForm):
    """Each demand answered."""

    LAST = ("uploads",)

    opinion = None

    answer = paragraph(required=True)
