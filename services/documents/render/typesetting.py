"""The process that sets type: reads requests from standard input, answers with PDF bytes.

The one module that knows WeasyPrint. It is run as a script with an empty environment, imports
nothing of ours, opens no address, and lives under limits of memory and processor time.
"""

import json
import os
import re
import resource
import struct
import sys
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

MEMORY_BYTES = 1536 * 1024 * 1024
PROCESSOR_SECONDS = 30
FACES = "fonts.css"
OFFICIAL = "official"
# Families without a red header stand on one style sheet.
PLAIN, PLAIN_FAMILIES = "plain.css", frozenset({"enforcement", "forms"})
LENGTH = struct.Struct(">I")
# A line holds some forty letters: of a longer word, or a row of signs that may not begin a line,
# every piece may stand on a line of its own. Between Chinese characters a line may break anyway.
LONG_WORD, PIECE, MAY_BREAK = (
    re.compile(r"[^\s\u3400-\u9fff]{100,}"),
    re.compile(r".{1,30}"),
    "\u200b",
)


class DenyingFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is shipped without types
    """No address is ever opened: fonts come from fontconfig, the style sheet from memory."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> NoReturn:
        """Refuse, and stop the rendering: a document that asks for an address is at fault."""
        raise PermissionError(url[:80])


def visible_only(value: Any) -> Any:
    """The value without characters that hide or reorder text: control, format, unassigned."""
    if isinstance(value, str):
        return "".join(
            char for char in value if char == "\n" or not unicodedata.category(char).startswith("C")
        )
    if isinstance(value, list):
        return [visible_only(item) for item in value]
    if isinstance(value, dict):
        return {name: visible_only(item) for name, item in value.items()}
    return value


def breakable(value: Any) -> Any:
    """The value as it is printed: a word that no line holds is given places where it may break.

    To find them by trial takes the square of its length. Pictures are drawings, not words.
    """
    if isinstance(value, str):
        return LONG_WORD.sub(lambda word: MAY_BREAK.join(PIECE.findall(word[0])), value)
    if isinstance(value, list):
        return [breakable(item) for item in value]
    if isinstance(value, dict):
        return {name: v if name == "picture" else breakable(v) for name, v in value.items()}
    return value


class Typesetter:
    """Templates, style sheet and fonts, read once and used for every document."""

    def __init__(self, templates: Path) -> None:
        self._fonts = FontConfiguration()
        self._fetcher = DenyingFetcher()
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates = templates
        self._styles: dict[str, CSS] = {}
        self._style_of(OFFICIAL)

    def pdf(self, template: str, inputs: dict[str, Any]) -> bytes:
        """The document as PDF/A-3a, its inputs embedded. Equal inputs give equal bytes."""
        shown = visible_only(inputs)
        text = self._environment.get_template(template).render(document=breakable(shown))
        page = HTML(string=text, url_fetcher=self._fetcher)
        pdf: bytes = page.write_pdf(
            stylesheets=[self._style_of(Path(template).parent.name or OFFICIAL)],
            font_config=self._fonts,
            pdf_variant="pdf/a-3a",
            attachments=[self._facts(shown)],
        )
        return pdf

    def _style_of(self, family: str) -> CSS:
        """A folder of templates is a family of documents, with a style sheet of the same name."""
        if family not in self._styles:
            shared = (PLAIN,) if family in PLAIN_FAMILIES else ()
            sheets = (FACES, *shared, f"{family}.css")
            self._styles[family] = CSS(
                string="".join((self._templates / s).read_text(encoding="utf-8") for s in sheets),
                font_config=self._fonts,
                url_fetcher=self._fetcher,
            )
        return self._styles[family]

    def _facts(self, inputs: dict[str, Any]) -> Attachment:
        # A fixed date: the day on which the inputs were drawn up, never the clock.
        drafted = datetime.fromisoformat(inputs["drafted_on"] + "T00:00:00+00:00")
        return Attachment(
            string=json.dumps(inputs, ensure_ascii=False, sort_keys=True).encode(),
            url_fetcher=self._fetcher,
            name="case.json",
            created=drafted,
            modified=drafted,
            relationship="Data",
        )


def answer(typesetter: Typesetter, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The header and body of the answer to one request."""
    if request.get("probe"):
        return {"ok": True, "harfbuzz_subset": harfbuzz_subset is not None}, b""
    try:
        pdf = typesetter.pdf(request["template"], request["inputs"])
    # Whatever the template or the library raises ends this document, not this process.
    except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001
        return {"ok": False, "reason": type(error).__name__}, b""
    return {"ok": True}, pdf


def serve(requests: BinaryIO, answers: BinaryIO, templates: Path) -> None:
    """Answer requests until standard input ends."""
    typesetter = Typesetter(templates)
    while size := requests.read(LENGTH.size):
        _allow_processor_seconds()
        request = json.loads(requests.read(LENGTH.unpack(size)[0]))
        header, body = answer(typesetter, request)
        encoded = json.dumps(header).encode()
        answers.write(LENGTH.pack(len(encoded)) + encoded + LENGTH.pack(len(body)) + body)
        answers.flush()


def _limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024 * 1024, 64 * 1024 * 1024))


def _allow_processor_seconds() -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + PROCESSOR_SECONDS, hard))


def main() -> None:
    """Serve on standard input and output; whatever a library prints goes to standard error."""
    _limit_resources()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
