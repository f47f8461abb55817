"""Builders of fields: each takes its limits, each says what is wrong by a code of the labels."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from services.clock import LOCAL_ZONE
from web.forms.base import FilesField, count_files, stripped

LINE, PARAGRAPH = 200, 4000
MOST_FILES = 10


class FileRequired:
    """A file was chosen."""

    field_flags = {"required": True}  # noqa: RUF012  # read by WTForms as a plain dict

    def __call__(self, form: object, field: FileField) -> None:
        """Stop where none was."""
        if not getattr(field.data, "filename", ""):
            raise StopValidation("upload_required")


class DayField(DateField):
    """A date; what was typed stays in the field when it is none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the date as the browser sends it."""
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = date.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError("not_a_date") from None


class MomentField(DateTimeLocalField):
    """A day and a time in Asia/Shanghai; what was typed stays in the field when it is none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read it as the browser sends it, or as an act keeps it."""
        if not valuelist or not valuelist[0].strip():
            return
        try:
            moment = datetime.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError("not_a_moment") from None
        self.data = moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)

    def _value(self) -> str:
        """As the browser's field takes it."""
        if self.raw_data:
            return " ".join(self.raw_data)
        return self.data.astimezone(LOCAL_ZONE).strftime("%Y-%m-%dT%H:%M") if self.data else ""


class NumberField(IntegerField):
    """A whole number; what was typed stays in the field when it is none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number."""
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = int(valuelist[0])
        except ValueError:
            self.data = None
            raise ValueError("not_a_number") from None


class OneOfField(RadioField):
    """One of a few, all of them in sight."""

    def pre_validate(self, form: object) -> None:
        """Only what was offered."""
        _refuse_what_was_not_offered(self, [self.data])


class ChoiceField(SelectField):
    """One of many."""

    def pre_validate(self, form: object) -> None:
        """Only what was offered."""
        _refuse_what_was_not_offered(self, [self.data])


class SeveralField(SelectMultipleField):
    """Any number of a few, all of them in sight."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: object) -> None:
        """Only what was offered."""
        _refuse_what_was_not_offered(self, self.data or [])


def line(maximum: int = LINE, *, required: bool = False) -> Any:
    """A text of one line."""
    return StringField(**_text(maximum, required=required))


def paragraph(maximum: int = PARAGRAPH, *, required: bool = False) -> Any:
    """A text of several lines."""
    return TextAreaField(**_text(maximum, required=required))


def day(*, required: bool = False) -> Any:
    """A date."""
    return DayField(validators=_presence(required=required))


def moment(*, required: bool = False) -> Any:
    """A day and a time."""
    return MomentField(validators=_presence(required=required))


def number(least: int, most: int, *, required: bool = False) -> Any:
    """A whole number within bounds."""
    within = _Within(least, most, message=f"between:{least}–{most}")
    return NumberField(validators=[*_presence(required=required), within])


def one_of(choices: Mapping[str, str], *, required: bool = False) -> Any:
    """One of a few choices: value -> label."""
    return OneOfField(
        choices=dict(choices),
        default="",
        validators=_presence(required=required, code="choose"),
    )


def choice(choices: Mapping[str, str], blank: str, *, required: bool = False) -> Any:
    """One of many choices, none at first; `blank` is what that entry says."""
    return ChoiceField(
        choices={"": blank, **choices},
        default="",
        validators=_presence(required=required, code="choose"),
    )


def several(choices: Mapping[str, str]) -> Any:
    """Any of a few choices."""
    return SeveralField(choices=dict(choices))


def flag() -> Any:
    """Yes or no."""
    return BooleanField()


def files(*, required: bool = False, photos: bool = False) -> Any:
    """Files; how many are needed is said here, what they may be by `services.uploads`.

    `photos`: photographs may be marked as before or after rectification, with their place.
    """
    validators = [_FilesRequired()] if required else [_FewFiles()]
    return FilesField(validators=validators, takes_marks=photos)


class _FewFiles:
    def __call__(self, form: object, field: Field) -> None:
        if count_files(field) > MOST_FILES:
            raise StopValidation(f"too_many_files:{MOST_FILES}")


class _FilesRequired(_FewFiles):
    field_flags: Mapping[str, bool] = {"required": True}

    def __call__(self, form: object, field: Field) -> None:
        if not count_files(field):
            raise StopValidation("upload_required")
        super().__call__(form, field)


class _Present:
    """Something was filled in; a value that could not be read has its own message."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.field_flags: Mapping[str, bool] = {"required": True}

    def __call__(self, form: object, field: Field) -> None:
        if field.process_errors:
            raise StopValidation
        if field.data in (None, "", []):
            raise StopValidation(self.code)


class _Within(NumberRange):
    """Bounds of a number; what is no number has its own message."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:
            raise StopValidation
        super().__call__(form, field)


def _presence(*, required: bool, code: str = "required") -> list[Any]:
    return [_Present(code)] if required else [Optional()]


def _text(maximum: int, *, required: bool) -> dict[str, Any]:
    limit = Length(max=maximum, message=f"too_long:{maximum}")
    return {
        "default": "",
        "filters": [stripped],
        "validators": [*_presence(required=required), limit],
    }


def _refuse_what_was_not_offered(field: Any, values: Sequence[str | None]) -> None:
    offered = {str(item.value) for item in field.iter_choices()}
    if any(value not in offered for value in values if value):
        raise StopValidation("choice")
