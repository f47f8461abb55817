"""Pressing a case on: proposal, service, answer."""

from collections.abc import Mapping

from flask import request

from services.queries.brief import Brief
from web.forms.fields import day, line, one_of, paragraph
from web.forms.step import StepForm
from web.labels import CHOICES

_SUGGESTED = ("escalation_kind", "addressee")


class ProposeEscalationForm(StepForm):
    """What, to whom, why, and the text that goes out."""

    LAST = ("uploads",)

    opinion = None

    escalation_kind = one_of(CHOICES["escalation_kind"], required=True)
    addressee = one_of(CHOICES["addressee"], required=True)
    ground = paragraph(required=True)
    demands = paragraph(required=True)

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """What a suggestion asks for that was followed by its link."""
        return {
            **super().suggest(brief),
            **{name: request.args[name] for name in _SUGGESTED if name in request.args},
        }


class ServeEscalationForm(StepForm):
    """When, and to whom."""

    served_on = day(required=True)
    received_by = line(required=True)


class AnswerEscalationForm(StepForm):
    """Each demand answered."""

    LAST = ("uploads",)

    opinion = None

    answer = paragraph(required=True)
