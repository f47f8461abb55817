"""The form that proposes the listing of several cases by one notice."""

from collections.abc import Iterable

from web.forms.base import PageForm
from web.forms.fields import paragraph, several


class ProposeBatchForm(PageForm):
    """Which cases, the reason, and what the notice will demand of all of them."""

    case_ids = several({})
    reason = paragraph(required=True)
    requirements = paragraph(required=True)

    def offer(self, case_ids: Iterable[int]) -> None:
        """The cases to choose from."""
        self.case_ids.choices = {str(case_id): "" for case_id in case_ids}

    def chosen(self) -> frozenset[int]:
        """The cases that were chosen; what is no number is none."""
        sent = self.case_ids.data or ()
        return frozenset(int(item) for item in sent if item.isdecimal() and len(item) < 10)

    def is_complete(self) -> bool:
        """Whether the form can be handed in; problems stand in the fields."""
        valid = self.validate()
        if len(self.chosen()) < 2:
            self.add_problems({"case_ids": "choose_two"})
            return False
        return valid
