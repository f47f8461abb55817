"""The forms after delisting: what a check found, what became of an alert, and the alert itself."""

from wtforms import HiddenField

from services.look_backs import MOST_CHARACTERS, RecordCheck
from web.forms.fields import day, one_of, paragraph
from web.forms.registration import ServiceForm
from web.labels.looking_back import LOOK_BACK_RESULTS
from workflows.looking_back import LookBackResult


class CheckForm(ServiceForm):
    """What one check found. `months` names the check that was shown."""

    months = HiddenField()
    done_on = day(required=True)
    result = one_of(LOOK_BACK_RESULTS, required=True)
    note = paragraph(MOST_CHARACTERS, required=True)

    def command(self, case_id: int) -> RecordCheck:
        """For the service."""
        typed = self.months.data or ""
        return RecordCheck(
            case_id=case_id,
            months=int(typed) if typed.isdecimal() and len(typed) < 4 else 0,
            done_on=self.done_on.data,
            result=LookBackResult(self.result.data),
            note=self.note.data or "",
        )


class AsideForm(ServiceForm):
    """What became of an alert."""

    reason = paragraph(MOST_CHARACTERS, required=True)


class AlertForm(ServiceForm):
    """What somebody of the public says; nothing else is asked."""

    text = paragraph(MOST_CHARACTERS)
