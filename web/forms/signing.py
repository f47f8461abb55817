"""The one-time code of whoever signs, and the forms by which a device is bound."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from services.second_factor import SecondFactorError
from services.sign_in_rules import PASSWORD_MAXIMUM
from web.forms.base import PageForm, stripped
from web.labels import error_sentence

_LONGEST = 20


def _code() -> StringField:
    too_long = Length(max=_LONGEST, message=f"too_long:{_LONGEST}")
    return StringField(filters=[stripped], validators=[InputRequired("required"), too_long])


class CodeForm(PageForm):
    """What the device shows now; never put into a page again, for it soon changes."""

    one_time_code = _code()

    @property
    def text(self) -> str:
        """What was typed."""
        return self.one_time_code.data or ""

    def refuse(self, error: SecondFactorError) -> None:
        """Say beside the field why nothing was signed."""
        self.add_problems({"one_time_code": error_sentence(error.code, error.detail)})


class BindDeviceForm(CodeForm):
    """The password once more; whoever has a device proves to hold it."""

    password_for_device = PasswordField(
        validators=[InputRequired("required"), Length(max=PASSWORD_MAXIMUM, message="unknown")]
    )

    def without_device(self) -> None:
        """There is no device yet that could tell a code."""
        del self["one_time_code"]
