"""A refusal to rectify: which order, since when, and what proves it."""

from services.queries.brief import Brief
from services.reference.profile import Profile
from web.forms.fields import choice, day, files, line, paragraph
from web.forms.step import StepForm
from web.labels import BLANK_CHOICES, label_of
from workflows.vocabulary import ORDERS


class RecordRefusalForm(StepForm):
    """The order, when the party had it, and the facts with their proof."""

    LAST = ("uploads",)

    opinion = None

    order_id = choice({}, BLANK_CHOICES["order_id"], required=True)
    had_order_on = day(required=True)
    refused_on = day(required=True)
    refusal_facts = paragraph(required=True)
    co_officer = line(required=True)
    uploads = files(required=True)

    def fit(self, brief: Brief, profile: Profile) -> None:
        """The numbered orders of this case."""
        self.order_id.choices = {
            "": BLANK_CHOICES["order_id"],
            **{
                str(row.document_id): f"{label_of(row.kind)}　{row.number}"
                for row in brief.page.documents
                if row.kind in ORDERS and row.number
            },
        }
