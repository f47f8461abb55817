"""Files that people hand in: what is accepted, and in which form it is kept."""

from services.uploads.intake import (
    AcceptedUpload,
    Upload,
    UploadActiveContentError,
    UploadBrokenError,
    UploadEmptyError,
    UploadRefusedError,
    UploadTooLargeError,
    UploadTypeError,
    accept_upload,
    clean_file_name,
)

__all__ = [
    "AcceptedUpload",
    "Upload",
    "UploadActiveContentError",
    "UploadBrokenError",
    "UploadEmptyError",
    "UploadRefusedError",
    "UploadTooLargeError",
    "UploadTypeError",
    "accept_upload",
    "clean_file_name",
]
