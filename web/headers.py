"""Headers of every answer: what the browser may load, keep, embed and tell others."""

from urllib.parse import quote

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A document of ours: shown by the browser's own viewer, and nothing else.
FILE_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
# A file that somebody handed in: even a browser that showed it would run nothing of it.
SANDBOX_SECURITY_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
# Programs ask for it again and again: they keep it, and ask whether it has changed.
ASKED_AGAIN = frozenset({"calendar.show_feed"})
# static/app.js sends forms with files, to show how far the sending is.
SENT_BY, GO_TO = "X-Sent-By", "X-Go-To"
# Pages that are the same for everybody. What is withdrawn is gone everywhere after this minute.
FOR_EVERYBODY = "public"
KEPT_BY_EVERYBODY = "public, max-age=60, must-revalidate"
STRICT_TRANSPORT_SECURITY = "max-age=31536000"


def install(app: Flask, *, https: bool) -> None:
    """Set what an answer has not set itself. Files in `static` may be kept, and for a minute what
    the public reads.
    """

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
        if request.endpoint != "static":
            response.headers["Cache-Control"] = _how_long_kept(response.status_code)
        return response

    @app.after_request
    def tell_script_where_to_go(response: Response) -> Response:
        """A script cannot see a redirect, only follow it: ours goes there itself."""
        if request.headers.get(SENT_BY) == "script" and response.location:
            response.headers[GO_TO] = response.headers.pop("Location")
            response.status_code = 204
            response.set_data(b"")
        return response


def _how_long_kept(status: int) -> str:
    if status not in (200, 304):
        return "no-store"
    if request.blueprint == FOR_EVERYBODY:
        return KEPT_BY_EVERYBODY
    return "private, no-cache" if request.endpoint in ASKED_AGAIN else "no-store"


def disposition(kind: str, name: str) -> str:
    """RFC 6266: a plain name for old clients, the real one in UTF-8."""
    plain = "".join(letter if _is_plain(letter) else "_" for letter in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_plain(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter in " ._-")
