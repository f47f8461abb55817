"""领办, 转办, 交办 through HTTP: what pages offer, who is refused, and that no text is lost."""

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
from tests.builders import World
from web.app import create_app
from workflows.vocabulary import Action

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WHO = (
    "case_officer",
    "second_officer",
    "department_head",
    "safety_officer",
    "rival_principal",
    "committee_officer",
)
OWN_SITE = {"Sec-Fetch-Site": "same-origin"}
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in WHO:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        assert send(client, "/sign-in", username=name, password=PASSWORD).status_code == 302
        return client

    return enter


@pytest.fixture
def step(world: World) -> str:
    """The address of an open step that two officers could do."""
    return address(world, world.file_report())


def address(world: World, case_id: int, action: Action = Action.VERIFY_HAZARD) -> str:
    return f"/cases/{case_id}/tasks/{world.task_id(case_id, action)}"


def send(client: FlaskClient, where: str, page: str = "", **values: object) -> TestResponse:
    token = TOKEN.search(client.get(page or where).text) or TOKEN.search(client.get("/tasks").text)
    assert token is not None
    return client.post(where, data={"csrf_token": token[1], **values}, headers=OWN_SITE)


def give(world: World, to: str, kind: str, reason: str = "分工调整") -> dict[str, object]:
    return {f"{kind}-to_person_id": str(world.person_ids[to]), f"{kind}-reason": reason}


def words(answer: TestResponse) -> str:
    """The text of a page without its marks and line breaks."""
    return re.sub(r"\s+", " ", str(html.fromstring(answer.text).xpath("string()")))


def links(answer: TestResponse, where: str, which: str = "//a/@href") -> list[str]:
    found = html.fromstring(answer.text).xpath(where + which)
    assert isinstance(found, list)
    return [str(item) for item in found]


def test_one_button_claims_and_the_page_says_so_to_both(
    world: World, sign_in: SignIn, step: str
) -> None:
    first, second = sign_in("case_officer"), sign_in("second_officer")
    assert "领办后由您一人办理" in first.get(step).text
    answer = send(first, f"{step}/claim", step)
    assert (answer.status_code, answer.location) == (303, step)
    assert "由您领办（2026-03-02 09:00 起）" in words(first.get(step))
    theirs = second.get(step)
    assert "已由case_officer领办（2026-03-02 09:00）" in words(theirs)
    assert 'name="outcome"' not in theirs.text
    assert f"{step}/claim" not in theirs.text


def test_an_act_of_somebody_else_is_refused_by_name_and_the_text_is_kept(
    world: World, sign_in: SignIn, step: str
) -> None:
    first, second = sign_in("case_officer"), sign_in("second_officer")
    page = second.get(step).text
    send(first, f"{step}/claim", step)
    shown, token = re.search(r'name="shown" value="(\w+)"', page), TOKEN.search(page)
    assert shown is not None
    assert token is not None
    values = {"csrf_token": token[1], "shown": shown[1], "outcome": "major"}
    answer = second.post(
        step, data={**values, "findings": "现场核实属实，写了很久。"}, headers=OWN_SITE
    )
    assert answer.status_code == 409
    assert "已由case_officer领办（2026-03-02 09:00）" in answer.text
    assert "现场核实属实，写了很久。" in answer.text


def test_a_draft_may_still_be_kept_when_a_colleague_has_claimed(
    world: World, sign_in: SignIn, step: str
) -> None:
    first, second = sign_in("case_officer"), sign_in("second_officer")
    send(first, f"{step}/claim", step)
    answer = send(second, step, "/account", draft="yes", findings="先存着")
    assert answer.status_code == 303


def test_the_second_to_claim_is_told_who_was_first(
    world: World, sign_in: SignIn, step: str
) -> None:
    first, second = sign_in("case_officer"), sign_in("second_officer")
    send(first, f"{step}/claim", step)
    answer = send(second, f"{step}/claim", "/account")
    assert answer.status_code == 409
    assert "已由case_officer领办" in answer.text
    assert send(first, f"{step}/claim", "/account").status_code == 303


def test_the_list_parts_mine_the_shared_and_what_colleagues_took(
    world: World, sign_in: SignIn, step: str
) -> None:
    first, second = sign_in("case_officer"), sign_in("second_officer")
    assert step in links(first.get("/tasks"), "//section[@aria-labelledby='shared-title']")
    send(first, f"{step}/claim", "/tasks")
    assert step in links(first.get("/tasks"), "//section[@aria-labelledby='mine-title']")
    theirs = second.get("/tasks")
    assert step in links(theirs, "//details[@class='taken']")
    assert "已由case_officer领办" in words(theirs)
    waiting = len(links(theirs, "//section", "//a[@class='duty-link']/@href"))
    assert f"共 {waiting} 项" in words(theirs)


def test_what_is_given_back_is_shared_again(world: World, sign_in: SignIn, step: str) -> None:
    first, second = sign_in("case_officer"), sign_in("second_officer")
    send(first, f"{step}/claim", step)
    without = send(first, f"{step}/release", step, **{"release-reason": "  "})
    assert without.status_code == 422
    assert "请填写" in without.text
    answer = send(first, f"{step}/release", step, **{"release-reason": "外出检查"})
    assert (answer.status_code, answer.location) == (303, "/tasks")
    assert "已退回公共待办" in first.get("/tasks").text
    assert "领办后由您一人办理" in second.get(step).text


def test_a_step_is_handed_to_a_colleague_and_shown_as_given(
    world: World, sign_in: SignIn, step: str
) -> None:
    first, second = sign_in("case_officer"), sign_in("second_officer")
    answer = send(first, f"{step}/transfer", step, **give(world, "second_officer", "transfer"))
    assert answer.status_code == 303
    page = words(second.get(step))
    assert "由您领办" in page
    assert "case_officer转办：分工调整" in page
    assert "分工调整" not in words(first.get(step))


@pytest.mark.parametrize("to", ["department_head", "safety_officer", "rival_principal"])
def test_handing_over_to_somebody_without_the_duty_names_the_reason_and_keeps_the_text(
    world: World, sign_in: SignIn, step: str, to: str
) -> None:
    answer = send(
        sign_in("case_officer"), f"{step}/transfer", step, **give(world, to, "transfer", "我出差")
    )
    assert answer.status_code == 422
    assert "没有相应岗位，或者因回避不能办理" in answer.text
    assert "我出差" in answer.text


@pytest.mark.parametrize("value", ["", "x", "999999", "9" * 30])
def test_a_person_who_is_none_is_refused(sign_in: SignIn, step: str, value: str) -> None:
    values = {"transfer-to_person_id": value, "transfer-reason": "分工"}
    assert send(sign_in("case_officer"), f"{step}/transfer", step, **values).status_code == 422


def test_the_head_assigns_from_the_case_page_and_the_record_tells_it(
    world: World, sign_in: SignIn, step: str
) -> None:
    officer, head = sign_in("case_officer"), sign_in("department_head")
    send(officer, f"{step}/claim", step)
    case = step.split("/tasks", maxsplit=1)[0]
    assert f"{step}/assignment" in head.get(case).text
    assert f"{step}/assignment" not in officer.get(case).text
    page = head.get(f"{step}/assignment")
    assert "办理期限" in page.text
    assert page.status_code == 200
    assert "second_officer（" in page.text
    values = give(world, "second_officer", "delegate", "请于三日内现场核查")
    answer = send(head, f"{step}/delegate", f"{step}/assignment", **values)
    assert (answer.status_code, answer.location) == (303, case)
    shown = words(head.get(case))
    assert "已交办" in shown
    assert "已由second_officer领办" in shown
    assert "交给 second_officer，原由 case_officer 领办" in shown
    record = words(head.get(f"{case}/record"))
    assert "请于三日内现场核查" in record
    assert "各单位用时" in record
    outside = words(sign_in("safety_officer").get(f"{case}/record"))
    assert "请于三日内现场核查" not in outside
    assert "各单位用时" not in outside
    assert "内部分工，理由不对外" in outside


def test_nobody_but_a_head_assigns(world: World, sign_in: SignIn, step: str) -> None:
    values = give(world, "second_officer", "delegate")
    for name in ("case_officer", "safety_officer", "committee_officer"):
        answer = send(sign_in(name), f"{step}/delegate", "/account", **values)
        assert answer.status_code == 403, name


def test_a_foreign_case_is_not_there(world: World, sign_in: SignIn, step: str) -> None:
    rival = sign_in("rival_principal")
    assert rival.get(f"{step}/assignment").status_code == 404
    for kind in ("claim", "release", "transfer", "delegate"):
        values = give(world, "second_officer", kind)
        assert send(rival, f"{step}/{kind}", "/account", **values).status_code == 404, kind


def test_a_step_that_is_done_is_claimed_by_nobody(world: World, sign_in: SignIn, step: str) -> None:
    case_id = int(step.split("/")[2])
    world.do("second_officer", case_id, Action.VERIFY_HAZARD)
    answer = send(sign_in("case_officer"), f"{step}/claim", "/account")
    assert answer.status_code == 409
    assert "已由second_officer" in answer.text


def test_a_step_that_only_one_person_can_do_offers_no_claim(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    page = sign_in("committee_officer").get(address(world, case_id, Action.PROPOSE_LISTING))
    assert page.status_code == 200
    assert "领办" not in page.text
