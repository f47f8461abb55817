"""The samples in `docs/samples`: every printed kind is there, is read as Chinese, is signed."""

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from deploy.draw_samples import FOLDER, SHEET, Sample, sheet
from services.documents.catalog import CATALOG, LISTING_BATCH
from services.documents.render.process import TEMPLATES
from services.signatures.authority import make_root
from services.signatures.pades import find_signatures
from tests.builders import START
from tests.integration.test_render import text_of
from web.labels import PRINTOUTS, label_of
from web.views.printouts import printout_template
from workflows.vocabulary import DocumentKind

DRAFTS = {"listing_batch_draft": "挂牌督办的重大事故隐患清单"}
# Where the title of the page is not the name of the kind.
PRINTED = {
    DocumentKind.CLOSURE_PETITION: "关于提请关闭",
    DocumentKind.CORRECTION_NOTICE: "关于更正《责令限期整改指令书》的通知",
    DocumentKind.DELISTING_NOTICE: "解除重大事故隐患挂牌督办通知书",
}
TITLES = {
    **{kind.value: PRINTED.get(kind, label_of(kind)) for kind in DocumentKind},
    **{name: form.title for name, form in PRINTOUTS.items()},
    **DRAFTS,
}
UNSIGNED = {DocumentKind.FIRST_REPORT_RECEIPT.value, *PRINTOUTS, *DRAFTS}
# Most of it are the shapes of characters: half a kilobyte for each in each file.
MOST_BYTES, MOST_BYTES_IN_ALL = 340 * 1024, 6 * 1024 * 1024
# The seal is printed into pages of others; the frames are of no kind themselves. A bulletin is no
# document of a case: what is published of a month is not played in the demonstration.
NO_SAMPLE = {
    "seal/seal.html",
    "macros.html",
    "enforcement/macros.html",
    "bulletin.html",
    "forms/public_poster.html",
    "forms/announcement.html",
    # not of CATALOG: looked at by the tests of their rooms
    "handover_letter.html",
    "monthly_return.html",
    "forms/traceback.html",
}
FRAMES = {"letter_form.html", "enforcement/form.html", "forms/form.html"}

each_sample = pytest.mark.parametrize("name", sorted(TITLES))


def sample(name: str) -> Path:
    return FOLDER / f"{name}.pdf"


def test_every_kind_has_its_sample_and_there_is_no_other() -> None:
    assert {file.stem for file in FOLDER.glob("*.pdf")} == TITLES.keys()
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < MOST_BYTES_IN_ALL


def test_every_template_is_behind_a_sample() -> None:
    """A template that no kind uses is not seen on the sheet."""
    used = {form.template for form in (*CATALOG.values(), LISTING_BATCH)}
    used |= {printout_template(name) for name in PRINTOUTS}
    there = {str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html")}
    assert used | NO_SAMPLE | FRAMES == there


@each_sample
def test_a_sample_says_its_title_and_weighs_little(name: str) -> None:
    pdf = sample(name).read_bytes()
    assert TITLES[name] in text_of(pdf)
    assert len(pdf) < MOST_BYTES
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["case.json"]


@each_sample
def test_pdfsig_says_of_a_sample_what_we_say(name: str) -> None:
    """Trusted by nobody here: the authority was thrown away with the demonstration."""
    found = find_signatures(sample(name).read_bytes(), make_root(b"7" * 32, "根", START))
    assert (found == []) == (name in UNSIGNED)
    assert all(one.intact and one.whole and not one.trusted for one in found)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(sample(name))], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature Validation: Signature is Valid.") == len(found)
    names = re.findall(r"Signer Certificate Common Name: (.+)", said)
    assert names == [one.name for one in found]
    if name == DocumentKind.LISTING_NOTICE:
        assert [one.reason for one in found] == ["会签", "签发", "用印"]


def test_the_sheet_shows_them_all_and_stays_small() -> None:
    assert (FOLDER / SHEET).stat().st_size < 1024 * 1024
    one, two = (
        Sample(name, TITLES[name], sample(name).read_bytes())
        for name in ("listing_notice", "workforce_notice")
    )
    with Image.open(io.BytesIO(sheet((one, two)))) as drawn, Image.open(FOLDER / SHEET) as whole:
        assert drawn.width == whole.width
        assert whole.height > 4 * drawn.height
