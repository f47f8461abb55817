"""The pages of written authorities: who sees them, what they refuse, and what is kept."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from services import accounts
from services.database import transaction
from services.models.organisation import Post
from services.models.succession import Substitution
from services.settings import Settings
from tests.builders import PEOPLE, World
from tests.integration.test_substitutions import SCAN, arrange, propose
from web.app import create_app
from web.guards import OPEN_WITHOUT_POST, ROUTES
from workflows.vocabulary import Action

PASSWORD = "only for these pages"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HOME = "/administration/substitutions"


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in PEOPLE:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def visit(app: Flask) -> Callable[[str], FlaskClient]:
    """A signed-in browser of a person."""

    def sign_in(name: str) -> FlaskClient:
        client = app.test_client()
        data = {"username": name, "password": PASSWORD, "csrf_token": token(client, "/sign-in")}
        assert client.post("/sign-in", data=data).status_code == 302
        return client

    return sign_in


def token(client: FlaskClient, address: str = "/account") -> str:
    found = TOKEN.search(client.get(address).text)
    assert found is not None
    return found[1]


def send(client: FlaskClient, address: str, **values: object) -> TestResponse:
    data = {"csrf_token": token(client), **values}
    return client.post(address, data=data, content_type="multipart/form-data")


def filled(world: World, **changes: object) -> dict[str, object]:
    today = world.now.date()
    return {
        "nonce": "0" * 32,
        "substitute_id": str(world.person_ids["second_officer"]),
        "from_on": today.isoformat(),
        "to_on": (today + timedelta(days=5)).isoformat(),
        "reason": "business_trip",
        "note": "赴省参加检查",
        "authority": (io.BytesIO(picture()), "授权书.png"),
        **changes,
    }


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (250, 250, 250)).save(buffer, "PNG")
    return buffer.getvalue()


def post_of(world: World, name: str) -> int:
    with transaction(world.engine) as session:
        return session.scalars(
            sa.select(Post.id).where(Post.person_id == world.person_ids[name])
        ).one()


def count(world: World) -> int:
    with transaction(world.engine) as session:
        return session.scalars(sa.select(sa.func.count(Substitution.id))).one()


def test_from_the_proposal_to_both_names_in_the_timeline(
    world: World, visit: Callable[[str], FlaskClient]
) -> None:
    officer, head = visit("case_officer"), visit("department_head")
    address = f"{HOME}/new/{post_of(world, 'case_officer')}"
    assert officer.get(f"{HOME}/new").location == address
    for _ in range(2):
        answer = send(officer, address, **filled(world))
        assert answer.status_code == 303
    assert count(world) == 1
    page = officer.get(answer.location)
    assert "等待批准" in page.text
    assert "批准代办" not in page.text
    assert "1 份人员、机构手续等您批准" in head.get("/tasks").text
    assert send(head, f"{answer.location}/confirm").status_code == 303
    substitute = visit("second_officer")
    assert "代case_officer" in substitute.get("/account").text
    case_id = world.file_report()
    world.do("second_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES)
    assert "second_officer</b>" in head.get(f"/cases/{case_id}").text  # in the own post


def test_an_act_is_shown_with_both_names_and_the_authority(
    world: World, visit: Callable[[str], FlaskClient]
) -> None:
    number = arrange(world, "department_head", "reviewer", confirmed_by="office_head")
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.walk(
        case_id,
        ("case_officer", Action.VERIFY_HAZARD),
        ("case_officer", Action.ISSUE_RECTIFICATION_ORDER),
    )
    task = world.task_id(case_id, Action.CONFIRM_VERDICT)
    brief = visit("reviewer").get(f"/cases/{case_id}/tasks/{task}").text
    assert "reviewer代department_head" in brief
    world.do("reviewer", case_id, Action.CONFIRM_VERDICT)
    for name in ("safety_officer", "case_officer"):
        reader = visit(name)
        for tab in ("", "/record", "/diagram?process=intake"):
            assert "reviewer代department_head" in reader.get(f"/cases/{case_id}{tab}").text
        authority = reader.get(f"{HOME}/{number}/authority")
        assert authority.data == SCAN.data
        assert authority.headers["Content-Disposition"].startswith("attachment")
    assert (
        "已由reviewer代department_head于"
        in visit("department_head").get(f"/cases/{case_id}/tasks/{task}").text
    )


def test_an_authority_is_out_of_sight_of_others(
    world: World, visit: Callable[[str], FlaskClient]
) -> None:
    number = propose(world, "case_officer", "second_officer")
    for name in ("rival_principal", "other_officer", "reviewer", "safety_officer"):
        stranger = visit(name)
        for address in (f"{HOME}/{number}", f"{HOME}/{number}/authority"):
            assert stranger.get(address).status_code == 404
        assert "second_officer" not in stranger.get(HOME).text
    for name in ("case_officer", "second_officer", "department_head"):
        concerned = visit(name)
        assert "second_officer" in concerned.get(HOME).text
        assert concerned.get(f"{HOME}/{number}/authority").status_code == 200


def test_refusals_keep_what_was_typed(world: World, visit: Callable[[str], FlaskClient]) -> None:
    officer = visit("case_officer")
    address = f"{HOME}/new/{post_of(world, 'case_officer')}"
    wrong: list[tuple[dict[str, object], str]] = [
        ({"authority": (io.BytesIO(b""), "")}, "请上传书面授权书扫描件"),
        ({"authority": (io.BytesIO(b"MZ"), "授权书.exe")}, "不是允许的类型"),
        ({"substitute_id": str(world.person_ids["principal"])}, "不在可选范围内"),
        ({"to_on": "2026-09-01"}, "最长 90 天"),
        ({"from_on": "2026-02-01"}, "不能早于今天"),
        ({"reason": "other", "note": ""}, "请填写说明"),
    ]
    for changes, sentence in wrong:
        answer = send(officer, address, **filled(world, **changes))
        assert answer.status_code == 422
        assert sentence in answer.text
        if "note" not in changes:
            assert "赴省参加检查" in answer.text
    assert count(world) == 0


def test_the_buttons_are_refused_to_whom_they_do_not_belong(
    world: World, visit: Callable[[str], FlaskClient]
) -> None:
    number = propose(world, "case_officer", "second_officer")
    for name in ("case_officer", "second_officer", "office_head", "rival_principal"):
        assert send(visit(name), f"{HOME}/{number}/confirm").status_code == 403
    assert send(visit("rival_principal"), f"{HOME}/{number}/revoke").status_code == 403
    head = visit("department_head")
    assert send(head, f"{HOME}/{number}/confirm").status_code == 303
    again = send(head, f"{HOME}/{number}/confirm")
    assert again.status_code == 409
    assert "department_head" in again.text
    assert send(visit("second_officer"), f"{HOME}/{number}/revoke").status_code == 303
    assert "已撤销" in head.get(f"{HOME}/{number}").text
    assert head.get(f"{HOME}/999").status_code == 404


def test_what_no_longer_fits_is_said_to_the_second_person(
    world: World, visit: Callable[[str], FlaskClient]
) -> None:
    first = propose(world, "case_officer", "second_officer")
    second = propose(world, "case_officer", "reviewer")
    head = visit("department_head")
    send(head, f"{HOME}/{first}/confirm")
    answer = send(head, f"{HOME}/{second}/confirm")
    assert "已有代办授权" in head.get(answer.location).text


def test_another_persons_post_cannot_be_given_away(
    world: World, visit: Callable[[str], FlaskClient]
) -> None:
    officer = visit("case_officer")
    for name in ("second_officer", "department_head", "principal"):
        assert officer.get(f"{HOME}/new/{post_of(world, name)}").status_code == 404
    head = visit("department_head")
    assert "second_officer" in head.get(f"{HOME}/new").text
    assert head.get(f"{HOME}/new/{post_of(world, 'second_officer')}").status_code == 200


def test_a_leaver_is_handed_over_page_by_page(
    world: World, visit: Callable[[str], FlaskClient]
) -> None:
    world.file_report()
    head, admin = visit("department_head"), visit("system_admin")
    assert "case_officer" in admin.get("/administration/departures/new").text
    assert "principal" not in head.get("/administration/departures/new").text
    address = f"/administration/departures/new/{world.person_ids['case_officer']}"
    assert visit("case_officer").get(address).status_code == 403
    assert "second_officer" in admin.get(address).text
    refused = send(admin, address, nonce="1" * 32, last_on="2026-01-01", note="调离机关")
    assert refused.status_code == 422
    assert "最早为昨天" in refused.text
    assert "调离机关" in refused.text
    values = {"nonce": "1" * 32, "last_on": world.now.date().isoformat(), "note": "调离机关"}
    answer = send(admin, address, **values)
    assert answer.status_code == 303
    assert send(admin, address, **values).location == answer.location
    assert "1 份人员、机构手续等您批准" in head.get("/tasks").text
    assert visit("rival_principal").get(answer.location).status_code == 404
    assert send(admin, f"{answer.location}/confirm").status_code == 403
    assert send(head, f"{answer.location}/confirm").status_code == 303
    deed = head.get(answer.location).text
    assert "现场核查" in deed
    assert "second_officer" in deed


def test_without_a_post_only_the_own_account_is_open(
    world: World, app: Flask, visit: Callable[[str], FlaskClient]
) -> None:
    case_id = world.file_report()
    leaver = visit("second_reviewer")
    assert leaver.get("/cases").status_code == 200
    number = post_of(world, "second_reviewer")
    with transaction(world.engine) as session:
        session.get_one(Post, number).valid_to = world.now.date()
    world.later(days=1)
    leaver = visit("second_reviewer")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        adapter = app.url_map.bind("localhost")
        values = dict.fromkeys(rule.arguments, case_id)
        try:
            address = adapter.build(rule.endpoint, values)
        except Exception:  # noqa: BLE001  # an address with a text in it
            continue
        access = ROUTES[rule.endpoint]
        if access.signed_in and rule.endpoint not in OPEN_WITHOUT_POST:
            assert leaver.get(address).location == "/account", address
    page = leaver.get("/account")
    assert "目前没有任何岗位" in page.text
    assert "代办授权" not in page.text
    assert send(leaver, f"/cases/{case_id}/criterion").status_code == 403


def test_an_organisation_is_dissolved_page_by_page(
    world: World, visit: Callable[[str], FlaskClient]
) -> None:
    case_id = world.file_report()
    admin, head = visit("system_admin"), visit("office_head")
    home = "/administration/dissolutions"
    assert "示例市应急管理局" in admin.get(f"{home}/new").text
    address = f"{home}/new/{world.ids['department']}"
    assert head.get(address).status_code == 403
    form = admin.get(address).text
    assert "示例市住建局" in form
    assert "示例市安委办" not in form.split("<main", 1)[1].split("</select>")[0]
    values: dict[str, object] = {
        "nonce": "2" * 32,
        "successor_id": str(world.ids["other_department"]),
        "dissolved_on": world.now.date().isoformat(),
        "document_number": "示例编〔2026〕1号",
        "post_ids": str(post_of(world, "case_officer")),
    }
    refused = send(admin, address, **values)
    assert refused.status_code == 422
    assert "请上传撤并文件扫描件" in refused.text
    assert "示例编〔2026〕1号" in refused.text
    scan = {"document": (io.BytesIO(picture()), "通知.png")}
    answer = send(admin, address, **values, **scan)
    assert answer.status_code == 303
    assert "1 件，以确认时为准" in head.get(answer.location).text
    assert send(admin, f"{answer.location}/confirm").status_code == 403
    assert send(head, f"{answer.location}/confirm").status_code == 303
    assert head.get(f"{answer.location}/document").status_code == 200
    assert visit("principal").get(answer.location).status_code == 403
    page = visit("principal").get(f"/cases/{case_id}").text
    assert "机构撤并" in page
    assert "示例市住建局" in page
    again = send(admin, address, **values, document=(io.BytesIO(picture()), "通知.png"))
    assert again.location == answer.location or again.status_code == 404
