"""Files of forms that were not accepted yet: kept for whoever sent them, for a few days."""

import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.uploads.intake import AcceptedUpload

RECEIVED_DAYS = 7
MOST_RECEIVED = 60
MOST_BYTES = 600 * 1024 * 1024
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class ReceivedFile:
    """A file as its form names it; `size` is that of the file as it was sent."""

    token: str
    file_name: str
    size: int
    media_type: str

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True)
class _Looked:
    put_at: float
    size: int


class ReceivedFiles:
    """A folder for each person, in it for each file its copy, its original and what it is.

    Nothing here belongs to a case. Only its sender finds a file, and only until its days are over
    or too many others, or too large ones, came after it. It stays when its form takes effect: the
    same form, sent twice, must be the same form.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, person_id: int, upload: AcceptedUpload, now: datetime) -> str:
        """Keep a file; returns the token by which its sender finds it again."""
        folder = self._root / str(person_id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.clear(now)
        _make_room(folder, len(upload.data) + len(upload.original or b""))
        token = secrets.token_hex(16)
        _write(folder / f"{token}.copy", upload.data, now)
        if upload.original is not None:
            _write(folder / f"{token}.original", upload.original, now)
        # Written last: what it names is there.
        about, unfinished = folder / f"{token}.json", folder / f"{token}.unfinished"
        _write(unfinished, json.dumps(_about(upload), ensure_ascii=False).encode(), now)
        unfinished.replace(about)
        return token

    def find(self, person_id: int, token: str) -> ReceivedFile | None:
        """What is told of a file; None when this person has none of this token, or no longer."""
        about = self._read(person_id, token)
        if about is None:
            return None
        return ReceivedFile(token, about["file_name"], about["size"], about["media_type"])

    def open(self, person_id: int, token: str) -> AcceptedUpload | None:
        """The file as it was accepted; None when it is not there, or not what was put there."""
        about = self._read(person_id, token)
        if about is None:
            return None
        folder = self._root / str(person_id)
        copy, original = (
            _bytes_of(folder / f"{token}.{part}", about[part]) for part in ("copy", "original")
        )
        if copy is None or (original is None and about["original"]):
            return None
        return AcceptedUpload(about["file_name"], copy, about["media_type"], original)

    def _read(self, person_id: int, token: str) -> dict[str, Any] | None:
        if not _TOKEN.fullmatch(token):
            return None
        try:
            text = (self._root / str(person_id) / f"{token}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        found: dict[str, Any] = json.loads(text)
        return found

    def clear(self, now: datetime) -> None:
        """Remove what is too old, of anybody's, and what was left when a process was killed."""
        limit = (now - timedelta(days=RECEIVED_DAYS)).timestamp()
        for path in self._root.glob("*/*"):
            if _look_at(path).put_at < limit:
                path.unlink(missing_ok=True)


def _make_room(folder: Path, size: int) -> None:
    """Remove the oldest of this person's until one more of this size fits."""
    newest_first = sorted(
        folder.glob("*.json"), key=lambda about: _look_at(about).put_at, reverse=True
    )
    for place, about in enumerate(newest_first, start=1):
        files = [about.with_suffix(suffix) for suffix in (".copy", ".original")]
        size += sum(_look_at(file).size for file in files)
        if place >= MOST_RECEIVED or size > MOST_BYTES:
            for path in (about, *files):
                path.unlink(missing_ok=True)


def _about(upload: AcceptedUpload) -> dict[str, Any]:
    sent = upload.data if upload.original is None else upload.original
    return {
        "file_name": upload.file_name,
        "media_type": upload.media_type,
        "size": len(sent),
        "copy": _sha256(upload.data),
        "original": None if upload.original is None else _sha256(upload.original),
    }


def _bytes_of(path: Path, sha256: str | None) -> bytes | None:
    """The bytes, where they are those that were put there."""
    try:
        data = path.read_bytes() if sha256 else None
    except FileNotFoundError:
        return None
    return data if data is not None and _sha256(data) == sha256 else None


def _look_at(path: Path) -> _Looked:
    """Of when it is and its size; another process may just have cleared it away."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return _Looked(0.0, 0)
    return _Looked(found.st_mtime, found.st_size)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(path: Path, data: bytes, now: datetime) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)
    os.utime(path, (now.timestamp(), now.timestamp()))
