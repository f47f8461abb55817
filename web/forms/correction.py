"""The correction of an issued document: which, what stands there, what should, and why."""

from services.queries.brief import Brief
from services.queries.corrections import can_be_corrected
from services.reference.profile import Profile
from web.forms.fields import choice, paragraph
from web.forms.step import StepForm
from web.labels import BLANK_CHOICES, label_of


class ProposeCorrectionForm(StepForm):
    """One mistake, word for word as it is printed."""

    LAST = ("uploads",)

    opinion = None

    corrected_id = choice({}, BLANK_CHOICES["corrected_id"], required=True)
    wrong_text = paragraph(required=True)
    right_text = paragraph(required=True)
    correction_reason = paragraph(required=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """The issued documents of this case."""
        self.corrected_id.choices = {
            "": BLANK_CHOICES["corrected_id"],
            **{
                str(row.document_id): f"{label_of(row.kind)}　{row.number}"
                for row in brief.page.documents
                if can_be_corrected(row)
            },
        }
