"""Signing in, and changing one's password."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from services.sign_in_rules import PASSWORD_MAXIMUM, USERNAME_MAXIMUM
from web.forms.base import PageForm, stripped


class SignInForm(PageForm):
    """`next` is where the visitor wanted to go."""

    username = StringField(
        filters=[stripped],
        validators=[InputRequired("required"), Length(max=USERNAME_MAXIMUM, message="unknown")],
    )
    password = PasswordField(
        validators=[InputRequired("required"), Length(max=PASSWORD_MAXIMUM, message="unknown")]
    )
    next = HiddenField()


class ChangePasswordForm(PageForm):
    """The present password is asked for again."""

    password_now = PasswordField(
        validators=[InputRequired("required"), Length(max=PASSWORD_MAXIMUM, message="unknown")]
    )
    password_new = PasswordField(validators=[InputRequired("required")])
    password_again = PasswordField(validators=[InputRequired("required")])

    def validate(self, extra_validators: object = None) -> bool:
        """Both new ones are the same."""
        valid = super().validate()
        if valid and self.password_new.data != self.password_again.data:
            self.add_problems({"password_again": "passwords_differ"})
            return False
        return valid
