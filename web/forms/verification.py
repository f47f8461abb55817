"""A file that somebody wants to be checked."""

from wtforms import FileField

from web.forms.base import PageForm
from web.forms.fields import FileRequired


class VerificationForm(PageForm):
    """One file, of any kind: it is hashed, not opened."""

    pages = FileField(validators=[FileRequired()])
