"""An upload accepted or refused: type by allow-list, size, name, then a look inside."""

import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from services.models.case import PhotoMark
from workflows.errors import RuleError

INSPECTION = Path(__file__).resolve().parent / "inspection.py"
WALL_SECONDS = 30
# A telephone's camera has up to 64 million.
MAX_PIXELS = "64000000"
MAX_PAGES = "500"
NAME_LENGTH = 100
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
NOT_IN_NAMES = re.compile(r'[<>:"|?*\\/]')


class UploadRefusedError(RuleError):
    """The file is not accepted; nothing was stored."""

    code = "upload_refused"


class UploadTypeError(UploadRefusedError):
    """Neither PDF, JPEG nor PNG, or not what its name says."""

    code = "upload_type"


class UploadTooLargeError(UploadRefusedError):
    """Too many bytes, pixels or pages."""

    code = "upload_too_large"


class UploadBrokenError(UploadRefusedError):
    """It cannot be opened."""

    code = "upload_broken"


class UploadEmptyError(UploadRefusedError):
    """There is nothing in it."""

    code = "upload_empty"


class UploadActiveContentError(UploadRefusedError):
    """It can do something, or is locked with a password."""

    code = "upload_active_content"


VERDICTS: dict[str, type[UploadRefusedError]] = {
    "too_large": UploadTooLargeError,
    "active_content": UploadActiveContentError,
    "broken": UploadBrokenError,
}


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    file_name: str
    data: bytes


@dataclass(frozen=True)
class AcceptedUpload:
    """What is shown and handed on: an image drawn anew, a PDF without its metadata.

    `original` is the file as it was sent, where that is another one; `mark`: what it shows, where
    its sender has said so.
    """

    file_name: str
    data: bytes
    media_type: str
    original: bytes | None = None
    mark: PhotoMark | None = None


def accept_upload(upload: Upload, *, limit_bytes: int) -> AcceptedUpload:
    """The upload in the form in which it is kept, or an `UploadRefusedError`."""
    name = clean_file_name(upload.file_name)
    media_type = MEDIA_TYPES.get(Path(name).suffix)
    if media_type is None:
        raise UploadTypeError(file_name=name)
    if not upload.data:
        raise UploadEmptyError(file_name=name)
    if len(upload.data) > limit_bytes:
        raise UploadTooLargeError(file_name=name)
    if not upload.data.startswith(SIGNATURES[media_type]):
        raise UploadTypeError(file_name=name)
    data = _inspected(name, upload.data, media_type)
    original = upload.data if data != upload.data else None
    return AcceptedUpload(name, data, media_type, original)


def clean_file_name(file_name: str) -> str:
    """The name to show: no folders, nothing invisible, nothing that a file system dislikes."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", file_name))[-1]
    visible = "".join(char for char in last if not unicodedata.category(char).startswith("C"))
    plain = " ".join(NOT_IN_NAMES.sub("_", visible).split()).rstrip(". ")
    stem, dot, suffix = plain.rpartition(".")
    if not dot:
        return plain[:NAME_LENGTH] or "upload"
    return f"{stem.strip('. ')[:NAME_LENGTH] or 'upload'}.{suffix.lower()}"


def _inspected(name: str, data: bytes, media_type: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # our interpreter, our script
            [sys.executable, "-s", "-P", str(INSPECTION), media_type, MAX_PIXELS, MAX_PAGES],
            input=data,
            capture_output=True,
            check=False,
            timeout=WALL_SECONDS,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise UploadTooLargeError(file_name=name) from error
    word, _, kept = done.stdout.partition(b"\n")
    if word == b"ok":
        return kept
    # No verdict: the process reached its limit of memory or processor time.
    raise VERDICTS.get(word.decode(), UploadTooLargeError)(file_name=name)
