"""A notice of two pages: how long setting and signing it take, and what it weighs."""

import io
import json
import statistics
from collections.abc import Callable
from functools import partial

import pikepdf

from deploy.draw_samples import FOLDER
from services.documents.catalog import CATALOG
from services.documents.render import Renderer
from services.settings import REPOSITORY
from services.signatures.authority import Authority, Holder, make_root
from services.signatures.pades import SEAL_ANCHOR, Signing, Stamp, sign_pages
from services.signing import SEAL_MILLIMETRES, SEAL_TEMPLATE
from tests.builders import START
from workflows.vocabulary import DocumentKind

KIND = DocumentKind.DELISTING_NOTICE
FONTS = REPOSITORY / "var" / "fonts"
SEED = b"7" * 32
Timed = Callable[[Callable[[], object]], float]


def measure(rounds: int, timed: Timed) -> None:
    """Print the figures of a warm renderer, and of three signatures with the organ's seal."""
    with pikepdf.open(FOLDER / f"{KIND}.pdf") as sample:
        facts = json.loads(sample.attachments["case.json"].get_file().read_bytes())
    fonts = FONTS if FONTS.exists() else None
    print(f"== 两页通知书 A notice of two pages, {'fonts of the office' if fonts else 'Noto'}")
    renderer = Renderer(fonts)
    try:
        template = CATALOG[KIND].template
        pages = renderer.render(template, facts)
        seconds = [timed(partial(renderer.render, template, facts)) for _ in range(rounds)]
        drawn = renderer.render(SEAL_TEMPLATE, {"organ": "示例", "drafted_on": "2026-03-01"})
    finally:
        renderer.close()
    root = make_root(SEED, "根", START)
    sign = partial(sign_pages, pages, _signings(root, drawn), root)
    signed = sign()
    with pikepdf.open(io.BytesIO(signed)) as opened:
        count = len(opened.pages)
    print(f"set in type        {_ms(seconds)}   {len(pages) // 1024} KB, {count} pages")
    print(f"three signatures   {_ms([timed(sign) for _ in range(rounds)])}", end="")
    print(f"   {len(signed) // 1024} KB with them")


def _signings(root: bytes, drawn: bytes) -> list[Signing]:
    authority = Authority(root, SEED)
    people = [
        Signing(authority.certify(Holder(name, "某市安全生产委员会")), reason)
        for name, reason in (("甲", "会签"), ("乙", "签发"))
    ]
    seal = Stamp(drawn, SEAL_ANCHOR, SEAL_MILLIMETRES)
    organ = authority.certify(Holder("某市安全生产委员会", "某市安全生产委员会"))
    return [*people, Signing(organ, "用印", seal)]


def _ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:8.2f} ms"
