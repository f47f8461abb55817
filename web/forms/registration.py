"""Registration of an enterprise: what it sends, and what the officer confirms."""

import re
from collections.abc import Mapping

from services.errors import InvalidCommandError
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from services.registration import Confirmation, Registration
from services.sign_in_rules import USERNAME_MAXIMUM
from web.forms.base import PageForm, form_number
from web.forms.fields import choice, line, paragraph
from web.labels import ADMINISTRATION_BLANKS, label_of
from workflows.vocabulary import Role

NAME, PHONE, ADDRESS, REASON = 60, 40, 300, 500
NUMBER = re.compile(r"\+?[0-9][0-9 \-]{5,}")
CHOOSE = ADMINISTRATION_BLANKS["choose"]
POSTS = (Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_SAFETY_OFFICER)


class ServiceForm(PageForm):
    """A form whose problems a service may find."""

    def take_problems(self, error: InvalidCommandError) -> None:
        """Put what the service found wrong beside its fields; raised again when it has none."""
        if not any(name in self for name in error.fields):
            raise error
        self.add_problems(error.fields)


class RegistrationForm(ServiceForm):
    """What anybody may send in the name of an enterprise."""

    nonce = form_number()
    name = line(required=True)
    credit_code = line(40, required=True)
    sector = choice({key: row.name for key, row in sectors().items()}, CHOOSE, required=True)
    division_code = choice(
        {code: row.name for code, row in divisions().items()}, CHOOSE, required=True
    )
    address = line(ADDRESS, required=True)
    contact_person = line(NAME, required=True)
    phone = line(PHONE, required=True)
    principal_name = line(NAME, required=True)
    principal_username = line(USERNAME_MAXIMUM, required=True)
    officer_name = line(NAME, required=True)
    officer_username = line(USERNAME_MAXIMUM, required=True)

    def validate(self, extra_validators: object = None) -> bool:
        """The telephone number is one."""
        valid = super().validate()
        if self.phone.data and not NUMBER.fullmatch(self.phone.data):
            self.add_problems({"phone": "phone"})
            return False
        return valid

    def registration(self) -> Registration:
        """What was filled in; the credit code without blanks and in capitals."""
        values = {name: field.data or "" for name, field in self._fields.items()}
        values["credit_code"] = "".join(values["credit_code"].split()).upper()
        return Registration(**values)


class ConfirmationForm(ServiceForm):
    """What the officer settles before confirming, or the reason for refusing."""

    principal_username = line(USERNAME_MAXIMUM)
    officer_username = line(USERNAME_MAXIMUM)
    supervised_by_id = choice({}, CHOOSE)
    reason = paragraph(REASON)

    def offer(self, departments: Mapping[int, str]) -> None:
        """The departments to choose from."""
        named = {str(number): name for number, name in departments.items()}
        self.supervised_by_id.choices = {"": CHOOSE, **named}

    def confirmation(self) -> Confirmation:
        """What is confirmed."""
        department = self.supervised_by_id.data if "supervised_by_id" in self else ""
        return Confirmation(
            titles={role: label_of(role) for role in POSTS},
            principal_username=self.principal_username.data or "",
            officer_username=self.officer_username.data or "",
            supervised_by_id=int(department) if department else None,
            reason=self.reason.data or "",
        )
