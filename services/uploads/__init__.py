"""Files that people hand in: what is accepted, and in which form it is kept."""

from services.models.case import PhotoMark
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
from services.uploads.keeping import KeptUpload, keep_upload, kept_upload
from services.uploads.received import RECEIVED_DAYS, ReceivedFile, ReceivedFiles

__all__ = [
    "RECEIVED_DAYS",
    "AcceptedUpload",
    "KeptUpload",
    "PhotoMark",
    "ReceivedFile",
    "ReceivedFiles",
    "Upload",
    "UploadActiveContentError",
    "UploadBrokenError",
    "UploadEmptyError",
    "UploadRefusedError",
    "UploadTooLargeError",
    "UploadTypeError",
    "accept_upload",
    "clean_file_name",
    "keep_upload",
    "kept_upload",
]
