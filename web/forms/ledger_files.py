"""Forms of the ledger as a file, and of a case's number in the national database."""

from wtforms import FileField, HiddenField
from wtforms.validators import StopValidation

from services.national_number import LONGEST
from web.forms.base import PageForm
from web.forms.fields import line


class _FileRequired:
    field_flags = {"required": True}  # noqa: RUF012  # read by WTForms as a plain dict

    def __call__(self, form: object, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise StopValidation("upload_required")


class UploadLedgerForm(PageForm):
    """One Excel file."""

    ledger = FileField(validators=[_FileRequired()])


class NationalNumberForm(PageForm):
    """`shown` is the number that stood on the page; empty clears it."""

    shown = HiddenField(default="")
    national_number = line(LONGEST)
