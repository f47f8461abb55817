"""What all forms share: read from the request, problems as codes, problems from the services."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

import wtforms
from flask import request
from werkzeug.datastructures import CombinedMultiDict

from services.uploads import AcceptedUpload, Upload, UploadRefusedError, accept_upload
from web.labels import error_sentence


class PageForm(wtforms.Form):
    """A form as sent. The token against forgery is checked before any route runs.

    Messages of validators are codes of `web.labels.FIELD_PROBLEMS`, `too_long:200` with a value.
    """

    class Meta:
        locales = ("zh",)

    @classmethod
    def sent(cls) -> Self:
        """The form of this request, files included."""
        return cls(CombinedMultiDict([request.files, request.form]))

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """Put what a service found wrong beside the fields it names."""
        for name, code in problems.items():
            if name in self:
                self[name].errors = [*self[name].errors, code]

    def accept_files(self, name: str, limit_bytes: int) -> tuple[AcceptedUpload, ...] | None:
        """The chosen files in the form in which they are kept; None when one is refused."""
        accepted: list[AcceptedUpload] = []
        for item in chosen_files(self[name]):
            try:
                upload = Upload(item.filename, item.stream.read(limit_bytes + 1))
                accepted.append(accept_upload(upload, limit_bytes=limit_bytes))
            except UploadRefusedError as refusal:
                self.add_problems({name: error_sentence(refusal.code, refusal.detail)})
        return None if self[name].errors else tuple(accepted)

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Id of the field, its name, and the code of what is wrong, in the order of the form."""
        for field in self:
            for code in field.errors:
                if isinstance(code, str):
                    yield first_input_id(field), field.short_name, code


def first_input_id(field: wtforms.Field) -> str:
    """Where a link to the field leads: of a group of choices, the first."""
    if isinstance(field, wtforms.RadioField | wtforms.SelectMultipleField):
        return f"{field.id}-0"
    return str(field.id)


def chosen_files(field: wtforms.Field) -> list[Any]:
    """The files that were really chosen: an empty input sends one without a name."""
    return [item for item in field.data or [] if getattr(item, "filename", "")]


def stripped(value: str | None) -> str | None:
    """A filter: blanks round a text are not part of it."""
    return value.strip() if value else value
