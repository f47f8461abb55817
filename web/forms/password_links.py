"""Setting a password by a link, and asking for one."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from services.sign_in_rules import USERNAME_MAXIMUM
from web.forms.base import PageForm, stripped

CODE_MAXIMUM = 100


class CodeForm(PageForm):
    """The code of a link, filled in by the script or typed from paper."""

    password_code = StringField(
        filters=[stripped],
        validators=[
            InputRequired("required"),
            Length(max=CODE_MAXIMUM, message=f"too_long:{CODE_MAXIMUM}"),
        ],
    )


class SetPasswordForm(PageForm):
    """A new password, twice; the code goes along unseen."""

    password_code = HiddenField(filters=[stripped])
    password_new = PasswordField(validators=[InputRequired("required")])
    password_again = PasswordField(validators=[InputRequired("required")])

    def validate(self, extra_validators: object = None) -> bool:
        """Both are the same."""
        valid = super().validate()
        if valid and self.password_new.data != self.password_again.data:
            self.add_problems({"password_again": "passwords_differ"})
            return False
        return valid


class ForgottenForm(PageForm):
    """Who forgot the password."""

    username = StringField(
        filters=[stripped],
        validators=[
            InputRequired("required"),
            Length(max=USERNAME_MAXIMUM, message=f"too_long:{USERNAME_MAXIMUM}"),
        ],
    )
