"""Pressing a case on: proposal, service, minutes of a talk, answer."""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from services.plan import steps_of
from services.queries.brief import Brief
from web.forms.dated_lines import as_lines, first_unreadable, steps_in
from web.forms.fields import day, files, line, one_of, paragraph
from web.forms.step import StepForm, typed
from web.labels import CHOICES
from workflows.vocabulary import Outcome

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


class RecordTalkForm(StepForm):
    """The talk, what came of it with undertakings one a line, and the signed minutes."""

    LAST = ("uploads",)

    opinion = None

    held_on = day(required=True)
    venue = line(required=True)
    chaired_by = line(required=True)
    attending_for_office = paragraph(required=True)
    talked_to = paragraph(required=True)
    questions_raised = paragraph(required=True)
    requirements_set = paragraph(required=True)
    undertakings = paragraph()
    minutes_signing = one_of(CHOICES["minutes_signing"], required=True)
    signing_note = paragraph(required=True)
    uploads = files(required=True)

    @classmethod
    def typed_again(cls, content: Mapping[str, Any]) -> MultiDict[str, str]:
        """What was recorded before; the undertakings as lines again."""
        values = typed({name: value for name, value in content.items() if name != "undertakings"})
        values["undertakings"] = as_lines(steps_of(content, "undertakings"))
        return values

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """The first line that cannot be read as an undertaking is named."""
        place = first_unreadable(self.undertakings.data)
        return {"undertakings": f"undertaking_line:{place}"} if place else {}

    def values(self) -> dict[str, Any]:
        """The undertakings one by one."""
        values = super().values()
        return {**values, "undertakings": steps_in(values["undertakings"])}


class AnswerEscalationForm(StepForm):
    """Each demand answered."""

    LAST = ("uploads",)

    opinion = None

    answer = paragraph(required=True)
