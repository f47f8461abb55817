"""What somebody wants to be checked: a file, or the code printed on paper."""

from wtforms import FileField

from web.forms.base import PageForm
from web.forms.fields import FileRequired, line


class VerificationForm(PageForm):
    """One file, of any kind: it is hashed, not opened."""

    pages = FileField(validators=[FileRequired()])


class LookUpForm(PageForm):
    """The code as it was typed, with whatever stands between its letters."""

    LONGEST = 60
    code = line(LONGEST, required=True)
