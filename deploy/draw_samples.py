"""Prints every kind of document from the demonstration into `docs/samples`, and one sheet of all.

The demonstration is played in a folder that is thrown away, on a fixed day, with keys of its own:
what comes out is signed, and certified by an authority that no installation knows.
Run: `python -m deploy.draw_samples --fonts FOLDER`, with the fonts that `make fonts` fetches.
"""

import argparse
import io
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.clock import LOCAL_ZONE
from services.database import create_engine_for, reading
from services.demonstration.loader import load_demonstration
from services.demonstration.pictures import FONT
from services.demonstration.play import Press
from services.documents.catalog import LISTING_BATCH
from services.documents.context import ListingBatchInputs, ListingNoticeInputs
from services.documents.render import render_pdf
from services.errors import CaseNotFoundError, DocumentNotFoundError
from services.installation import set_up
from services.models.case import SupervisionCase
from services.models.document import Document
from services.office import Office
from services.queries.case_page import get_case_page
from services.queries.people import find_account_holder
from services.settings import REPOSITORY, Settings
from services.signing import InstallationSigner
from web.labels import PRINTOUTS, label_of
from web.views.printouts import printout_inputs, printout_template
from web.views.tracebacks import report_inputs
from workflows.vocabulary import DocumentKind

FOLDER = REPOSITORY / "docs" / "samples"
SHEET = "documents.png"
DAY = datetime(2026, 11, 18, 15, 0, tzinfo=LOCAL_ZONE)
# Stands in the codes at the foot; leads nowhere.
HOST = "guapai.example"
# Sees what stays inside of every case that is listed: more than any other reader.
READER = "committee"
COLUMNS, WIDTH, GAP, CAPTION = 7, 290, 18, 34
DESK, INK = (150, 150, 150), (20, 20, 20)
COLOURS = 24


@dataclass(frozen=True)
class Sample:
    """One printed paper: the name of its file, what it is called, its pages."""

    name: str
    title: str
    pdf: bytes


def play(folder: Path, fonts: Path | None) -> tuple[Sample, ...]:
    """Every kind of paper that the demonstration brings about."""
    settings = Settings.from_environment(
        {
            "GUAPAI_DATA": str(folder),
            "GUAPAI_HTTPS": "1",
            "GUAPAI_HOSTS": HOST,
            "GUAPAI_REFERRALS": "off",
        }
    )
    engine = create_engine_for(settings.database_url)
    try:
        set_up(settings, engine)
        office = Office.open(settings)
        render = partial(render_pdf, fonts_folder=fonts)
        signer = InstallationSigner(engine, office.keys.sealing_key, render)
        press = Press(render, signer.sign, lambda _session, _material: b"", report_inputs)
        load_demonstration(engine, office, press, DAY)
        return tuple(_samples(engine, office, render))
    finally:
        engine.dispose()


def _samples(engine: Engine, office: Office, render: partial[bytes]) -> Iterator[Sample]:
    with reading(engine) as session:
        for kind in DocumentKind:
            found = (office.files.read(row.issued_sha256 or "") for row in _issued(session, kind))
            yield Sample(kind, label_of(kind), min(found, key=len))
        notices = _issued(session, DocumentKind.LISTING_NOTICE)
        title = label_of(DocumentKind.LISTING_NOTICE)
        whole = ListingBatchInputs.of([_draft_of(notice) for notice in notices[:2]])
        pages = render(LISTING_BATCH.template, whole.as_record())
        yield Sample("listing_batch_draft", f"{title}（合并签发稿）", pages)
        for name, form in PRINTOUTS.items():
            inputs = _most_parts(session, office, name)
            yield Sample(name, form.title, render(printout_template(name), inputs))


def _issued(session: Session, kind: DocumentKind) -> list[Document]:
    """The documents of a kind that have their pages, the newest one first."""
    found = session.scalars(
        sa.select(Document)
        .where(Document.kind == kind, Document.state == "issued")
        .order_by(Document.id.desc())
    ).all()
    return list(found)


def _draft_of(notice: Document) -> ListingNoticeInputs:
    return ListingNoticeInputs.from_record({**notice.inputs, "issue": None})


def _most_parts(session: Session, office: Office, name: str) -> Mapping[str, Any]:
    """A form of the case in which it has most parts; of several, the shortest."""
    on = date(DAY.year, DAY.month, DAY.day)
    reader = find_account_holder(session, READER, on)
    assert reader is not None
    found: list[Mapping[str, Any]] = []
    for case_id in session.scalars(sa.select(SupervisionCase.id).order_by(SupervisionCase.id)):
        try:
            case = get_case_page(session, reader, case_id, office.profile)
            found.append(printout_inputs(case, name, on))
        except (CaseNotFoundError, DocumentNotFoundError):
            continue
    return max(found, key=lambda inputs: (len(inputs["sections"]), -len(str(inputs))))


def sheet(samples: tuple[Sample, ...]) -> bytes:
    """The first page of each, with its name below."""
    pages = [_first_page(sample.pdf) for sample in samples]
    height = max(page.height for page in pages)
    across, down = WIDTH + GAP, height + CAPTION + GAP
    rows = -(-len(pages) // COLUMNS)
    whole = Image.new("RGB", (GAP + COLUMNS * across, GAP + rows * down), DESK)
    draw = ImageDraw.Draw(whole)
    font = ImageFont.truetype(str(FONT), 19)
    for place, (sample, page) in enumerate(zip(samples, pages, strict=True)):
        left, top = GAP + place % COLUMNS * across, GAP + place // COLUMNS * down
        whole.paste(page, (left, top))
        draw.text((left + WIDTH / 2, top + height + 6), sample.title, INK, font, anchor="mt")
    out = io.BytesIO()
    whole.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _first_page(pdf: bytes) -> Image.Image:
    size = ["-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    done = subprocess.run(  # noqa: S603  # a fixed program on pages of our own
        ["pdftoppm", "-png", "-singlefile", *size, "-"],  # noqa: S607  # from poppler-utils
        input=pdf,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return Image.open(io.BytesIO(done.stdout)).convert("RGB")


def main() -> None:
    """Print them all anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, default=REPOSITORY / "var" / "fonts")
    fonts = parser.parse_args().fonts
    with tempfile.TemporaryDirectory() as folder:
        samples = play(Path(folder), fonts if fonts.exists() else None)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.pdf"):
        old.unlink()
    for sample in samples:
        (FOLDER / f"{sample.name}.pdf").write_bytes(sample.pdf)
        print(f"{sample.name}.pdf  {len(sample.pdf) // 1024} KB  {sample.title}")
    (FOLDER / SHEET).write_bytes(sheet(samples))


if __name__ == "__main__":
    main()
