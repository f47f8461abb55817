"""What all forms share: read from the request, problems as codes, files that are not lost."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Self, cast

import wtforms
from flask import request
from werkzeug.datastructures import CombinedMultiDict
from wtforms.validators import StopValidation

from services.errors import InvalidCommandError
from services.uploads import (
    AcceptedUpload,
    PhotoMark,
    ReceivedFile,
    Upload,
    UploadRefusedError,
    accept_upload,
)
from web.context import moment, office, received_files
from web.labels import error_sentence
from web.visitors import signed_in
from workflows.vocabulary import PhotoStage

# What a form adds to the name of a field of files, for those that an earlier sending brought.
RECEIVED = "_received"
PLACE_LENGTH = 60
NUMBER = re.compile(r"[0-9a-f]{32}")
_MARK = ("stage", "place")


class FilesField(wtforms.MultipleFileField):
    """Files chosen now, and the tokens of those that came with an earlier sending of the form.

    `takes_marks`: whether the sender may say of a photograph what it shows.
    """

    tokens: tuple[str, ...] = ()
    accepted: tuple[AcceptedUpload, ...] | None = None

    def __init__(self, *args: Any, takes_marks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.takes_marks = takes_marks
        self.marks: dict[str, tuple[str, str]] = {}

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read both."""
        super().process(formdata, *args, **kwargs)
        if formdata is None:
            return
        self.tokens = tuple(dict.fromkeys(formdata.getlist(self.name + RECEIVED)))
        if self.takes_marks:
            self.marks = {token: self._typed_mark(formdata, token) for token in self.tokens}

    def pre_validate(self, form: object) -> None:
        """A mark says both: the time and the place."""
        for file in self.received:
            stage, place = self.marks.get(file.token, ("", ""))
            if stage not in ("", *PhotoStage):
                raise StopValidation("choice")
            if bool(stage) != bool(place):
                raise StopValidation(f"photo_mark:{file.file_name}")
            if len(place) > PLACE_LENGTH:
                raise StopValidation(f"photo_place:{PLACE_LENGTH}")

    @property
    def received(self) -> tuple[ReceivedFile, ...]:
        """What the visitor need not send again."""
        if not self.tokens:
            return ()
        files, person_id = received_files(), signed_in().person_id
        found = (files.find(person_id, token) for token in self.tokens)
        return tuple(file for file in found if file is not None)

    def open(self, token: str) -> AcceptedUpload | None:
        """A file that came earlier, with its mark; None when it is there no longer."""
        upload = received_files().open(signed_in().person_id, token)
        stage, place = self.marks.get(token, ("", ""))
        if upload is None or not stage or not upload.media_type.startswith("image/"):
            return upload
        return replace(upload, mark=PhotoMark(PhotoStage(stage), place))

    def _typed_mark(self, formdata: Any, token: str) -> tuple[str, str]:
        stage, place = (formdata.get(f"{self.name}_{part}_{token}", "") for part in _MARK)
        return stage, " ".join(place.split())


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
        received = [file for t in field.tokens if (file := field.open(t)) is not None]
        if len(received) < len(field.tokens):
            self.add_problems({name: "received_gone"})
        self._accept_chosen(field, limit_bytes)
        return None if field.errors else (*received, *(field.accepted or ()))

    def keep_files(self) -> None:
        """Before the form is shown again: what was sent with it need not be sent once more."""
        files, person_id, now = received_files(), signed_in().person_id, moment()
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


def stripped(value: str | None) -> str | None:
    """A filter: blanks round a text are not part of it."""
    return value.strip() if value else value


def numbered(typed: str | None) -> str:
    """A filter: the number by which a form counts once; a new form gets one, and so does a form
    that was sent with what is none.
    """
    return typed if typed and NUMBER.fullmatch(typed) else secrets.token_hex(16)


def form_number() -> wtforms.HiddenField:
    """The field of such a number."""
    return wtforms.HiddenField(filters=[numbered])


class NumberedForm(PageForm):
    """A form with a number of its own, and whose problems a service may find."""

    nonce = form_number()

    def take_problems(self, error: InvalidCommandError) -> None:
        """Put what the service found wrong beside its fields; raised again when it has none."""
        if not any(name in self for name in error.fields):
            raise error
        self.add_problems(error.fields)
