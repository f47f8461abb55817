"""The pages about signatures on paper, through HTTP."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from services import accounts
from services.clock import local_date
from services.database import reading, transaction
from services.models.case import Act
from services.models.paper import PaperRegistration
from services.settings import Settings
from tests.builders import World
from web.app import create_app
from workflows.paper import PaperState
from workflows.vocabulary import Action

PASSWORD = "纸质件 and a second person"
HASH = accounts.hash_password(PASSWORD)
HIDDEN = re.compile(r'type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"')
HIDDEN_TOO = re.compile(r'name="(\w+)"[^>]*type="hidden"[^>]*value="([^"]*)"')
SIGN = Action.SIGN_LISTING
Browse = Callable[[str], "Visitor"]


class Visitor:
    """One signed-in person."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, **values: object) -> TestResponse:
        """Open the page, then send its form with these values."""
        page = self.get(address).text
        hidden = dict([*HIDDEN.findall(page), *HIDDEN_TOO.findall(page)])
        return self.client.post(
            address,
            data={**hidden, **values},
            content_type="multipart/form-data",
            headers={"Sec-Fetch-Site": "same-origin"},
        )


@pytest.fixture
def browse(world: World, tmp_path: Path) -> Browse:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, HASH)
    app = create_app(settings, office=world.office, now=lambda: world.now)

    def sign_in(name: str) -> Visitor:
        client = app.test_client()
        token = HIDDEN.search(client.get("/sign-in").text)
        assert token is not None
        data = {"username": name, "password": PASSWORD, "csrf_token": token[2]}
        assert client.post("/sign-in", data=data).status_code == 302
        return Visitor(client)

    return sign_in


@pytest.fixture
def draft(world: World) -> tuple[int, str]:
    """A case whose draft waits for the signature, and the address of its registration."""
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
    )
    return case_id, f"/cases/{case_id}/tasks/{world.task_id(case_id, SIGN)}/paper"


def scan() -> tuple[io.BytesIO, str]:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(stream, "PNG")
    stream.seek(0)
    return stream, "签发单.png"


def sheet(world: World, **changes: object) -> dict[str, object]:
    values = {
        "signer_id": str(world.person_ids["signatory"]),
        "decision": "accepted",
        "opinion": "同意挂牌。",
        "signed_on": local_date(world.now).isoformat(),
        "original_place": "安委办 2 号柜",
        "uploads": [scan()],
    }
    return {**values, **changes}


def only_registration(world: World) -> PaperRegistration:
    with reading(world.engine) as session:
        found = session.scalars(sa.select(PaperRegistration)).one()
        session.expunge_all()
        return found


def test_from_the_case_page_over_the_form_and_the_second_person_to_the_record(
    world: World, browse: Browse, draft: tuple[int, str]
) -> None:
    case_id, address = draft
    clerk, head = browse("committee_officer"), browse("office_head")
    assert address in clerk.get(f"/cases/{case_id}").text
    assert address not in head.get(f"/cases/{case_id}").text
    assert "signatory（示例市安全生产委员会" in clerk.get(address).text
    answer = clerk.post(address, **sheet(world))
    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    assert "待第二人复核" in clerk.get(f"/cases/{case_id}").text
    number = only_registration(world).id
    waiting = head.get(f"/cases/{case_id}").text
    assert "committee_officer已于" in waiting
    assert f"/paper/{number}" in waiting
    assert "<b>1</b> 项线下签署或线下登记待您复核" in head.get("/tasks").text
    assert "复核" in head.get("/paper").text
    page = head.get(f"/paper/{number}").text
    assert "同意挂牌。" in page
    assert "安委办 2 号柜" in page
    answer = head.post(f"/paper/{number}", confirm="yes")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    case = head.get(f"/cases/{case_id}").text
    assert "登记人committee_officer，复核人office_head，原件存放于安委办 2 号柜" in case
    assert case.count("复核人office_head") == 2, "in the timeline and beside the document"
    assert "复核人office_head" in head.get(f"/cases/{case_id}/record").text
    supervised = browse("principal").get(f"/cases/{case_id}").text
    assert "复核人office_head" not in supervised


def test_the_signer_sees_on_the_own_step_that_paper_waits(
    world: World, browse: Browse, draft: tuple[int, str]
) -> None:
    address = draft[1]
    browse("committee_officer").post(address, **sheet(world))
    page = browse("signatory").get(address.removesuffix("/paper")).text
    assert "登记线下签署，待复核" in page
    assert f"/paper/{only_registration(world).id}" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"signer_id": ""}, "请选择签署人"),
        ({"decision": ""}, "请选择纸质件上的决定"),
        ({"decision": "passed"}, "不在可选范围内"),
        ({"decision": "returned", "opinion": ""}, "请填写签发意见"),
        ({"signed_on": ""}, "请填写签署日期"),
        ({"signed_on": "2026-01-01"}, "签署日期不能早于这一步到达的日期"),
        ({"original_place": ""}, "请填写原件存放地点"),
        ({"uploads": []}, "请上传签字原件扫描件"),
    ],
)
def test_what_the_sheet_lacks_is_named_and_what_was_typed_stays(
    world: World, browse: Browse, draft: tuple[int, str], changes: dict[str, object], said: str
) -> None:
    answer = browse("committee_officer").post(draft[1], **sheet(world, **changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert ("同意挂牌。" in answer.text) == ("opinion" not in changes)


def test_the_page_names_the_draft_that_is_signed_by_its_short_hash(
    world: World, browse: Browse, draft: tuple[int, str]
) -> None:
    clerk = browse("committee_officer")
    with reading(world.engine) as session:
        sha256 = session.execute(
            sa.text("SELECT draft_sha256 FROM document WHERE draft_sha256 IS NOT NULL")
        ).scalar_one()
    for address in (draft[1], f"{draft[1]}/sheet"):
        page = clerk.get(address).text
        assert sha256[:16] in page
        assert sha256 not in re.sub(r'value="[0-9a-f]{64}"', "", page)
    assert "□ 签发" in clerk.get(f"{draft[1]}/sheet").text


def test_who_registers_nothing_here_is_told_who_does(
    browse: Browse, draft: tuple[int, str]
) -> None:
    answer = browse("signatory").get(draft[1])
    assert answer.status_code == 403
    assert "由办理单位的经办人员登记" in answer.text
    assert browse("rival_principal").get(draft[1]).status_code == 404


def test_the_registrar_sees_own_registration_without_buttons(
    world: World, browse: Browse, draft: tuple[int, str]
) -> None:
    clerk = browse("committee_officer")
    clerk.post(draft[1], **sheet(world))
    address = f"/paper/{only_registration(world).id}"
    assert 'name="confirm"' not in clerk.get(address).text
    answer = clerk.post(address, confirm="yes")
    assert answer.status_code == 403
    assert "不能复核自己登记的" in answer.text
    assert browse("principal").get(address).status_code == 404


def test_a_scan_is_saved_by_those_concerned_only(
    world: World, browse: Browse, draft: tuple[int, str]
) -> None:
    browse("committee_officer").post(draft[1], **sheet(world))
    row = only_registration(world)
    head = browse("office_head")
    link = re.search(rf"/paper/{row.id}/scans/\d+", head.get(f"/paper/{row.id}").text)
    assert link is not None
    answer = head.get(link[0])
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert browse("principal").get(link[0]).status_code == 404
    assert head.get(f"/paper/{row.id}/scans/999").status_code == 404


def test_a_refusal_needs_its_reason_and_reaches_the_registrar(
    world: World, browse: Browse, draft: tuple[int, str]
) -> None:
    clerk, head = browse("committee_officer"), browse("office_head")
    clerk.post(draft[1], **sheet(world))
    address = f"/paper/{only_registration(world).id}"
    answer = head.post(address, refuse="yes", reason="")
    assert answer.status_code == 422
    assert "请填写不一致之处" in answer.text
    assert head.post(address, refuse="yes", reason="不是本人签名。").status_code == 303
    assert "已退回" in clerk.get("/paper").text
    assert "不是本人签名。" in clerk.get(address).text


def test_a_case_that_moved_on_is_told_and_the_registration_stays_as_void(
    world: World, browse: Browse, draft: tuple[int, str]
) -> None:
    case_id, step = draft
    browse("committee_officer").post(step, **sheet(world))
    number = only_registration(world).id
    world.do("signatory", case_id, SIGN)
    head = browse("office_head")
    answer = head.post(f"/paper/{number}", confirm="yes")
    assert answer.status_code == 409
    assert "这一步已由signatory于" in answer.text
    assert only_registration(world).state == PaperState.VOID
    assert "已经失效" in head.get(f"/paper/{number}").text
    with reading(world.engine) as session:
        signed = session.scalars(sa.select(Act).where(Act.action == SIGN)).all()
    assert len(signed) == 1


def test_confirmed_a_second_time_it_is_said_who_was_first(
    world: World, browse: Browse, draft: tuple[int, str]
) -> None:
    browse("committee_officer").post(draft[1], **sheet(world))
    address = f"/paper/{only_registration(world).id}"
    browse("office_head").post(address, confirm="yes")
    answer = browse("signatory").post(address, confirm="yes")
    assert answer.status_code == 409
    assert "已由office_head于" in answer.text


def test_a_verification_on_paper_asks_for_what_the_verification_asks_for(
    world: World, browse: Browse
) -> None:
    case_id = world.file_report(criterion=None)
    address = f"/cases/{case_id}/tasks/{world.task_id(case_id, Action.VERIFY_HAZARD)}/paper"
    clerk = browse("case_officer")
    page = clerk.get(address).text
    assert 'name="listing_conditions"' in page
    assert 'name="clause_key"' in page
    values = {
        "signer_id": str(world.person_ids["second_officer"]),
        "decision": "major",
        "verified_on": local_date(world.now).isoformat(),
        "findings": "现场核实属实。",
        "co_officer": "丙（证号003）",
        "listing_conditions": ["needs_suspension"],
        "document": "示例判定标准",
        "document_number": "示例〔2026〕1号",
        "article": "第四条",
        "wording": "存在示例情形的，为重大事故隐患。",
        "signed_on": local_date(world.now).isoformat(),
        "original_place": "应急局档案室",
        "uploads": [scan()],
    }
    lacking = clerk.post(address, **{**values, "wording": "", "uploads": [scan()]})
    assert lacking.status_code == 422
    assert clerk.post(address, **values).status_code == 303
    number = only_registration(world).id
    page = browse("department_head").get(f"/paper/{number}").text
    assert "存在示例情形的，为重大事故隐患。" in page
    assert browse("department_head").post(f"/paper/{number}", confirm="yes").status_code == 303
    with reading(world.engine) as session:
        act = session.scalars(sa.select(Act).where(Act.action == Action.VERIFY_HAZARD)).one()
        assert act.content["criterion"]["wording"] == values["wording"]
        assert act.person_id == world.person_ids["second_officer"]
