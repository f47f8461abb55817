"""Taking an act back."""

from web.forms.fields import paragraph
from web.forms.step import StepForm


class TakeBackForm(StepForm):
    """Nothing but the reason."""

    opinion = paragraph(required=True)
