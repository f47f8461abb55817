"""The form of a monthly return: one text for each of its parts, and the decisions on it."""

from collections.abc import Mapping, Sequence

from wtforms import HiddenField

from services.frame import MOST_CHARACTERS
from services.reference.profile import PartOfReturn
from services.returns.steps import ReturnCommand
from web.forms.fields import paragraph
from web.forms.registration import ServiceForm
from workflows.returns import ReturnPart, ReturnStep
from workflows.vocabulary import Outcome


class ReturnForm(ServiceForm):
    """A decision on a return. `shown` is the hash of what the person read."""

    shown = HiddenField()
    opinion = paragraph(MOST_CHARACTERS)

    def typed(self) -> Mapping[str, str]:
        """The text of each part that was asked for."""
        own = ("shown", "opinion", "csrf_token")
        return {field.name: field.data or "" for field in self if field.name not in own}

    def command(self, return_id: int, step: ReturnStep, outcome: Outcome) -> ReturnCommand:
        """For the service."""
        return ReturnCommand(
            return_id=return_id,
            step=step,
            shown=self.shown.data or "",
            outcome=outcome,
            opinion=self.opinion.data or "",
            typed=self.typed(),
        )


def form_of(step: ReturnStep, parts: Sequence[PartOfReturn]) -> type[ReturnForm]:
    """The form of a step: who fills in types every part, the others only an opinion."""
    if step is not ReturnStep.PREPARE:
        return ReturnForm
    fields = {
        part.key: paragraph(MOST_CHARACTERS, required=part.kind is not ReturnPart.FIGURES)
        for part in parts
    }
    return type("FilledReturnForm", (ReturnForm,), fields)
