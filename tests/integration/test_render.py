"""The listing notice as a PDF: its text, its layout in millimetres, its bytes, its refusals."""

import contextlib
import hashlib
import io
import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest
import segno
from PIL import Image, ImageChops

from services.documents.catalog import CATALOG, LISTING_BATCH
from services.documents.context import (
    Addressee,
    Criterion,
    Hazard,
    Issue,
    ListingBatchInputs,
    ListingNoticeInputs,
    Organ,
    Rectification,
    Supervision,
    Verification,
)
from services.documents.render import (
    Renderer,
    RendererDiedError,
    RenderFailedError,
    RenderInputsTooLargeError,
    RenderTimedOutError,
    fonts_present,
    harfbuzz_subset_present,
    render_pdf,
)
from services.documents.render.process import TEMPLATES
from services.documents.verification_code import picture_of
from services.frame import MOST_CHARACTERS
from services.settings import REPOSITORY
from workflows.vocabulary import DocumentKind, ListingLevel

MILLIMETRES = 25.4 / 72
DRAFT = ListingNoticeInputs(
    organ=Organ(
        name="朔州市安全生产委员会",
        header="朔州市安全生产委员会文件",
        code="朔安督",
        office="朔州市安全生产委员会办公室",
    ),
    addressee=Addressee(name="示例冷链食品有限公司", credit_code="91140600EXAMPLE001"),
    hazard=Hazard(
        intake_number="SL-2026-000017",
        name="制冷机房安全装置缺失",
        category="工贸",
        place="朔城区示例路8号制冷机房",
        description="高压侧未设置紧急泄压装置，在场人员王喆、李镕、张堃、赵祎、孙昇确认",
        found_on=date(2026, 9, 3),
    ),
    criterion=Criterion(
        document="示例判定标准",
        document_no="示例令第10号",
        article="第十条（一）",
        text="未按规定设置紧急泄压装置的",
        verified=True,
    ),
    rectification=Rectification(
        order_number="朔应急责改〔2026〕12号",
        limit_on=date(2026, 12, 31),
        requirements=("补装紧急泄压装置", "校验安全阀。"),
        control_measures=("停用高压侧管路",),
        plan_due_on=date(2026, 10, 15),
        progress_report_months=1,
        extension_lead_working_days=15,
    ),
    supervision=Supervision(
        level=ListingLevel.CITY,
        supervising_department="朔州市应急管理局",
        competent_department="朔州市工业和信息化局",
        territorial_government="朔城区人民政府",
        cc=("朔城区人民政府", "朔州市工业和信息化局"),
    ),
    signatory_name="王喆",
    drafted_on=date(2026, 9, 20),
)
VERIFICATION = Verification(
    code="ABCD-EFGH-JKLM-NPQR-STUV",
    address="https://guapai.example.gov.cn/verify",
    picture=picture_of("https://guapai.example.gov.cn/verify?code=ABCD-EFGH-JKLM-NPQR-STUV"),
)
DRAFT_SHA256 = hashlib.sha256(b"the signed draft").hexdigest()
ISSUED = DRAFT.issued(
    Issue(
        year=2026,
        number=3,
        issued_on=date(2026, 9, 25),
        case_number="DB-2026-0003",
        draft_sha256=DRAFT_SHA256,
        verification=VERIFICATION,
    )
)
LONG = replace(ISSUED, hazard=replace(ISSUED.hazard, description=ISSUED.hazard.description * 30))


class Word(NamedTuple):
    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


# With the system's fonts only, and with those of the office where they have been fetched.
OFFICE_FONTS = REPOSITORY / "var" / "fonts"
FONT_FOLDERS = [None, *([OFFICE_FONTS] if any(OFFICE_FONTS.glob("**/*.otf")) else [])]


@pytest.fixture(scope="module", params=FONT_FOLDERS, ids=str)
def renderer(request: pytest.FixtureRequest) -> Iterator[Renderer]:
    shared = Renderer(request.param)
    yield shared
    shared.close()


def printed(renderer: Renderer, notice: ListingNoticeInputs) -> bytes:
    return renderer.render(CATALOG[DocumentKind.LISTING_NOTICE].template, notice.as_record())


def poppler(tool: str, pdf: bytes, *options: str) -> str:
    done = subprocess.run(
        [tool, *options, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def text_of(pdf: bytes) -> str:
    """The text as a reader would copy it, without spaces and line ends."""
    return re.sub(r"\s", "", poppler("pdftotext", pdf, "-layout"))


def words_of(pdf: bytes) -> list[Word]:
    """Every run of text with its box, in millimetres from the upper left corner of its page."""
    words, page = [], 0
    box = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    for line in poppler("pdftotext", pdf, "-bbox").splitlines():
        page += "<page " in line
        if found := re.search(box, line):
            left, top, right, bottom = (float(edge) * MILLIMETRES for edge in found.groups()[:4])
            words.append(Word(page, left, top, right, bottom, found[5]))
    return words


def body_lines(pdf: bytes, page: int) -> list[float]:
    """The middle of each line of 3号 text on a page, in millimetres."""
    middles = sorted(
        (word.top + word.bottom) / 2
        for word in words_of(pdf)
        if word.page == page and word.bottom - word.top > 5 and word.top < 262
    )
    lines = middles[:1]
    for middle in middles:
        if middle - lines[-1] > 3:
            lines.append(middle)
    return lines


def test_inputs_survive_their_record() -> None:
    for notice in (DRAFT, ISSUED):
        record = json.loads(json.dumps(notice.as_record()))
        assert ListingNoticeInputs.from_record(record) == notice


def test_every_catalogued_document_has_its_template() -> None:
    assert all((TEMPLATES / form.template).is_file() for form in CATALOG.values())


def test_issued_notice_bears_number_date_and_the_hash_of_the_signed_draft(
    renderer: Renderer,
) -> None:
    text = text_of(printed(renderer, ISSUED))
    for expected in (
        "朔州市安全生产委员会文件",
        "朔安督〔2026〕3号",
        "重大事故隐患挂牌督办通知书",
        "示例冷链食品有限公司：",
        "督办编号：DB-2026-0003",
        "王喆、李镕、张堃、赵祎、孙昇",
        "《示例判定标准》（示例令第10号）第十条（一）：“未按规定设置紧急泄压装置的。”",
        "朔应急责改〔2026〕12号",
        "2026年12月31日前完成整改",
        "1.补装紧急泄压装置；",
        "2.校验安全阀。",
        "于2026年10月15日前报朔州市应急管理局备案",
        "每月至少",
        "期限届满15个工作日前书面申请",
        "2026年9月25日",
        "抄送：朔城区人民政府，朔州市工业和信息化局。",
        "2026年9月25日印发",
        DRAFT_SHA256,
    ):
        assert expected in text
    assert "签发稿未编号" not in text


SECOND = replace(
    DRAFT,
    addressee=Addressee(name="示例第二冷链有限公司"),
    hazard=replace(DRAFT.hazard, intake_number="SL-2026-0099", name="制冷剂管道未做防腐"),
)
WHOLE = ListingBatchInputs.of([DRAFT, SECOND])


def whole_printed(renderer: Renderer, whole: ListingBatchInputs) -> bytes:
    return renderer.render(LISTING_BATCH.template, whole.as_record())


def test_a_notice_for_several_cases_lists_them_all_under_one_number(renderer: Renderer) -> None:
    assert ISSUED.issue
    numbered = replace(WHOLE, issue=replace(ISSUED.issue, case_number=""))
    for place, line in enumerate(WHOLE.lines):
        numbered = numbered.numbered(line.intake_number, f"DB-2026-000{place + 1}")
    assert numbered.is_numbered
    assert ListingBatchInputs.from_record(numbered.as_record()) == numbered
    text = text_of(whole_printed(renderer, numbered))
    expected = (
        "朔安督〔2026〕3号",
        "附件所列2项",
        "0001",
        "0002",
        "2026年9月25日印发",
        DRAFT_SHA256,
    )
    for words in (*expected, "2.校验安全阀。", "2026年9月25日印发"):
        assert words in text
    assert text.count("朔安督〔2026〕3号") == 1
    draft = text_of(whole_printed(renderer, WHOLE))
    assert "合并挂牌2项，见附件" in draft
    assert "督办编号" not in draft.replace("文号、督办编号和成文日期", "")


def test_an_extract_says_that_it_is_one_and_speaks_of_no_other_party(renderer: Renderer) -> None:
    text = text_of(printed(renderer, replace(ISSUED, is_extract=True)))
    assert "挂牌督办通知书（节录）" in text
    assert "文号、日期与全文相同" in text
    assert "朔安督〔2026〕3号" in text
    assert SECOND.addressee.name not in text
    assert "（节录）" not in text_of(printed(renderer, ISSUED))


def test_draft_says_that_it_is_one_and_bears_neither_number_nor_date(renderer: Renderer) -> None:
    pdf = printed(renderer, DRAFT)
    text = text_of(pdf)
    assert "朔安督〔〕号" in text
    assert "（未印发）" in text
    assert "督办编号：" not in text
    assert "2026年9月25日" not in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert text.count("签发稿未编号未印发") == len(opened.pages)


def test_the_signed_draft_and_the_issued_notice_break_their_lines_alike(renderer: Renderer) -> None:
    draft, issued = (words_of(printed(renderer, notice)) for notice in (DRAFT, ISSUED))
    title = "重大事故隐患挂牌督办通知书"
    assert [word for word in draft if word.text == title] == [
        word for word in issued if word.text == title
    ]


def test_hand_typed_criterion_is_marked(renderer: Renderer) -> None:
    unverified = replace(DRAFT, criterion=replace(DRAFT.criterion, verified=False))
    assert "未经条文库核对" in text_of(printed(renderer, unverified))
    assert "未经条文库核对" not in text_of(printed(renderer, DRAFT))


def test_text_stands_within_the_margins_of_the_standard(renderer: Renderer) -> None:
    pdf = printed(renderer, LONG)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            size = [float(edge) * MILLIMETRES for edge in page.mediabox]
            assert size == pytest.approx([0, 0, 210, 297], abs=0.1)
    for word in words_of(pdf):
        assert word.left >= 28 - 0.3, word
        assert word.right <= 210 - 26 + 0.6, word
        assert word.top >= 37 - 1, word
    body = [word for word in words_of(pdf) if word.page == 2]
    assert min(word.left for word in body) == pytest.approx(28, abs=0.3)


def test_a_full_page_has_22_lines_of_28_characters(renderer: Renderer) -> None:
    pdf = printed(renderer, LONG)
    lines = body_lines(pdf, page=2)
    assert len(lines) == 22
    steps = [below - above for above, below in pairwise(lines)]
    assert steps == pytest.approx([225 / 22] * 21, abs=0.6)
    page = poppler("pdftotext", pdf, "-f", "2", "-l", "2", "-layout").split()
    full_lines = [line for line in page if not re.search(r"[0-9A-Za-z]", line)]
    assert max(len(line) for line in full_lines) == 28


def test_page_numbers_stand_outside(renderer: Renderer) -> None:
    numbers = {
        word.page: word
        for word in words_of(printed(renderer, LONG))
        if word.top > 262 and word.text == str(word.page)
    }
    assert sorted(numbers) == list(range(1, max(numbers) + 1))
    for page, word in numbers.items():
        assert (word.left > 160) if page % 2 else (word.right < 50)
        assert word.top == pytest.approx(297 - 35 + 7 - 2.5, abs=2.5)


def test_the_code_stands_below_the_page_number_on_every_issued_page(renderer: Renderer) -> None:
    pdf = printed(renderer, LONG)
    feet = [word for word in words_of(pdf) if word.text == VERIFICATION.code]
    assert [word.page for word in feet] == list(range(1, max(w.page for w in words_of(pdf)) + 1))
    for word in words_of(pdf):
        assert word.bottom <= 262 + 0.3 or 262 + 3 <= word.top <= word.bottom <= 297 - 8, word
    assert VERIFICATION.code not in text_of(printed(renderer, DRAFT))


def test_the_picture_in_the_foot_is_the_code(renderer: Renderer, tmp_path: Path) -> None:
    file = tmp_path / "notice.pdf"
    file.write_bytes(printed(renderer, ISSUED))
    dots = 600
    subprocess.run(
        ["pdftoppm", "-r", str(dots), "-gray", "-l", "1", "-singlefile", file, tmp_path / "page"],
        check=True,
        timeout=60,
    )
    left, top = (round(mm / 25.4 * dots) for mm in (28, 262 + 6))
    with Image.open(tmp_path / "page.pgm") as page:
        foot = page.crop((left, top, left + round(14 / 25.4 * dots), page.height))
    box = ImageChops.invert(foot).point(lambda shade: 255 * (shade > 128)).getbbox()
    assert box is not None
    code = segno.make(
        "https://guapai.example.gov.cn/verify?code=ABCD-EFGH-JKLM-NPQR-STUV", error="m"
    )
    size = len(code.matrix)
    assert box[2] - box[0] == pytest.approx(13 / 25.4 * dots, abs=4)
    squares = foot.crop(box).resize((size * 10, size * 10)).tobytes()
    drawn = [
        [squares[(y * 10 + 5) * size * 10 + x * 10 + 5] < 128 for x in range(size)]
        for y in range(size)
    ]
    assert drawn == [[bool(dark) for dark in row] for row in code.matrix]


def test_what_was_issued_before_there_were_codes_is_printed_without(renderer: Renderer) -> None:
    record = ISSUED.as_record()
    del record["issue"]["verification"]
    notice = ListingNoticeInputs.from_record(record)
    pdf = renderer.render(CATALOG[DocumentKind.LISTING_NOTICE].template, record)
    assert notice.issue is not None
    assert notice.issue.verification is None
    assert "核验码" not in text_of(pdf)
    assert DRAFT_SHA256 in text_of(pdf)


def test_the_organs_name_is_centred_and_never_wider_than_the_text(renderer: Renderer) -> None:
    (header,) = [
        word for word in words_of(printed(renderer, ISSUED)) if word.text == ISSUED.organ.header
    ]
    assert header.right - header.left <= 156
    assert (header.left + header.right) / 2 == pytest.approx(28 + 78, abs=1)
    longer = replace(ISSUED, organ=replace(ISSUED.organ, header="安" * 24 + "文件"))
    (header,) = [
        word for word in words_of(printed(renderer, longer)) if word.text.startswith("安安安")
    ]
    assert header.right - header.left <= 156


def test_record_block_ends_the_type_area_of_the_last_page(renderer: Renderer) -> None:
    for notice in (ISSUED, LONG):
        words = words_of(printed(renderer, notice))
        last = max(word.page for word in words)
        (block,) = [word for word in words if word.text.startswith("抄送：")]
        assert block.page == last
        assert block.top > 230


@pytest.mark.parametrize("fonts_folder", FONT_FOLDERS, ids=str)
def test_equal_inputs_give_equal_bytes_in_another_process(fonts_folder: Path | None) -> None:
    made = []
    for _ in range(2):
        renderer = Renderer(fonts_folder)
        made.append(printed(renderer, ISSUED))
        renderer.close()
    assert made[0] == made[1]


def tags_of(pdf: pikepdf.Pdf) -> set[str]:
    """What stands in the tree of tags that a screen reader walks."""
    found: set[str] = set()
    left: list[Any] = [pdf.Root.StructTreeRoot]
    while left:
        node = left.pop()
        if isinstance(node, pikepdf.Array):
            left += list(node)
        elif isinstance(node, pikepdf.Dictionary):
            found |= {str(node.S)} if "/S" in node else set()
            left.append(node.get("/K"))
    return found


def test_pdf_declares_pdf_a_3a_and_carries_its_facts(renderer: Renderer) -> None:
    with pikepdf.open(io.BytesIO(printed(renderer, ISSUED))) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
        assert pdf.Root.MarkInfo.Marked
        assert {"/Document", "/H1", "/H2", "/P"} <= tags_of(pdf)
        assert str(pdf.Root.Lang) == "zh-CN"
        assert len(pdf.Root.OutputIntents) == 1
        assert list(pdf.attachments) == ["case.json"]
        facts = json.loads(pdf.attachments["case.json"].get_file().read_bytes())
        assert facts == ISSUED.as_record()
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260925")


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>粗</b>",
        "{{ 7 * 7 }}{% raw %}",
        "<img src='file:///etc/passwd'>",
        "<link rel=attachment href='file:///etc/passwd'>",
        "<style>@import 'http://127.0.0.1:9/'; @page { size: A0 }</style>",
        "<table><td colspan=100000000>x</table>",
        "</title></p><script>alert(1)</script>",
    ],
)
def test_markup_in_inputs_is_shown_and_not_obeyed(renderer: Renderer, hostile: str) -> None:
    hazard = replace(ISSUED.hazard, name=hostile, description=hostile)
    pdf = printed(renderer, replace(ISSUED, hazard=hazard))
    assert re.sub(r"\s", "", hostile) in text_of(pdf)
    assert b"root:" not in pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["case.json"]
        assert [float(edge) * MILLIMETRES for edge in opened.pages[0].mediabox][3] < 298


def test_characters_that_hide_or_reorder_text_are_left_out(renderer: Renderer) -> None:
    hazard = replace(ISSUED.hazard, name="甲\u202e乙\u200b丙\x07丁")
    assert "甲乙丙丁" in text_of(printed(renderer, replace(ISSUED, hazard=hazard)))


def test_only_the_organs_name_and_the_rule_are_red(renderer: Renderer) -> None:
    pdf = printed(renderer, ISSUED)
    picture = subprocess.run(
        ["pdftoppm", "-r", "40", "-png", "-f", "1", "-l", "1", "-"],
        input=pdf,
        capture_output=True,
        check=True,
        timeout=60,
    )
    with Image.open(io.BytesIO(picture.stdout)) as page:
        red, green, _ = page.convert("RGB").split()
        coloured = ImageChops.subtract(red, green).point(lambda level: 255 if level > 90 else 0)
        box = coloured.getbbox()
    assert box is not None
    left, top, right, bottom = (edge * 25.4 / 40 for edge in box)
    assert (left, right) == pytest.approx((28, 184), abs=1.5)
    assert top == pytest.approx(37 + 35, abs=4)
    assert bottom < 140


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    (tmp_path / "fonts.css").write_text("")
    (tmp_path / "official.css").write_text("p { margin: 0 }")
    return tmp_path


def render_once(templates: Path, body: str) -> bytes:
    (templates / "probe.html").write_text(body)
    renderer = Renderer(templates=templates)
    try:
        return renderer.render("probe.html", {"drafted_on": "2026-09-20"})
    finally:
        renderer.close()


@pytest.mark.parametrize(
    "probe",
    [
        "<link rel=attachment href='{secret}'>",
        "<a rel=attachment href='{secret}'>x</a>",
        "<img src='{secret}'>",
        "<style>@import '{secret}';</style>",
        "<link rel=stylesheet href='{secret}'>",
        "<p style='background: url({secret})'>x</p>",
        "<style>@font-face {{ font-family: x; src: url({secret}) }}</style><p>x</p>",
        "<object data='{secret}'></object>",
        "<embed src='{secret}'>",
        "<img src='data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>'>",
        "<img src='http://127.0.0.1:9/'>",
        "<img srcset='{secret} 1x' src='{secret}'>",
        "<ul style='list-style-image: url({secret})'><li>x</ul>",
        "<p style='border-image: url({secret}) 30'>x</p>",
        "<style>p::before {{ content: url({secret}) }}</style><p>x</p>",
        "<style>@page {{ background: url({secret}) }}</style><p>x</p>",
    ],
)
def test_a_template_that_asks_for_an_address_is_refused_as_a_whole(
    templates: Path, probe: str
) -> None:
    secret = templates / "secret.css"
    secret.write_text("p { color: red }")
    with pytest.raises(RenderFailedError) as refused:
        render_once(templates, probe.format(secret=secret.as_uri()))
    assert refused.value.detail["reason"] == "FatalURLFetchingError"


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../etc/passwd", "fonts.css"])
def test_a_path_without_a_scheme_leads_nowhere(templates: Path, path: str) -> None:
    body = f"<link rel=attachment href='{path}'><img src='{path}'><object data='{path}'></object>"
    with pikepdf.open(io.BytesIO(render_once(templates, body))) as opened:
        assert list(opened.attachments) == ["case.json"]
        assert not list(opened.pages[0].get_images())


def test_a_document_that_takes_too_much_is_stopped_and_the_next_one_rendered(
    templates: Path,
) -> None:
    (templates / "bomb.html").write_text("<table><td colspan=100000000>x</td></table>")
    (templates / "plain.html").write_text("<p>x</p>")
    renderer = Renderer(templates=templates, wall_seconds=8)
    inputs = {"drafted_on": "2026-09-20"}
    before = time.monotonic()
    with pytest.raises(RenderFailedError):
        renderer.render("bomb.html", inputs)
    assert time.monotonic() - before < 12
    assert renderer.render("plain.html", inputs).startswith(b"%PDF-1.7")
    renderer.close()


LAUGHS = "".join(
    f"<g id='a{place}'>" + f"<use href='#a{place - 1}'/>" * 10 + "</g>" for place in range(1, 12)
)
ENTITIES = "".join(f'<!ENTITY a{place} "{f"&a{place - 1};" * 10}">' for place in range(1, 12))
GREEDY = {
    "uses of uses": f"<svg xmlns='http://www.w3.org/2000/svg'><defs><g id='a0'><path d='M0 0h9'/>"
    f"</g>{LAUGHS}</defs><use href='#a11'/></svg>",
    "deep": "<div>" * 20_000,
    "large picture": "<svg width='9999999mm' height='9999999mm'><rect width='9' height='9'/></svg>",
    "large table": "<table>" + "<tr><td>x<td>y<td>z" * 40_000 + "</table>",
}


@pytest.mark.parametrize("greedy", GREEDY)
def test_whatever_is_asked_of_it_the_renderer_answers_in_time_and_serves_on(
    templates: Path, greedy: str
) -> None:
    """Rendered or refused: either way within the limit, and the next document comes out."""
    (templates / "greedy.html").write_text(GREEDY[greedy])
    (templates / "plain.html").write_text("<p>x</p>")
    renderer = Renderer(templates=templates, wall_seconds=6)
    inputs = {"drafted_on": "2026-09-20"}
    before = time.monotonic()
    with contextlib.suppress(RenderFailedError):
        renderer.render("greedy.html", inputs)
    assert time.monotonic() - before < 10
    assert renderer.render("plain.html", inputs).startswith(b"%PDF-1.7")
    renderer.close()


def test_entities_that_multiply_stay_text(templates: Path) -> None:
    body = f'<!DOCTYPE html [<!ENTITY a0 "x">{ENTITIES}]><p>&a11;</p>'
    assert len(render_once(templates, body)) < 100_000


@pytest.mark.parametrize("letter", ["x", "é", "（", "…", "<div>"], ids=ascii)
def test_a_word_without_end_breaks_its_lines_and_is_printed_whole(
    renderer: Renderer, letter: str
) -> None:
    """As long as an act may be. Tried letter by letter, it would take the square of its length."""
    word = (letter * MOST_CHARACTERS)[:MOST_CHARACTERS]
    pdf = printed(renderer, replace(ISSUED, hazard=replace(ISSUED.hazard, description=word)))
    shown = text_of(pdf).replace("\u200b", "")
    assert shown.count(letter) >= len(word) // len(letter) * 0.98
    for found in words_of(pdf):
        assert found.right <= 210 - 26 + 3, found
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        facts = json.loads(opened.attachments["case.json"].get_file().read_bytes())
    assert facts["hazard"]["description"] == word


def test_the_wall_limit_ends_a_rendering() -> None:
    renderer = Renderer(wall_seconds=0.05)
    with pytest.raises(RenderTimedOutError):
        printed(renderer, ISSUED)
    renderer.close()


def test_a_killed_process_is_noticed_and_replaced(renderer: Renderer) -> None:
    printed(renderer, ISSUED)
    assert renderer._process is not None
    renderer._process.kill()
    renderer._process.wait()
    assert printed(renderer, ISSUED).startswith(b"%PDF-1.7")


def test_a_renderer_that_cannot_start_says_so(tmp_path: Path) -> None:
    renderer = Renderer(templates=tmp_path)
    with pytest.raises(RendererDiedError):
        renderer.render("listing_notice.html", {})
    renderer.close()


def test_a_faulty_template_is_named(templates: Path) -> None:
    with pytest.raises(RenderFailedError) as failed:
        render_once(templates, "{{ document.nothing_of_that_name }}")
    assert failed.value.detail == {"template": "probe.html", "reason": "UndefinedError"}


def test_inputs_longer_than_any_document_are_refused(renderer: Renderer) -> None:
    hazard = replace(ISSUED.hazard, description="患" * 200_000)
    with pytest.raises(RenderInputsTooLargeError):
        printed(renderer, replace(ISSUED, hazard=hazard))


def test_the_shared_renderer_serves_a_whole_process() -> None:
    template = CATALOG[DocumentKind.LISTING_NOTICE].template
    first = render_pdf(template, ISSUED.as_record(), fonts_folder=None)
    assert first == render_pdf(template, ISSUED.as_record(), fonts_folder=None)


def test_this_machine_has_what_rendering_needs() -> None:
    assert harfbuzz_subset_present()
    faces = fonts_present(None)
    assert sorted(faces) == ["fangsong", "heiti", "kaiti", "songti", "title-songti"]
    assert all(faces.values())
