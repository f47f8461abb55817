"""The form of a monthly return: one text for each of its parts, and the decisions on it."""

from collections.abc import Mapping, Sequence

from wtforms import HiddenField

from services.frame import MOST_CHARACTERS
from services.reference.profile import PartOfReturn
from services.returns.paper import MOST_NAME, MOST_PLACE, MOST_REASON, RegisterPaperReturn
from services.returns.steps import ReturnCommand
from services.uploads import AcceptedUpload
from web.forms.fields import day, files, line, paragraph
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


class PaperReturnForm(ServiceForm):
    """What came on paper: when, by whom, signed by whom, where it lies, and its scan."""

    received_on = day(required=True)
    delivered_by = line(MOST_NAME, required=True)
    signed_by = line(MOST_NAME, required=True)
    original_place = line(MOST_PLACE, required=True)
    uploads = files(required=True)

    def command(self, return_id: int, uploads: Sequence[AcceptedUpload]) -> RegisterPaperReturn:
        """For the service."""
        return RegisterPaperReturn(
            return_id=return_id,
            received_on=self.received_on.data,
            delivered_by=self.delivered_by.data or "",
            signed_by=self.signed_by.data or "",
            original_place=self.original_place.data or "",
            uploads=uploads,
        )


class RefusePaperForm(ServiceForm):
    """In what the paper and the registration do not agree; needed to refuse it."""

    reason = paragraph(MOST_REASON)


def form_of(step: ReturnStep, parts: Sequence[PartOfReturn]) -> type[ReturnForm]:
    """The form of a step: who fills in types every part, the others only an opinion."""
    if step is not ReturnStep.PREPARE:
        return ReturnForm
    fields = {
        part.key: paragraph(MOST_CHARACTERS, required=part.kind is not ReturnPart.FIGURES)
        for part in parts
    }
    return type("FilledReturnForm", (ReturnForm,), fields)
