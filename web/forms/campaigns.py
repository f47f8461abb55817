"""Forms of a listed task: its progress, and the unit that owns it."""

from collections.abc import Mapping

from wtforms import HiddenField

from services.campaigns import MOST_EVIDENCE, MOST_TEXT, ReportProgress
from web.forms.fields import choice, one_of, paragraph
from web.forms.registration import ServiceForm
from web.labels import ENUMS
from web.labels.campaigns import NO_OWNER
from workflows.campaigns import TaskState


class ProgressForm(ServiceForm):
    """A report. `shown` is the report that was the latest when the page was opened."""

    shown = HiddenField()
    state = one_of(ENUMS[TaskState], required=True)
    text = paragraph(MOST_TEXT, required=True)
    evidence = paragraph(MOST_EVIDENCE)

    def command(self, key: str, number: int) -> ReportProgress:
        """What was reported."""
        shown = self.shown.data or ""
        return ReportProgress(
            key=key,
            number=number,
            shown=int(shown) if shown.isdecimal() and len(shown) < 10 else 0,
            state=TaskState(self.state.data),
            text=self["text"].data or "",
            evidence=self.evidence.data or "",
        )


class OwnerForm(ServiceForm):
    """The unit that owns a task; none at all is a choice too."""

    owner_id = choice({}, NO_OWNER)

    def offer(self, owners: Mapping[int, str]) -> None:
        """The units to choose from."""
        named = {str(number): name for number, name in owners.items()}
        self.owner_id.choices = {"": NO_OWNER, **named}

    def chosen(self) -> int | None:
        """The unit, or None."""
        return int(self.owner_id.data) if self.owner_id.data else None
