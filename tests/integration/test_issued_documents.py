"""Documents that are drawn up when they take their number: frozen, rendered, read by whom."""

import io
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pikepdf
import pytest
import sqlalchemy as sa
from PIL import Image, ImageChops

from services.database import transaction
from services.documents.catalog import CATALOG
from services.documents.render import Renderer
from services.errors import DocumentNotFoundError
from services.models.case import SupervisionCase
from services.models.document import Document
from services.models.process import outbox
from services.queries.brief import get_visible_document
from services.topics import Topic
from services.worker import BACK_OFF_SECONDS, MOST_ATTEMPTS, Workshop, work_off
from tests.builders import World, fake_sign
from tests.integration.test_orders import approve as approve_order
from tests.integration.test_orders import propose, put_in_force
from tests.integration.test_penalty import judged
from tests.integration.test_render import body_lines, text_of, words_of
from tests.integration.test_resumption import approved as approved_to_resume
from tests.integration.test_resumption import stopped
from tests.integration.test_substitutions import arrange
from web.labels import label_of
from workflows.vocabulary import (
    Action,
    Addressee,
    DocumentKind,
    EscalationKind,
    OrderKind,
    Track,
)

K = DocumentKind
RARE = "喆镕堃祎昇"
MARKUP = "<script>alert('甲')</script>{{ 7 * 7 }}"
LETTERS = {
    K.SUPERVISION_LETTER: (EscalationKind.SUPERVISION_LETTER, "督办函"),
    K.WARNING_LETTER: (EscalationKind.WARNING_LETTER, "警示函"),
    K.TALK_NOTICE: (EscalationKind.REGULATORY_TALK, "约谈通知"),
    K.CIRCULAR: (EscalationKind.CIRCULAR, "通报"),
}
IN_LETTER_FORM = (*LETTERS, K.FIRST_REPORT_RECEIPT, K.RESUMPTION_NOTICE, K.CORRECTION_NOTICE)
RED = (K.DELISTING_NOTICE, K.CLOSURE_PETITION, *IN_LETTER_FORM)
PENALTIES = (K.PENALTY_NOTICE, K.UNIT_PENALTY_DECISION, K.HEAD_PENALTY_DECISION)
REMEDY = ("六十日内", "行政复议法》第二十条", "六个月内", "行政诉讼法》第四十六条")


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    shared = Renderer()
    yield shared
    shared.close()


def ordered(world: World, **changes: object) -> int:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER, 0, **changes)
    return case_id


def measured(world: World, **changes: object) -> int:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES, 0, **changes)
    return case_id


def delisted(world: World, **_changes: object) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.close(case_id)
    return case_id


def pressed(kind: EscalationKind) -> Callable[..., int]:
    def walk(world: World, **changes: object) -> int:
        case_id = world.file_report()
        world.to_listing(case_id)
        changes = {"escalation_kind": kind, **changes}
        world.do("case_officer", case_id, Action.PROPOSE_ESCALATION, 0, **changes)
        world.do("department_head", case_id, Action.CONFIRM_ESCALATION)
        if kind is EscalationKind.CIRCULAR:
            world.do("leader", case_id, Action.APPROVE_ESCALATION)
        return case_id

    return walk


def notified(world: World, **changes: object) -> int:
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    world.do("case_officer", case_id, Action.PROPOSE_SUSPENSION, 0, **changes)
    world.do("legality_reviewer", case_id, Action.REVIEW_LEGALITY)
    return case_id


def decided(world: World, **changes: object) -> int:
    case_id = notified(world)
    world.do("case_officer", case_id, Action.SERVE_PENALTY_NOTICE)
    world.do("principal", case_id, Action.ANSWER_PENALTY_NOTICE)
    world.do("department_head", case_id, Action.DECIDE_SUSPENSION, 0, **changes)
    return case_id


def reported(world: World, **changes: object) -> int:
    case_id = world.file_report("safety_officer", **changes)
    world.work()
    return case_id


def corrected(world: World, **changes: object) -> int:
    case_id = ordered(world)
    world.work()
    changes = {"uploads": (), **changes}
    world.do("case_officer", case_id, Action.PROPOSE_CORRECTION, 0, **changes)
    world.do("department_head", case_id, Action.SIGN_CORRECTION, opinion="内部意见金丝雀")
    return case_id


def resumed(world: World, **_changes: object) -> int:
    case_id = stopped(world, coal=True)
    approved_to_resume(world, case_id)
    world.do("case_officer", case_id, Action.RECORD_RESUMPTION_CONSENT)
    world.do("government_principal", case_id, Action.SIGN_RESUMPTION)
    return case_id


def told(world: World, **changes: object) -> int:
    case_id = judged(world)
    propose(world, case_id, OrderKind.GOVERNMENT_CLOSURE, **changes)
    world.do("legality_reviewer", case_id, Action.REVIEW_ORDER)
    return case_id


def petitioned(world: World, **changes: object) -> int:
    case_id = told(world, **changes)
    world.do("case_officer", case_id, Action.HEAR_PARTY)
    world.do("department_head", case_id, Action.APPROVE_ORDER)
    return case_id


def cut_off(world: World, **changes: object) -> int:
    case_id = judged(world)
    approve_order(world, case_id, OrderKind.POWER_STOP, **changes)
    return case_id


def let_go(world: World, **changes: object) -> int:
    """Two orders in force; the older one is lifted."""
    case_id = judged(world)
    approve_order(world, case_id, OrderKind.POWER_STOP, **changes)
    world.do("case_officer", case_id, Action.SERVE_ORDER)
    world.later(days=1)
    world.do("case_officer", case_id, Action.RECORD_ORDER_RECEIPT)
    put_in_force(world, case_id, OrderKind.SEALING)
    world.do("case_officer", case_id, Action.LIFT_ORDER, 0, opinion="内部理由金丝雀")
    world.do("department_head", case_id, Action.CONFIRM_ORDER_LIFTING)
    return case_id


@dataclass(frozen=True)
class Expected:
    """How a kind comes about, what its pages say, and where free text goes in."""

    walk: Callable[..., int]
    says: tuple[str, ...]
    free: str = ""
    withheld: tuple[str, ...] = ()


HAZARD = "主运输皮带防灭火系统失效"
TOLD = ("三月一日检查发现皮带仍在运行", "第四十一条第二款", "第一百零二条")
ORDERED = (
    "皮带仍在运行，有发生事故的现实危险。",
    "三月一日现场检查记录、照片。",
    "停止对皮带巷及采区变电所供电",
)
EXPECTED: Mapping[DocumentKind, Expected] = {
    K.DELISTING_NOTICE: Expected(
        delisted, ("解除重大事故隐患挂牌督办通知书", HAZARD, "该隐患已经治理", "抄送：", "印发")
    ),
    K.RECTIFICATION_ORDER: Expected(
        ordered,
        (
            *("责令限期整改指令书", HAZARD, "主斜井皮带巷", "更换灭火装置并调试合格。"),
            *("乙（证号002）", "第六十五条", "前按照下列要求整改完毕", "送达人（签名）", *REMEDY),
        ),
        free="requirements",
    ),
    K.IMMEDIATE_MEASURES_ORDER: Expected(
        measured,
        (
            *("现场处理措施决定书", HAZARD, "撤出作业人员，停用皮带。", "适用范围：主斜井"),
            *("第六十五条", "经审查同意，方可恢复生产经营和使用", "乙（证号002）"),
            *("送达人（签名）", *REMEDY),
        ),
        free="measures",
    ),
    **{
        kind: Expected(
            pressed(escalation),
            (f"关于重大事故隐患整改的{title}", HAZARD, "五日内报告到货计划。"),
            free="demands",
            withheld=("进展报告逾期十日",),
        )
        for kind, (escalation, title) in LETTERS.items()
    },
    K.PENALTY_NOTICE: Expected(
        notified,
        (
            *("行政处罚告知书", *TOLD, "责令停产停业整顿三十日。", "对甲某：罚款六万元。"),
            *("第四十四条", "第四十五条", "听证", "五日内提出"),
        ),
        free="facts_and_evidence",
        withheld=("不适用不予处罚",),
    ),
    K.UNIT_PENALTY_DECISION: Expected(
        decided,
        (
            *("行政处罚决定书（单位）", *TOLD, "责令停产停业整顿三十日。"),
            *("理由不成立，不予采纳", "《行政处罚告知书》（", *REMEDY),
        ),
        free="answer_considered",
        withheld=("罚款六万元", "三名负责人", "同意处罚"),
    ),
    K.HEAD_PENALTY_DECISION: Expected(
        decided,
        ("行政处罚决定书（个人）", "甲某：", *TOLD, "罚款六万元。", *REMEDY),
        free="answer_considered",
        withheld=("责令停产停业整顿三十日", "三名负责人"),
    ),
    K.FIRST_REPORT_RECEIPT: Expected(
        reported,
        (
            *("重大事故隐患首报回执", HAZARD, "主斜井皮带巷", "已停止该皮带运行，撤出作业人员。"),
            *("2026年3月1日", "不表示隐患已经核实或者认定"),
        ),
        free="measures_taken",
    ),
    K.CORRECTION_NOTICE: Expected(
        corrected,
        (
            *("关于更正《责令限期整改指令书》的通知", "责改〔2026〕1号", "有误，现更正如下"),
            *("第二项：主斜井皮带巷。", "第二项：副斜井皮带巷。", "部位笔误"),
            "原文书其他内容不变",
        ),
        free="right_text",
        withheld=("内部意见金丝雀",),
    ),
    K.RESUMPTION_NOTICE: Expected(
        resumed,
        (
            *("恢复生产通知书", HAZARD, "第六十五条第一款第三项", "示例矿安〔2026〕7号"),
            "同意你单位恢复生产经营和使用",
        ),
        withheld=("现场查验具备恢复条件", "自动灭火装置已更换"),
    ),
    K.ORDER_NOTICE: Expected(
        told,
        (
            *("拟采取措施告知书", HAZARD, *ORDERED, "提请人民政府对你单位予以关闭"),
            *("第一百一十三条", "第四十四条", "第四十五条", "听证", "五日内提出"),
        ),
        free="facts_and_evidence",
        withheld=("现场处理措施决定书，当日送达",),
    ),
    K.ENFORCEMENT_ORDER: Expected(
        cut_off,
        ("执法措施决定书", HAZARD, *ORDERED, "停止供电。", "安全生产法第七十条", *REMEDY),
        free="order_text",
        withheld=("现场处理措施决定书，当日送达",),
    ),
    K.CLOSURE_PETITION: Expected(
        petitioned,
        (
            *("关于提请关闭", HAZARD, *ORDERED[1:], "第一百一十三条", "《拟采取措施告知书》（"),
            *("签发人：", "妥否，请批示。", "印发"),
        ),
        free="facts_and_evidence",
        withheld=("请求从轻处理",),
    ),
    K.ORDER_LIFTING_NOTICE: Expected(
        let_go,
        (
            *("解除执法措施通知书", HAZARD, "停止供电", ORDERED[2], "示例供电公司"),
            *("《执法措施决定书》（", "经审查同意"),
        ),
        free="order_text",
        withheld=("内部理由金丝雀", "查封"),
    ),
}


def issued(world: World, kind: DocumentKind) -> Document:
    with transaction(world.engine) as session:
        newest = sa.select(Document).where(Document.kind == kind).order_by(Document.id.desc())
        document = session.scalars(newest.limit(1)).one()
        session.expunge_all()
        return document


def pages(renderer: Renderer, document: Document) -> bytes:
    return renderer.render(CATALOG[DocumentKind(document.kind)].template, document.inputs)


def facts_of(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        facts: bytes = opened.attachments["case.json"].get_file().read_bytes()
        return json.dumps(json.loads(facts), ensure_ascii=False)


def test_every_printed_kind_is_tried_here() -> None:
    assert EXPECTED.keys() | {K.LISTING_NOTICE} == CATALOG.keys() == set(DocumentKind)


def test_the_lifting_of_one_order_names_no_other(world: World, renderer: Renderer) -> None:
    let_go(world)
    with transaction(world.engine) as session:
        numbers = sa.select(Document.number).where(Document.kind == K.ENFORCEMENT_ORDER)
        power, seals = session.scalars(numbers.order_by(Document.id)).all()
    text = text_of(pages(renderer, issued(world, K.ORDER_LIFTING_NOTICE)))
    assert str(power) in text
    assert str(seals) not in text


def test_the_points_of_an_order_are_counted_unless_their_writer_did(
    world: World, renderer: Renderer
) -> None:
    ordered(world, requirements="2路水管更换\n\n建立巡检制度。")
    document = issued(world, K.RECTIFICATION_ORDER)
    assert "1.2路水管更换；2.建立巡检制度。" in text_of(pages(renderer, document))
    document.inputs["said"]["requirements"] = "一、更换灭火装置。\n二、建立巡检制度。"
    text = text_of(pages(renderer, document))
    assert "一、更换灭火装置。二、建立巡检制度。" in text
    assert "1.一" not in text


@pytest.mark.parametrize("kind", OrderKind, ids=str)
def test_every_order_is_named_on_its_page_as_on_the_screen(
    renderer: Renderer, world: World, kind: OrderKind
) -> None:
    cut_off(world)
    document = issued(world, K.ENFORCEMENT_ORDER)
    document.inputs["said"]["enforcement_kind"] = kind.value
    assert f"{label_of(kind)}。" in text_of(pages(renderer, document))


@pytest.mark.parametrize("kind", EXPECTED, ids=str)
def test_a_kind_says_what_it_must_and_nothing_that_stays_inside(
    world: World, renderer: Renderer, kind: DocumentKind
) -> None:
    expected = EXPECTED[kind]
    case_id = expected.walk(world)
    document = issued(world, kind)
    assert document.state == "issued"
    assert document.issued_sha256
    pdf = pages(renderer, document)
    text = text_of(pdf)
    with transaction(world.engine) as session:
        intake = session.get_one(SupervisionCase, case_id).intake_number
        organ = session.get_one(Document, document.id).organ.name
    addressee = document.inputs["addressee"]["name"]
    on = document.issued_on
    assert on is not None
    day = f"{on.year}年{on.month}月{on.day}日"
    for words in (*expected.says, document.number or "", addressee, intake, organ, day):
        assert words in text, words
    assert document.verification_code == (document.inputs["verification"] or {}).get("code")
    if CATALOG[kind].has_code:
        assert document.verification_code
        assert f"核验码：{document.verification_code}" in text
        assert "核验网址：https://guapai.example/verify" in text
    else:
        assert "核验" not in text
    for words in expected.withheld:
        assert words not in text
        assert words not in facts_of(pdf)
    assert pdf == pages(renderer, document)


@pytest.mark.parametrize("kind", [kind for kind, it in EXPECTED.items() if it.free], ids=str)
def test_hostile_and_long_text_is_printed_as_it_was_typed(
    world: World, renderer: Renderer, kind: DocumentKind
) -> None:
    expected = EXPECTED[kind]
    typed = MARKUP + RARE + "整改要求" * 1250 + "\n末行。"
    expected.walk(world, **{expected.free: typed})
    pdf = pages(renderer, issued(world, kind))
    text = text_of(pdf)
    assert re.sub(r"\s", "", MARKUP) + RARE in text
    # Page numbers and feet stand between the lines of two pages.
    assert text.count("整改要求") >= 1150
    assert "末行。" in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["case.json"]
        assert len(opened.pages) > 5


def long_red(world: World, renderer: Renderer, kind: DocumentKind) -> bytes:
    expected = EXPECTED[kind]
    expected.walk(world, **({expected.free: "逐项整改" * 400} if expected.free else {}))
    return pages(renderer, issued(world, kind))


@pytest.mark.parametrize("kind", RED, ids=str)
def test_red_headed_pages_keep_to_the_margins_lines_and_page_numbers(
    world: World, renderer: Renderer, kind: DocumentKind
) -> None:
    pdf = long_red(world, renderer, kind)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
        for page in opened.pages:
            size = [float(edge) * 25.4 / 72 for edge in page.mediabox]
            assert size == pytest.approx([0, 0, 210, 297], abs=0.1)
    words = words_of(pdf)
    # The mark's box is that of its line; where the mark itself stands is measured on the picture.
    mark = issued(world, kind).inputs["organ"]["header"]
    for word in words:
        assert word.left >= 28 - 0.3, word
        assert word.right <= 210 - 26 + 0.6, word
        assert word.text == mark or word.top >= 37 - 1, word
    numbers = {word.page: word for word in words if word.top > 262 and word.text == str(word.page)}
    first = 2 if kind in IN_LETTER_FORM else 1
    assert sorted(numbers) == list(range(first, max(word.page for word in words) + 1))
    for place, word in numbers.items():
        assert (word.left > 160) if place % 2 else (word.right < 50)
    if kind in LETTERS or kind is K.CLOSURE_PETITION:
        lines = body_lines(pdf, page=2)
        assert len(lines) == 22
        steps = [below - above for above, below in pairwise(lines)]
        assert steps == pytest.approx([225 / 22] * 21, abs=0.6)


@pytest.mark.parametrize("kind", EXPECTED, ids=str)
def test_red_stands_in_official_documents_only(
    world: World, renderer: Renderer, kind: DocumentKind
) -> None:
    EXPECTED[kind].walk(world)
    picture = subprocess.run(
        ["pdftoppm", "-r", "40", "-png", "-f", "1", "-l", "1", "-"],
        input=pages(renderer, issued(world, kind)),
        capture_output=True,
        check=True,
        timeout=60,
    )
    with Image.open(io.BytesIO(picture.stdout)) as page:
        red, green, _ = page.convert("RGB").split()
        coloured = ImageChops.subtract(red, green).point(lambda level: 255 if level > 90 else 0)
        box = coloured.getbbox()
    if kind not in RED:
        assert box is None
        return
    assert box is not None
    left, top, right, bottom = (edge * 25.4 / 40 for edge in box)
    if kind in IN_LETTER_FORM:
        assert (left, right) == pytest.approx((20, 190), abs=1.5)
        assert top == pytest.approx(30, abs=2)
        assert bottom == pytest.approx(297 - 20, abs=1.5)
    else:
        assert (left, right) == pytest.approx((28, 184), abs=1.5)
        assert top == pytest.approx(37 + 35, abs=4)


@pytest.mark.parametrize("kind", [*LETTERS, *PENALTIES], ids=str)
def test_outside_nobody_opens_the_pages_before_they_are_served(
    world: World, kind: DocumentKind
) -> None:
    case_id = EXPECTED[kind].walk(world)
    document = issued(world, kind)

    def opened(name: str) -> str | None:
        actor, profile = world.actor(name), world.office.profile
        with transaction(world.engine) as session:
            return get_visible_document(session, actor, document.id, profile).issued_sha256

    assert opened("case_officer") == document.issued_sha256
    with pytest.raises(DocumentNotFoundError):
        opened("principal")
    served = {
        **dict.fromkeys(LETTERS, Action.SERVE_ESCALATION),
        K.PENALTY_NOTICE: Action.SERVE_PENALTY_NOTICE,
    }.get(kind, Action.SERVE_SUSPENSION)
    world.do("case_officer", case_id, served)
    assert opened("principal") == document.issued_sha256


@pytest.mark.parametrize(
    ("addressee", "house"),
    [(Addressee.TERRITORY, "county"), (Addressee.DEPARTMENT, "department")],
)
def test_a_letter_goes_to_whom_it_presses_on(
    world: World, renderer: Renderer, addressee: Addressee, house: str
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.do("committee_officer", case_id, Action.PROPOSE_ESCALATION, 0, addressee=addressee)
    world.do("office_head", case_id, Action.CONFIRM_ESCALATION)
    document = issued(world, K.SUPERVISION_LETTER)
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        names = {
            "county": case.territorial_government.name,
            "department": case.competent_department.name if case.competent_department else "",
        }
        party, number = case.responsible_party.name, case.case_number
    assert document.inputs["addressee"]["name"] == names[house]
    text = text_of(pages(renderer, document))
    assert f"{party}的重大事故隐患" in text
    assert f"督办编号：{number}" in text


def test_a_substitute_signs_in_both_names(world: World, renderer: Renderer) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    arrange(world, "case_officer", "reviewer")
    world.do("reviewer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
    document = issued(world, K.RECTIFICATION_ORDER)
    inputs = document.inputs
    assert inputs["signatory_name"] != inputs["signatory_principal"] != ""
    both = f"{inputs['signatory_name']}（代{inputs['signatory_principal']}）"
    assert both in text_of(pages(renderer, document))


def test_measures_are_ordered_before_place_and_clause_are_known(
    world: World, renderer: Renderer
) -> None:
    case_id = world.file_report(description="", found_on=None, criterion=None)
    world.do("case_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES, 0, area="")
    text = text_of(pages(renderer, issued(world, K.IMMEDIATE_MEASURES_ORDER)))
    assert "判定依据" not in text
    assert "适用范围" not in text
    assert HAZARD in text


def test_what_was_issued_stays_as_it_was_when_the_case_changes(
    each_world: World, renderer: Renderer
) -> None:
    world = each_world
    case_id = ordered(world)
    before = pages(renderer, issued(world, K.RECTIFICATION_ORDER))
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        case.hazard_name, case.place = "改过的名称", "改过的部位"
    assert pages(renderer, issued(world, K.RECTIFICATION_ORDER)) == before


@pytest.mark.parametrize(
    ("typed", "is_printed"),
    [
        ("甲" * 50_000, True),
        ("x" * 200_000, True),
        ("患" * 200_000, False),
    ],
    ids=["long", "one word", "too long"],
)
def test_no_text_holds_up_the_documents_after_it(
    world: World, renderer: Renderer, typed: str, is_printed: bool
) -> None:
    """What acts refuse as too long, put past them."""
    case_id = world.file_report()
    for _ in range(2):
        command = world.command(case_id, Action.ORDER_IMMEDIATE_MEASURES, 0)
        world.act("case_officer", command, Action.ORDER_IMMEDIATE_MEASURES)
    with transaction(world.engine) as session:
        kind = K.IMMEDIATE_MEASURES_ORDER
        orders = sa.select(Document).where(Document.kind == kind).order_by(Document.id)
        first = session.scalars(orders).all()[0]
        said = {**first.inputs["said"], "measures": typed, "area": typed[:9]}
        first.inputs = {**first.inputs, "said": said}
    shop = Workshop(world.engine, world.office.files, renderer.render, fake_sign)
    begun = time.monotonic()
    for _ in range(MOST_ATTEMPTS):
        work_off(shop, world.now)
        world.later(seconds=max(BACK_OFF_SECONDS))
    assert time.monotonic() - begun < 60
    with transaction(world.engine) as session:
        first, second = session.scalars(orders).all()
        incidents = session.scalars(
            sa.select(outbox.c.incident_code).where(outbox.c.incident.is_not(None))
        ).all()
        assert bool(first.issued_sha256) == is_printed
        assert second.issued_sha256
    assert incidents == ([] if is_printed else ["render_inputs_too_large"])


def test_pages_are_asked_for_with_the_number(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    command = world.command(case_id, Action.ORDER_IMMEDIATE_MEASURES)
    world.act("case_officer", command, Action.ORDER_IMMEDIATE_MEASURES)
    receipt = issued(world, K.FIRST_REPORT_RECEIPT)
    document = issued(world, K.IMMEDIATE_MEASURES_ORDER)
    assert [document.state, receipt.state] == ["numbered", "numbered"]
    with transaction(world.engine) as session:
        keys = session.scalars(sa.select(outbox.c.idempotency_key).order_by(outbox.c.id)).all()
    assert keys == [f"{Topic.RENDER_ISSUED}:{made.id}" for made in (receipt, document)]
    world.work()
    assert issued(world, K.IMMEDIATE_MEASURES_ORDER).state == "issued"
    assert issued(world, K.FIRST_REPORT_RECEIPT).state == "issued"
