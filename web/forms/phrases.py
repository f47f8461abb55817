"""A stock phrase."""

from services.phrases import MOST_CHARACTERS
from web.forms.base import PageForm
from web.forms.fields import paragraph


class PhraseForm(PageForm):
    """One phrase to keep."""

    text = paragraph(MOST_CHARACTERS, required=True)
