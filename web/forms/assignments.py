"""Giving an open step back, to a colleague, or as a head to one of the own people."""

from typing import Any, Self

from flask import request

from services.assignments import MOST_CHARACTERS
from services.queries.people import Colleague
from web.forms.base import PageForm
from web.forms.fields import ChoiceField, paragraph

_MOST_DIGITS = 9


class PersonField(ChoiceField):
    """One of the persons that are offered; whether another may have it is for the rules to say."""

    def pre_validate(self, form: object) -> None:
        """Nothing: the service answers with the reason."""


class ReleaseForm(PageForm):
    """Back to all whom the step falls to."""

    reason = paragraph(MOST_CHARACTERS, required=True)

    @classmethod
    def sent(cls) -> Self:
        """The form of this request."""
        return cls(request.form, prefix="release-")


class GiveForm(PageForm):
    """To one person; `prefix` tells the two forms of one page apart."""

    to_person_id = PersonField(choices={"": "请选择"}, default="")
    reason = paragraph(MOST_CHARACTERS, required=True)

    def offer(self, people: tuple[Colleague, ...]) -> None:
        """Offer exactly these persons."""
        field: Any = self["to_person_id"]
        field.choices = {
            "": "请选择",
            **{str(item.actor.person_id): f"{item.actor.name}（{item.title}）" for item in people},
        }

    def person_id(self) -> int | None:
        """The person chosen, whoever that is."""
        text = self["to_person_id"].data or ""
        return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
