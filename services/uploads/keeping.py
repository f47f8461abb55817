"""An accepted upload in the store: the copy that is shown, and the original under seal."""

from dataclasses import dataclass

from services.files import FileStore
from services.uploads.intake import AcceptedUpload


@dataclass(frozen=True)
class KeptUpload:
    """Where an upload lies. `original_sha256` is None when the copy is the file as it was sent."""

    sha256: str
    size: int
    media_type: str
    original_sha256: str | None


def keep_upload(files: FileStore, upload: AcceptedUpload) -> KeptUpload:
    """Put the copy and the original in the store."""
    copy = files.put(upload.data, upload.media_type)
    original = files.put(upload.original, upload.media_type) if upload.original else None
    return KeptUpload(
        copy.sha256, copy.size, copy.media_type, original.sha256 if original else None
    )


def kept_upload(
    files: FileStore, file_name: str, sha256: str, media_type: str, original_sha256: str | None
) -> AcceptedUpload:
    """An upload that was kept earlier, as it was accepted."""
    original = files.read(original_sha256) if original_sha256 else None
    return AcceptedUpload(file_name, files.read(sha256), media_type, original)
