"""What all forms share: read from the request, problems as codes, files that are not lost."""

from collections.abc import Iterator, Mapping
from typing import Any, Self, cast

import wtforms
from flask import request
from werkzeug.datastructures import CombinedMultiDict

from services.uploads import (
    AcceptedUpload,
    ReceivedFile,
    ReceivedFiles,
    Upload,
    UploadRefusedError,
    accept_upload,
)
from web.context import moment, office
from web.labels import error_sentence
from web.visitors import signed_in

# What a form adds to the name of a field of files, for those that an earlier sending brought.
RECEIVED = "_received"


class FilesField(wtforms.MultipleFileField):
    """Files chosen now, and the tokens of those that came with an earlier sending of the form."""

    tokens: tuple[str, ...] = ()
    accepted: tuple[AcceptedUpload, ...] | None = None

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read both."""
        super().process(formdata, *args, **kwargs)
        if formdata is not None:
            self.tokens = tuple(dict.fromkeys(formdata.getlist(self.name + RECEIVED)))

    @property
    def received(self) -> tuple[ReceivedFile, ...]:
        """What the visitor need not send again."""
        found = (_received_files().find(signed_in().person_id, token) for token in self.tokens)
        return tuple(file for file in found if file is not None)


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
        field = cast("FilesField", self[name])
        files, person_id = _received_files(), signed_in().person_id
        received = [file for t in field.tokens if (file := files.open(person_id, t)) is not None]
        if len(received) < len(field.tokens):
            self.add_problems({name: "received_gone"})
        self._accept_chosen(field, limit_bytes)
        return None if field.errors else (*received, *(field.accepted or ()))

    def keep_files(self) -> None:
        """Before the form is shown again: what was sent with it need not be sent once more."""
        files, person_id, now = _received_files(), signed_in().person_id, moment()
        for field in self:
            if isinstance(field, FilesField):
                self._accept_chosen(field, office().upload_limit_bytes)
                tokens = [files.put(person_id, file, now) for file in field.accepted or ()]
                field.tokens = tuple(file.token for file in field.received) + tuple(tokens)

    def received_values(self) -> dict[str, list[str]]:
        """The tokens of the files that are kept, as the form sends them."""
        fields = [field for field in self if isinstance(field, FilesField) and field.tokens]
        return {field.name + RECEIVED: list(field.tokens) for field in fields}

    def _accept_chosen(self, field: FilesField, limit_bytes: int) -> None:
        """Each chosen file is looked into once; what is wrong with it stands in the field."""
        if field.accepted is not None:
            return
        accepted: list[AcceptedUpload] = []
        for item in chosen_files(field):
            try:
                upload = Upload(item.filename, item.stream.read(limit_bytes + 1))
                accepted.append(accept_upload(upload, limit_bytes=limit_bytes))
            except UploadRefusedError as refusal:
                problem = error_sentence(refusal.code, refusal.detail)
                self.add_problems({field.short_name: problem})
        field.accepted = tuple(accepted)

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


def count_files(field: wtforms.Field) -> int:
    """How many files come with the form, those of an earlier sending among them."""
    return len(chosen_files(field)) + len(getattr(field, "tokens", ()))


def _received_files() -> ReceivedFiles:
    return ReceivedFiles(office().received_folder)


def stripped(value: str | None) -> str | None:
    """A filter: blanks round a text are not part of it."""
    return value.strip() if value else value
