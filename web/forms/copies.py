"""A copy of a case: to whom, about what, with which note."""

from typing import Any

from services.copies import MOST_CHARACTERS
from services.queries.case_page import CasePage
from services.queries.people import Colleague
from web.forms.base import PageForm, form_number
from web.forms.fields import ChoiceField, SeveralField, paragraph
from web.labels import label_of, local_time

_MOST_DIGITS = 9


class PeopleField(SeveralField):
    """Any of the persons that are offered; who else may have it is for the rules to say."""

    def pre_validate(self, form: object) -> None:
        """Nothing: the service answers with the reason."""


class CopyForm(PageForm):
    """`nonce`: the form sent twice takes effect once."""

    nonce = form_number()
    person_ids = PeopleField(choices={})
    act_id = ChoiceField(choices={"": ""}, default="")
    note = paragraph(MOST_CHARACTERS)

    def offer(self, people: tuple[Colleague, ...], case: CasePage) -> None:
        """Offer exactly these persons, and the acts of the case, the newest first."""
        who: Any = self["person_ids"]
        who.choices = {
            str(item.actor.person_id): f"{item.actor.name}（{item.organisation_name} {item.title}）"
            for item in people
        }
        about: Any = self["act_id"]
        about.choices = {
            "": "整个事项",
            **{
                str(
                    act.act_id
                ): f"{label_of(act.action)}（{act.person_name}，{local_time(act.at)}）"
                for act in reversed(case.acts)
            },
        }

    def chosen_people(self) -> tuple[int, ...]:
        """The persons chosen, whoever they are."""
        return tuple(number for text in self["person_ids"].data or () if (number := _number(text)))

    def chosen_act(self) -> int | None:
        """The act chosen; None for the whole case."""
        return _number(self["act_id"].data or "")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
