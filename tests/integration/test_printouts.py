"""Forms printed on demand: from what the reader sees of the case, and nothing else."""

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services import accounts
from services.database import transaction
from services.documents.render import RendererDiedError, RenderInputsTooLargeError
from services.models.document import Document
from services.models.process import outbox
from services.models.public import PublicCase
from services.settings import Settings
from tests.builders import World
from tests.integration.test_extension import in_rectification
from tests.integration.test_render import text_of, words_of
from tests.public_rows import put_public, take_down
from web.app import create_app
from web.labels import PRINTOUTS
from web.routes import printouts
from workflows.disclosure import Exposure
from workflows.vocabulary import Action, EscalationKind

RARE = "王喆李镕张堃赵祎孙昇"
HAZARD = "主运输皮带防灭火系统失效"


TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PASSWORD = "five words that nobody guesses"
HASH = accounts.hash_password(PASSWORD)
WHO = (
    "case_officer",
    "other_officer",
    "rival_principal",
    "principal",
    "safety_officer",
)
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in WHO:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = create_app(settings, office=world.office, now=lambda: world.now)

    def signed_in(name: str) -> FlaskClient:
        client = app.test_client()
        token = TOKEN.search(client.get("/sign-in").text)
        assert token is not None
        data = {"username": name, "password": PASSWORD, "csrf_token": token[1]}
        assert client.post("/sign-in", data=data).status_code == 302
        return client

    return signed_in


def rectified(world: World) -> int:
    """A listed case with a letter, a report of progress, an application and its acceptance."""
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    kind = EscalationKind.REGULATORY_TALK
    world.do("committee_officer", case_id, Action.PROPOSE_ESCALATION, escalation_kind=kind)
    world.walk(
        case_id,
        ("office_head", Action.CONFIRM_ESCALATION),
        ("committee_officer", Action.SERVE_ESCALATION),
        ("committee_officer", Action.RECORD_TALK),
    )
    world.do("principal", case_id, Action.ANSWER_ESCALATION, answer=f"五日内到货。{RARE}")
    world.walk(
        case_id,
        ("safety_officer", Action.SUBMIT_PLAN),
        ("case_officer", Action.REVIEW_PLAN),
        ("safety_officer", Action.REPORT_PROGRESS),
        ("principal", Action.APPLY_FOR_ACCEPTANCE),
        ("group_head", Action.ENDORSE_AS_PARENT_COMPANY_HEAD),
    )
    world.accept(case_id)
    return case_id


def form(client: FlaskClient, case_id: int, kind: str) -> bytes:
    answer = client.get(f"/cases/{case_id}/forms/{kind}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), kind
    content: bytes = answer.data
    return content


def offered(client: FlaskClient, case_id: int) -> set[str]:
    page: str = client.get(f"/cases/{case_id}").text
    return set(re.findall(rf"/cases/{case_id}/forms/(\w+)\.pdf", page))


def test_every_form_that_is_offered_is_printed_with_its_words(
    world: World, sign_in: SignIn
) -> None:
    case_id = rectified(world)
    client = sign_in("case_officer")
    kinds = offered(client, case_id)
    assert kinds == PRINTOUTS.keys() - {"extension_request", "extension_opinion"}
    for kind in kinds:
        pdf = form(client, case_id, kind)
        text = text_of(pdf)
        title = PRINTOUTS[kind].title
        for words in (title, HAZARD, "主斜井皮带巷", *PRINTOUTS[kind].signed_by):
            assert words in text, (kind, words)
        for word in words_of(pdf):
            assert word.left >= 25 - 0.5, (kind, word)
            assert word.right <= 210 - 22 + 0.5, (kind, word)
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            with opened.open_metadata() as metadata:
                assert metadata.pdfa_status == "3A"
            facts = json.loads(opened.attachments["case.json"].get_file().read_bytes())
        assert facts["title"] == title
    assert RARE in text_of(form(client, case_id, "letter_answer"))
    assert "责改〔2026〕" in text_of(form(client, case_id, "review_opinion"))


def test_an_extension_is_printed_as_it_was_asked_for_and_decided(
    world: World, sign_in: SignIn
) -> None:
    case_id = in_rectification(world, listed=True)
    world.walk(
        case_id,
        ("principal", Action.REQUEST_EXTENSION),
        ("case_officer", Action.REVIEW_EXTENSION),
        ("signatory", Action.DECIDE_EXTENSION),
    )
    client = sign_in("case_officer")
    asked = text_of(form(client, case_id, "extension_request"))
    decided = text_of(form(client, case_id, "extension_opinion"))
    assert "延期申请书" in asked
    assert "挂牌督办通知书》（" in asked
    assert "延期审批意见书" in decided


def test_a_form_says_no_more_than_its_reader_sees(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, findings="核查情况甲")
    world.do("department_head", case_id, Action.CONFIRM_VERDICT, opinion="内部意见金丝雀")
    for name in ("principal", "safety_officer"):
        client = sign_in(name)
        page = client.get(f"/cases/{case_id}").text
        for kind in PRINTOUTS:
            answer = client.get(f"/cases/{case_id}/forms/{kind}.pdf")
            assert (answer.status_code == 200) == (kind in offered(client, case_id)), kind
            if answer.status_code == 200:
                text = text_of(answer.data)
                assert "内部意见金丝雀" not in text
                assert ("核查情况甲" in text) <= ("核查情况甲" in page)


@pytest.mark.parametrize("name", ["other_officer", "rival_principal"])
def test_a_form_of_a_foreign_case_is_not_there(world: World, sign_in: SignIn, name: str) -> None:
    case_id = world.file_report()
    client = sign_in(name)
    for kind in (*PRINTOUTS, "none"):
        answer = client.get(f"/cases/{case_id}/forms/{kind}.pdf")
        assert answer.status_code == 404
        assert HAZARD not in answer.text


def test_a_form_without_its_facts_or_of_an_unknown_kind_is_not_there(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    client = sign_in("case_officer")
    for kind in ("acceptance_opinion", "service_record", "none", "../record"):
        assert client.get(f"/cases/{case_id}/forms/{kind}.pdf").status_code == 404
    assert offered(client, case_id) == {"first_report", "workforce_notice"}


def test_what_was_taken_back_is_not_printed(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    client = sign_in("case_officer")
    assert "inspection_record" in offered(client, case_id)
    world.take_back("case_officer", case_id)
    assert "inspection_record" not in offered(client, case_id)
    assert client.get(f"/cases/{case_id}/forms/inspection_record.pdf").status_code == 404


def test_hostile_text_is_printed_and_not_obeyed(world: World, sign_in: SignIn) -> None:
    hostile = "<img src='file:///etc/passwd'><script>alert(1)</script>{{ 7 * 7 }}" + "患" * 3000
    case_id = world.file_report(measures_taken=hostile)
    client = sign_in("case_officer")
    for kind in ("first_report", "workforce_notice"):
        pdf = form(client, case_id, kind)
        text = text_of(pdf)
        assert "<imgsrc='file:///etc/passwd'><script>alert(1)</script>{{7*7}}" in text
        assert b"root:" not in pdf


def test_printing_leaves_nothing_behind(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    client = sign_in("case_officer")

    def kept() -> list[int]:
        with transaction(world.engine) as session:
            counted = [sa.select(sa.func.count()).select_from(t) for t in (Document, outbox)]
            return [session.execute(count).scalar_one() for count in counted]

    before = kept()
    form(client, case_id, "first_report")
    assert kept() == before


@pytest.mark.parametrize("error", [RendererDiedError, RenderInputsTooLargeError])
def test_a_form_that_cannot_be_printed_says_so(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_anything: object) -> bytes:
        raise error

    case_id = world.file_report()
    monkeypatch.setattr(printouts, "renderer", lambda: fail)
    answer = sign_in("case_officer").get(f"/cases/{case_id}/forms/first_report.pdf")
    assert answer.status_code == 503
    assert "表单没有生成" in answer.text


# ------------------------------------------------------------------ the public poster

NOTICE_BOARD = "public_poster"


def attached(pdf: bytes) -> dict[str, object]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found: dict[str, object] = json.loads(
            opened.attachments["case.json"].get_file().read_bytes()
        )
    return found


@pytest.mark.parametrize("name", ["case_officer", "principal"])
def test_the_poster_says_what_is_public_and_leads_to_the_public_page(
    world: World, sign_in: SignIn, name: str
) -> None:
    case_id = world.file_report(hazard_name="内部名称金丝雀")
    public_id = put_public(world, case_id=case_id, limit_on=world.now.date() + timedelta(days=8))
    client = sign_in(name)
    assert NOTICE_BOARD in offered(client, case_id)
    assert "重大事故隐患挂牌督办公示" in client.get(f"/cases/{case_id}").text
    pdf = form(client, case_id, NOTICE_BOARD)
    text = text_of(pdf)
    for words in (
        "重大事故隐患挂牌督办公示",
        "还有8天",
        "示例煤业有限公司",
        "采掘工作面通风系统不合理",
        "12350",
    ):
        assert words in text, words
    assert "金丝雀" not in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
    facts = attached(pdf)
    assert facts["address"] == f"http://127.0.0.1:8000/public/cases/{public_id}"
    assert str(facts["address"]) in text
    assert "金丝雀" not in json.dumps(facts, ensure_ascii=False)


def test_the_poster_counts_past_the_limit_and_gives_way_to_the_one_of_delisting(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    today = world.now.date()
    public_id = put_public(world, case_id=case_id, limit_on=today - timedelta(days=3))
    client = sign_in("principal")
    assert "已超过3天" in text_of(form(client, case_id, NOTICE_BOARD))
    with transaction(world.engine) as session:
        case = session.get_one(PublicCase, public_id)
        case.delisted_on, case.ending = today, "rectified"
    text = text_of(form(client, case_id, NOTICE_BOARD))
    assert "重大事故隐患摘牌公示" in text
    assert "摘牌（治理）" in text
    assert "已超过" not in text


def test_an_announcement_says_what_is_public_and_then_that_it_was_delisted(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report(hazard_name="内部名称金丝雀")
    public_id = put_public(world, case_id=case_id, limit_on=world.now.date() + timedelta(days=8))
    client = sign_in("case_officer")
    text = text_of(form(client, case_id, "announcement"))
    for words in ("重大事故隐患挂牌督办公告", "实行挂牌督办", "示例煤业有限公司", "12350"):
        assert words in text, words
    assert "金丝雀" not in text
    with transaction(world.engine) as session:
        case = session.get_one(PublicCase, public_id)
        case.delisted_on, case.ending = world.now.date(), "rectified"
    text = text_of(form(client, case_id, "announcement"))
    assert "重大事故隐患摘牌公告" in text
    assert "摘牌销号（治理）" in text


def test_without_a_name_in_public_there_is_no_poster(world: World, sign_in: SignIn) -> None:
    hidden = []
    for exposure in (Exposure.UNNAMED, Exposure.COUNTED):
        world.later(minutes=1)
        hidden.append(world.file_report())
        put_public(world, case_id=hidden[-1], exposure=exposure.value)
    world.later(minutes=1)
    hidden.append(world.file_report())
    take_down(world, put_public(world, case_id=hidden[-1]))
    world.later(minutes=1)
    hidden.append(world.file_report())
    client = sign_in("case_officer")
    for case_id in hidden:
        assert NOTICE_BOARD not in offered(client, case_id)
        assert client.get(f"/cases/{case_id}/forms/{NOTICE_BOARD}.pdf").status_code == 404
