"""撤回 on the pages: offered to whom, what the page says, and what is seen of it afterwards."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from services import accounts
from services.database import transaction
from services.settings import Settings
from tests.builders import CLAUSE, PHOTO, World
from web.app import create_app
from workflows.vocabulary import Action

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WHO = (
    "case_officer",
    "second_officer",
    "safety_officer",
    "principal",
    "rival_principal",
    "department_head",
    "committee_officer",
    "office_head",
)
Browse = Callable[[str], FlaskClient]


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in WHO:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def browse(app: Flask) -> Browse:
    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        assert send(client, "/sign-in", username=name, password=PASSWORD).status_code == 302
        return client

    return enter


def send(client: FlaskClient, address: str, page: str = "", **values: object) -> TestResponse:
    token = TOKEN.search(page or client.get(address).text)
    assert token is not None
    headers = {"Sec-Fetch-Site": "same-origin"}
    return client.post(address, data={"csrf_token": token[1], **values}, headers=headers)


def words(text: str) -> str:
    return re.sub(r"\s+", "", "".join(str(part) for part in html.fromstring(text).itertext()))


def verified_case(world: World) -> tuple[int, str]:
    """A case that was just verified, and the address at which that is taken back."""
    case_id = world.file_report(criterion=None)
    act_id = world.do(
        "case_officer",
        case_id,
        Action.VERIFY_HAZARD,
        criterion=CLAUSE,
        uploads=(PHOTO,),
        opinion="初步意见。",
    ).act_id
    return case_id, f"/cases/{case_id}/acts/{act_id}/take-back"


def test_it_is_offered_to_the_person_who_acted_last_and_to_nobody_else(
    world: World, browse: Browse
) -> None:
    case_id, address = verified_case(world)
    assert address in browse("case_officer").get(f"/cases/{case_id}").text
    for name in ("second_officer", "department_head", "safety_officer"):
        assert "take-back" not in browse(name).get(f"/cases/{case_id}").text
    world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT)
    assert "take-back" not in browse("case_officer").get(f"/cases/{case_id}").text


def test_the_page_says_what_will_happen(world: World, browse: Browse) -> None:
    _case_id, address = verified_case(world)
    page = words(browse("case_officer").get(address).text)
    assert "撤回“现场核查”" in page
    assert "“现场核查”恢复为待办，办理期限仍为2026-03-09" in page
    assert "不再等待办理：确认判定结论（示例市应急管理局）；其期限随之终止" in page
    assert "签发稿" not in page
    assert "标为“已撤回”" in page


def test_a_frozen_draft_that_becomes_void_is_said(world: World, browse: Browse) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    act_id = world.do("committee_officer", case_id, Action.PROPOSE_LISTING).act_id
    page = browse("committee_officer").get(f"/cases/{case_id}/acts/{act_id}/take-back").text
    assert "生成的签发稿作废" in page


def test_taken_back_it_is_marked_everywhere_and_the_form_begins_with_it(
    world: World, browse: Browse
) -> None:
    case_id, address = verified_case(world)
    client = browse("case_officer")
    answer = send(client, address, opinion="认定依据选错。")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "已撤回。重新待办：现场核查（示例市应急管理局，期限2026-03-09）。" in words(page)
    for part in ("", "/diagram", "/record"):
        text = words(client.get(f"/cases/{case_id}{part}").text)
        assert "已撤回" in text
        assert "由本人撤回，不再作为办理依据。理由：认定依据选错。" in text
    assert "<s>现场核查</s>" in client.get(f"/cases/{case_id}/record").text
    form = client.get(f"/cases/{case_id}/tasks/{world.task_id(case_id, Action.VERIFY_HAZARD)}").text
    assert "已带出上次填报的内容" in form
    for typed in ("现场核实属实。", "乙（证号002）", "示例判定标准", "初步意见。"):
        assert typed in form
    other = browse("second_officer").get(
        f"/cases/{case_id}/tasks/{world.task_id(case_id, Action.VERIFY_HAZARD)}"
    )
    assert "已带出上次填报的内容" not in other.text


def test_what_is_shown_to_decide_on_leaves_it_out(world: World, browse: Browse) -> None:
    case_id, address = verified_case(world)
    send(browse("case_officer"), address, opinion="选错。")
    world.do(
        "case_officer",
        case_id,
        Action.VERIFY_HAZARD,
        findings="重新核查。",
        criterion=CLAUSE,
        uploads=(PHOTO,),
    )
    task = world.task_id(case_id, Action.CONFIRM_VERDICT)
    page = browse("department_head").get(f"/cases/{case_id}/tasks/{task}").text
    assert "重新核查。" in page
    assert "现场核实属实。" not in page
    assert "初步意见。" not in page


def test_the_diagram_is_coloured_as_if_it_had_not_been(world: World, browse: Browse) -> None:
    case_id, address = verified_case(world)
    client = browse("case_officer")

    def drawn() -> str:
        page = html.fromstring(client.get(f"/cases/{case_id}/diagram?process=intake").text)
        states = page.xpath("//*[@data-element-id]/@class")
        assert isinstance(states, list)
        return " | ".join(map(str, states))

    taken = drawn()
    send(client, address, opinion="选错。")
    again = drawn()
    assert taken != again
    fresh = world.file_report(nonce="another", criterion=None)
    page = html.fromstring(client.get(f"/cases/{fresh}/diagram?process=intake").text)
    assert again == " | ".join(map(str, page.xpath("//*[@data-element-id]/@class")))  # type: ignore[arg-type]


def test_a_missing_reason_is_named_and_nothing_happens(world: World, browse: Browse) -> None:
    case_id, address = verified_case(world)
    answer = send(browse("case_officer"), address, opinion="  ")
    assert answer.status_code == 422
    assert "请填写撤回理由" in answer.text
    assert Action.CONFIRM_VERDICT in world.open_steps(case_id)


def test_who_was_faster_is_told_and_the_reason_is_kept(world: World, browse: Browse) -> None:
    case_id, address = verified_case(world)
    client = browse("case_officer")
    page = client.get(address).text
    world.later(minutes=4)
    world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT)
    for answer in (client.get(address), send(client, address, page, opinion="写错了的理由。")):
        assert answer.status_code == 409
        assert "safety_officer已于 2026-03-02 09:04 在本事项中办理了“填报续报”" in answer.text
    assert "写错了的理由。" in answer.text


def test_the_next_person_is_told_that_it_was_taken_back(world: World, browse: Browse) -> None:
    case_id, address = verified_case(world)
    task = world.task_id(case_id, Action.CONFIRM_VERDICT)
    send(browse("case_officer"), address, opinion="选错。")
    answer = browse("department_head").get(f"/cases/{case_id}/tasks/{task}")
    assert answer.status_code == 409
    assert "case_officer已于 2026-03-02 09:00 撤回“现场核查”" in answer.text


def test_others_are_refused_and_strangers_see_nothing(world: World, browse: Browse) -> None:
    case_id, address = verified_case(world)
    for name, status in (("second_officer", 403), ("principal", 403), ("rival_principal", 404)):
        client = browse(name)
        assert client.get(address).status_code == status
        assert send(client, address, client.get("/account").text, opinion="x").status_code == status
    assert browse("case_officer").get(f"/cases/{case_id}/acts/999/take-back").status_code == 404
    assert browse("case_officer").get(f"/cases/{case_id + 1}/acts/1/take-back").status_code == 404


def test_what_was_said_inside_stays_inside(world: World, browse: Browse) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    act_id = world.do(
        "committee_officer", case_id, Action.PROPOSE_LISTING, reason="内部提出的理由。"
    ).act_id
    address = f"/cases/{case_id}/acts/{act_id}/take-back"
    send(browse("committee_officer"), address, opinion="内部撤回的理由。")
    for part in ("", "/diagram", "/record"):
        outside = browse("principal").get(f"/cases/{case_id}{part}").text
        assert "内部" not in outside.replace("内部审签，内容不对外", "")
        assert "已撤回" in outside
        assert "内部撤回的理由。" in browse("office_head").get(f"/cases/{case_id}{part}").text


def test_a_draft_kept_for_the_step_goes_before_what_was_taken_back(
    world: World, browse: Browse
) -> None:
    case_id, address = verified_case(world)
    client = browse("case_officer")
    send(client, address, opinion="选错。")
    task = f"/cases/{case_id}/tasks/{world.task_id(case_id, Action.VERIFY_HAZARD)}"
    send(client, task, draft="yes", findings="后来写的。")
    page = client.get(task).text
    assert "后来写的。" in page
    assert "现场核实属实。</textarea>" not in page
