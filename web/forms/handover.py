"""What the receivers of a handover report."""

from web.forms.fields import paragraph
from web.forms.step import StepForm


class ReportHandoverResultForm(StepForm):
    """The result that the receiver answers for."""

    result = paragraph(required=True)
