"""Forms of the ledger as a file, and of a case's number in the national database."""

from wtforms import FileField, HiddenField

from services.national_number import LONGEST
from web.forms.base import PageForm
from web.forms.fields import FileRequired, line


class UploadLedgerForm(PageForm):
    """One Excel file."""

    ledger = FileField(validators=[FileRequired()])


class NationalNumberForm(PageForm):
    """`shown` is the number that stood on the page; empty clears it."""

    shown = HiddenField(default="")
    national_number = line(LONGEST)
