"""The store of uploads and documents: named by content, written once, verified when read."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHA256 = re.compile(r"[0-9a-f]{64}")


class StoredFileMissingError(Exception):
    """No file of this hash is in the store."""


class StoredFileDamagedError(Exception):
    """The bytes on the disk are not those whose hash they bear."""


@dataclass(frozen=True)
class StoredFile:
    sha256: str
    size: int
    media_type: str


class FileStore:
    """Files in a folder, each under its own hash. Nothing is ever overwritten or removed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes, media_type: str) -> StoredFile:
        """Store the bytes; on return they are on the disk. The same bytes are stored once."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if path.exists():
            self.read(sha256)
        else:
            self._write(path, content)
        return StoredFile(sha256=sha256, size=len(content), media_type=media_type)

    def read(self, sha256: str) -> bytes:
        """The bytes, verified."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise StoredFileMissingError(sha256) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoredFileDamagedError(sha256)
        return content

    def holds(self, sha256: str) -> bool:
        """Whether a file of this hash is in the store; its bytes are not looked at."""
        return self._path(sha256).exists()

    def _path(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise StoredFileMissingError(sha256)
        return self._root / sha256[:2] / sha256

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".incoming-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fchmod(file.fileno(), 0o400)
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
        _flush_folder(self._root)


def _flush_folder(folder: Path) -> None:
    # A new name is on the disk only when its folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
