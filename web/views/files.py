"""Stored files as answers: under their real names, and never run by the browser."""

from flask import Response

from web.context import office
from web.headers import FILE_SECURITY_POLICY, SANDBOX_SECURITY_POLICY, disposition


def download(sha256: str, media_type: str, file_name: str) -> Response:
    """A file that was handed in: always saved, never shown by the browser."""
    response = Response(office().files.read(sha256), content_type=media_type)
    response.headers["Content-Security-Policy"] = SANDBOX_SECURITY_POLICY
    response.headers["Content-Disposition"] = disposition("attachment", file_name)
    return response


def picture(sha256: str, media_type: str) -> Response:
    """A picture that we drew anew, for a page to show."""
    return drawn(office().files.read(sha256), media_type)


def drawn(content: bytes, media_type: str) -> Response:
    """A picture that we drew anew and that is in no store of files yet."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Security-Policy"] = SANDBOX_SECURITY_POLICY
    response.headers["Content-Disposition"] = "inline"
    return response


def pdf(content: bytes, name: str) -> Response:
    """A document of ours, shown by the browser."""
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Security-Policy"] = FILE_SECURITY_POLICY
    response.headers["Content-Disposition"] = disposition("inline", name)
    return response
