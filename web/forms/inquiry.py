"""An inquiry as into an accident: proposal with its members, and the finding."""

from collections.abc import Mapping

from web.forms.fields import day, files, one_of, paragraph
from web.forms.step import StepForm
from web.labels import CHOICES
from workflows.vocabulary import InquiryKind, Outcome


class ProposeInquiryForm(StepForm):
    """Whether there is an inquiry, why, and who inquires."""

    LAST = ("uploads",)

    opinion = None

    inquiry_kind = one_of(CHOICES["inquiry_kind"], required=True)
    inquiry_ground = paragraph(required=True)
    inquiry_members = paragraph()

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """Whoever opens an inquiry names who inquires."""
        opened = self.inquiry_kind.data == InquiryKind.OPENED
        return {"inquiry_members": "required"} if opened and not self.inquiry_members.data else {}


class RecordInquiryFindingForm(StepForm):
    """The finding about units, with the signed report."""

    LAST = ("uploads",)

    opinion = None

    concluded_on = day(required=True)
    inquiry_cause = paragraph(required=True)
    unit_responsibility = paragraph(required=True)
    inquiry_measures = paragraph(required=True)
    uploads = files(required=True)
