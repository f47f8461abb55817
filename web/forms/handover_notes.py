"""What a receiver reports of a handed-over case."""

from collections.abc import Iterable

from services.handover_notes import MOST_CHARACTERS, WriteNote
from services.queries.months import Month
from web.forms.fields import choice, paragraph
from web.forms.registration import CHOOSE, ServiceForm


class NoteForm(ServiceForm):
    """The text; of a government's progress also the month."""

    period = choice({}, CHOOSE)
    text = paragraph(MOST_CHARACTERS, required=True)

    def offer(self, periods: Iterable[Month]) -> None:
        """The months to choose from; none of them for a note of tracking."""
        self.period.choices = {"": CHOOSE, **{str(month): str(month) for month in periods}}

    def command(self, handover_id: int) -> WriteNote:
        """For the service."""
        return WriteNote(
            handover_id=handover_id,
            text=self["text"].data or "",
            period=Month.read(self.period.data or ""),
        )
