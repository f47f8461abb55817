"""The administrators' pages and the links, as a visitor and as an attacker."""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services import accounts
from services.clock import local_date
from services.database import reading, transaction
from services.models.account import Account
from services.models.administration import (
    AdministrationEntry,
    AdministrationProposal,
    PasswordRequest,
)
from services.models.organisation import Organisation, Person, Post
from services.password_links import make_link
from services.second_factor import enrol
from services.settings import Settings
from tests.builders import COUNTY, World
from web import headers
from web.app import create_app
from web.guards import ROUTES
from workflows.administration import ADMINISTRATORS, ProposalState
from workflows.vocabulary import Action

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
NEW = "另一个足够长的新密码一二三"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ADMINS = ("system_admin", "security_admin", "audit_admin")
PEOPLE = (*ADMINS, "case_officer", "principal")
Browse = Callable[[str], FlaskClient]


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in PEOPLE:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def browse(app: Flask, world: World) -> Browse:
    """A signed-in browser of this person."""

    def sign_in(name: str) -> FlaskClient:
        client = app.test_client()
        with transaction(world.engine) as session:
            attempt = accounts.Attempt(None, world.person_ids[name], None)
            token = accounts.open_session(session, attempt, world.now)
        client.set_cookie("guapai_session", token)
        return client

    return sign_in


def token_of(client: FlaskClient, address: str) -> str:
    found = TOKEN.search(client.get(address).text)
    assert found is not None, address
    return found[1]


def send(client: FlaskClient, address: str, shown: str = "", **data: object) -> TestResponse:
    token = token_of(client, shown or address)
    return client.post(address, data={**data, "csrf_token": token})


def invitation(world: World, name: str = "case_officer") -> str:
    with transaction(world.engine) as session:
        return make_link(session, world.person_ids[name], None, world.now).code


def password_hash(world: World, name: str) -> str:
    with reading(world.engine) as session:
        return session.scalars(
            sa.select(Account.password_hash).where(Account.username == name)
        ).one()


def proposed(world: World) -> list[AdministrationProposal]:
    with reading(world.engine) as session:
        return list(
            session.scalars(sa.select(AdministrationProposal).order_by(AdministrationProposal.id))
        )


ORGANISATION = {
    "kind": "enterprise",
    "name": "示例新建煤业",
    "division_code": COUNTY,
    "sector": "coal_mine",
    "reason": "营业执照",
}


# Who sees what


def test_every_business_page_is_closed_to_the_three(
    app: Flask, browse: Browse, world: World
) -> None:
    case_id = world.file_report(hazard_name="金丝雀隐患")
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    values: dict[str, Any] = {"case_id": case_id, "task_id": task_id}
    # The system administrator prepares deeds of succession; they name posts, never cases.
    own = {
        "account",
        "sign_in",
        "static",
        "front",
        "password_links",
        "administration",
        "departures",
        "dissolutions",
        "succession",
    }
    for name in ADMINS:
        client = browse(name)
        for rule in app.url_map.iter_rules():
            assert rule.methods is not None
            if rule.endpoint.split(".")[0] in own or "GET" not in rule.methods:
                continue
            known: dict[str, Any] = {part: values.get(part, case_id) for part in rule.arguments}
            with app.test_request_context():
                address = app.url_for(rule.endpoint, **known)
            if not ROUTES[rule.endpoint].signed_in:
                continue
            answer = client.get(address)
            assert "金丝雀" not in answer.text
            if not ROUTES[rule.endpoint].roles & ADMINISTRATORS:
                assert answer.status_code in (403, 404), (name, address)


def test_what_the_three_see_names_no_case(browse: Browse, world: World) -> None:
    world.file_report(hazard_name="金丝雀隐患", description="金丝雀描述")
    for name in ADMINS:
        client = browse(name)
        for address in (
            "/administration",
            "/administration/organisations",
            "/administration/persons",
            "/administration/changes",
            "/administration/log?check=1",
            "/account",
            "/",
        ):
            assert "金丝雀" not in client.get(address).text


def test_no_route_about_cases_admits_an_administrator() -> None:
    about_cases = ("cases.", "documents.", "tasks.", "own_work.", "reports.", "registration.")
    for endpoint, access in ROUTES.items():
        if access.signed_in and endpoint.startswith(about_cases):
            assert not any(access.admits(frozenset({role})) for role in ADMINISTRATORS), endpoint


@pytest.mark.parametrize("name", ["case_officer", "principal"])
def test_administration_is_closed_to_all_others(browse: Browse, name: str) -> None:
    client = browse(name)
    for address in (
        "/administration",
        "/administration/organisations",
        "/administration/organisations/new",
        "/administration/persons",
        "/administration/persons/1",
        "/administration/changes",
        "/administration/log",
    ):
        assert client.get(address).status_code == 403


def test_each_of_the_three_opens_its_own_pages_only(browse: Browse) -> None:
    expected = {
        "/administration": {"system_admin", "security_admin", "audit_admin"},
        "/administration/organisations": {"system_admin", "security_admin"},
        "/administration/organisations/new": {"system_admin"},
        "/administration/persons": {"system_admin", "security_admin"},
        "/administration/persons/new": {"system_admin"},
        "/administration/changes": {"system_admin", "security_admin"},
        "/administration/log": {"audit_admin"},
    }
    for name in ADMINS:
        client = browse(name)
        for address, admitted in expected.items():
            status = client.get(address).status_code
            assert status == (200 if name in admitted else 403), (name, address)
        assert "/account/phrases" not in client.get("/administration").text


def test_an_administrator_lands_on_the_overview(app: Flask) -> None:
    client = app.test_client()
    data = {"username": "system_admin", "password": PASSWORD, "next": ""}
    assert send(client, "/sign-in", **data).location == "/administration"
    assert 'href="/administration"' in client.get("/").text
    officer = app.test_client()
    data = {"username": "case_officer", "password": PASSWORD, "next": ""}
    assert send(officer, "/sign-in", **data).location == "/home"


# Changes


def test_a_change_is_proposed_confirmed_and_read_in_the_log(browse: Browse, world: World) -> None:
    system, security, audit = (browse(name) for name in ADMINS)
    answer = send(system, "/administration/organisations/new", **ORGANISATION)
    assert answer.status_code == 303
    page = answer.location
    assert "等待安全保密管理员确认" in system.get(page).text
    assert "确认，立即生效" not in system.get(page).text
    text = security.get(page).text
    assert "示例新建煤业" in text
    assert "营业执照" in text
    assert send(security, f"{page}/decision", page, decision="confirm").status_code == 303
    assert "已确认并生效" in security.get(page).text
    with reading(world.engine) as session:
        found = session.scalars(sa.select(Organisation).filter_by(name="示例新建煤业")).one()
        assert found.inferred is False
    log = audit.get("/administration/log?check=1").text
    assert "完整，未发现改动" in log
    for word in ("示例新建煤业", "system_admin", "security_admin", "营业执照"):
        assert word in log


def test_a_change_is_refused_with_a_reason(browse: Browse, world: World) -> None:
    system, security = browse("system_admin"), browse("security_admin")
    page = send(system, "/administration/organisations/new", **ORGANISATION).location
    refused = send(security, f"{page}/decision", page, decision="refuse")
    assert refused.status_code == 422
    assert "请填写意见" in refused.text
    answer = send(security, f"{page}/decision", page, decision="refuse", opinion="依据不清")
    assert answer.status_code == 303
    assert "依据不清" in system.get(page).text


def test_a_decision_that_is_none_refuses_and_never_confirms(browse: Browse, world: World) -> None:
    page = send(
        browse("system_admin"), "/administration/organisations/new", **ORGANISATION
    ).location
    send(browse("security_admin"), f"{page}/decision", page, opinion="没有按钮")
    assert proposed(world)[0].state == ProposalState.REFUSED


def test_a_change_is_withdrawn_by_who_proposed_it(browse: Browse, world: World) -> None:
    system = browse("system_admin")
    page = send(system, "/administration/organisations/new", **ORGANISATION).location
    assert send(system, f"{page}/withdrawal", page).status_code == 303
    assert proposed(world)[0].state == ProposalState.WITHDRAWN
    late = browse("security_admin")
    token = token_of(late, "/administration/changes")
    answer = late.post(f"{page}/decision", data={"csrf_token": token, "decision": "confirm"})
    assert answer.status_code == 409


def test_a_wrong_form_keeps_what_was_typed(browse: Browse, world: World) -> None:
    wrong = {**ORGANISATION, "credit_code": "12345", "reason": "依据第一行"}
    answer = send(browse("system_admin"), "/administration/organisations/new", **wrong)
    assert answer.status_code == 422
    for text in ("示例新建煤业", "12345", "依据第一行", "校验位不对"):
        assert text in answer.text
    assert proposed(world) == []


def test_an_edit_shows_what_it_replaces(browse: Browse, world: World) -> None:
    system = browse("system_admin")
    address = f"/administration/organisations/{world.ids['rival']}/edit"
    assert "他人煤业" in system.get(address).text
    data: dict[str, Any] = {
        "name": "他人煤业有限公司",
        "division_code": COUNTY,
        "sector": "coal_mine",
        "supervised_by_id": world.ids["other_department"],
        "reason": "更名",
    }
    page = send(system, address, **data).location
    text = browse("security_admin").get(page).text
    assert "他人煤业</td>" in text
    assert "他人煤业有限公司</b>" in text


def test_a_person_is_added_invited_and_signs_in(app: Flask, browse: Browse, world: World) -> None:
    system, security = browse("system_admin"), browse("security_admin")
    data: dict[str, Any] = {
        "name": "新来的人",
        "username": "New.Officer",
        "organisation_id": world.ids["department"],
        "role": "case_officer",
        "title": "监察员",
        "valid_from": world.now.date().isoformat(),
        "reason": "任职文件",
    }
    page = send(system, "/administration/persons/new", **data).location
    asked = security.get(page).text
    assert "<dt>姓名</dt>" in asked
    assert "<dt>名称</dt>" not in asked
    send(security, f"{page}/decision", page, decision="confirm")
    with reading(world.engine) as session:
        person_id = session.scalars(sa.select(Person.id).filter_by(name="新来的人")).one()
    person = f"/administration/persons/{person_id}"
    assert "尚未设置密码" in system.get(person).text
    made = send(system, f"{person}/link", person)
    code = re.search(r"/set-password#([a-z2-7]{32})", made.text)
    assert code is not None
    assert send(system, f"{person}/link", person).status_code == 409
    visitor = app.test_client()
    shown = send(visitor, "/set-password", password_code=code[1])
    assert "new.officer" in shown.text
    fields = {"password_code": code[1], "password_new": NEW, "password_again": NEW}
    answer = send(visitor, "/set-password/new", "/set-password", **fields)
    assert answer.location == "/sign-in"
    assert "密码已设置" in visitor.get("/sign-in").text
    entered = send(visitor, "/sign-in", username="new.officer", password=NEW, next="")
    assert entered.status_code == 302


def test_a_post_is_given_and_ended(browse: Browse, world: World) -> None:
    system, security = browse("system_admin"), browse("security_admin")
    officer = world.person_ids["case_officer"]
    person = f"/administration/persons/{officer}"
    data: dict[str, Any] = {
        "organisation_id": world.ids["department"],
        "role": "expert",
        "title": "专家",
        "valid_from": world.now.date().isoformat(),
        "reason": "聘书",
    }
    unfit = send(system, f"{person}/posts/new", **{**data, "role": "enterprise_principal"})
    assert unfit.status_code == 422
    assert "没有这种岗位" in unfit.text
    page = send(system, f"{person}/posts/new", **data).location
    send(security, f"{page}/decision", page, decision="confirm")
    with reading(world.engine) as session:
        post_id = session.scalars(
            sa.select(Post.id).filter_by(person_id=officer, role="expert")
        ).one()
    late = send(system, f"{person}/posts/{post_id}/end", person, valid_to="2020-01-01", reason="x")
    assert late.status_code == 422
    assert "2020-01-01" in late.text
    today = world.now.date().isoformat()
    end = send(system, f"{person}/posts/{post_id}/end", person, valid_to=today, reason="解聘")
    send(security, f"{end.location}/decision", end.location, decision="confirm")
    with reading(world.engine) as session:
        assert session.get_one(Post, post_id).valid_to == world.now.date()


def test_a_disabled_account_is_thrown_out_at_once(browse: Browse, world: World) -> None:
    victim, system, security = (
        browse(name) for name in ("case_officer", "system_admin", "security_admin")
    )
    assert victim.get("/tasks").status_code == 200
    person = f"/administration/persons/{world.person_ids['case_officer']}"
    data = {"kind": "disable_account", "reason": "调离"}
    page = send(system, f"{person}/account", person, **data).location
    assert victim.get("/tasks").status_code == 200
    send(security, f"{page}/decision", page, decision="confirm")
    assert victim.get("/tasks").status_code == 302
    enable = send(system, f"{person}/account", person, kind="enable_account", reason="误停")
    assert enable.status_code == 303
    again = send(system, f"{person}/account", person, kind="disable_account", reason="调离")
    assert again.status_code == 422


def test_the_page_of_a_person_says_whether_there_is_a_device_to_reset(
    browse: Browse, world: World
) -> None:
    system, person_id = browse("system_admin"), world.person_ids["case_officer"]
    where = f"/administration/persons/{person_id}"
    page = system.get(where).text
    assert "此人没有绑定设备，无须重置" in page
    assert "恢复登录" not in page  # the account is not disabled
    with transaction(world.engine) as session:
        enrol(session, world.office.keys, person_id, "JBSWY3DPEHPK3PXP", world.now)
    page = system.get(where).text
    assert "此人没有绑定设备" not in page
    assert "确认后原设备作废" in page
    bound_on = local_date(world.now).isoformat()
    assert re.search(rf'动态口令设备 <span class="no-wrap">{bound_on} [0-9:]+</span> 绑定', page)


def test_records_that_do_not_exist_are_not_found(browse: Browse) -> None:
    client = browse("system_admin")
    for address in (
        "organisations/9999",
        "persons/9999",
        "changes/9999",
        "organisations/9999/edit",
    ):
        assert client.get(f"/administration/{address}").status_code == 404


# Links, as an attacker would try them


def test_a_used_link_is_answered_by_a_clear_page(app: Flask, world: World) -> None:
    code = invitation(world)
    client = app.test_client()
    fields = {"password_code": code, "password_new": NEW, "password_again": NEW}
    assert send(client, "/set-password/new", "/set-password", **fields).status_code == 303
    kept = password_hash(world, "case_officer")
    thief = app.test_client()
    for address in ("/set-password", "/set-password/new"):
        answer = send(thief, address, "/set-password", **fields)
        assert answer.status_code == 410
        assert "已经使用过" in answer.text
    assert password_hash(world, "case_officer") == kept


def test_an_expired_link_is_answered_by_a_clear_page(app: Flask, world: World) -> None:
    code = invitation(world)
    world.later(hours=73)
    answer = send(app.test_client(), "/set-password", password_code=code)
    assert answer.status_code == 410
    assert "已经过期" in answer.text


def test_a_link_in_the_hands_of_another_account_sets_no_other_password(
    browse: Browse, world: World
) -> None:
    code = invitation(world)
    other = browse("principal")
    shown = send(other, "/set-password", password_code=code)
    assert "不是您现在登录的账户" in shown.text
    fields = {"password_code": code, "password_new": NEW, "password_again": NEW}
    send(other, "/set-password/new", "/set-password", **fields, username="principal", person_id="1")
    assert password_hash(world, "principal") == HASH
    assert password_hash(world, "case_officer") != HASH


def test_who_forgot_the_password_signs_in_at_once_after_setting_a_new_one(
    app: Flask, world: World
) -> None:
    client = app.test_client()
    for _ in range(6):
        send(client, "/sign-in", username="case_officer", password="forgotten", next="")
    fields = {"password_code": invitation(world), "password_new": NEW, "password_again": NEW}
    send(client, "/set-password/new", "/set-password", **fields)
    entered = send(client, "/sign-in", username="case_officer", password=NEW, next="")
    assert entered.status_code == 302


def test_setting_the_password_throws_out_who_was_signed_in(browse: Browse, world: World) -> None:
    thief = browse("case_officer")
    code = invitation(world)
    owner = browse("principal")
    fields = {"password_code": code, "password_new": NEW, "password_again": NEW}
    send(owner, "/set-password/new", "/set-password", **fields)
    assert thief.get("/tasks").status_code == 302
    assert owner.get("/tasks").status_code == 200


def test_a_link_is_not_spent_without_the_form_token_or_from_another_site(
    app: Flask, world: World
) -> None:
    code = invitation(world)
    client = app.test_client()
    fields = {"password_code": code, "password_new": NEW, "password_again": NEW}
    assert client.post("/set-password/new", data=fields).status_code == 400
    token = token_of(client, "/set-password")
    answer = client.post(
        "/set-password/new",
        data={**fields, "csrf_token": token},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert password_hash(world, "case_officer") == HASH


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("short", "short", "至少 12 个字符"),
        (NEW, NEW + "x", "不一致"),
        ("case_officer case_officer", "case_officer case_officer", "不得包含用户名"),
        ("", "", "请填写新密码"),
    ],
)
def test_a_bad_password_spends_nothing(
    app: Flask, world: World, new: str, again: str, sentence: str
) -> None:
    code = invitation(world)
    client = app.test_client()
    fields = {"password_code": code, "password_new": new, "password_again": again}
    answer = send(client, "/set-password/new", "/set-password", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert send(client, "/set-password", password_code=code).status_code == 200


def test_the_code_is_in_no_log_no_address_and_no_kept_text(
    app: Flask, world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    code = invitation(world)
    client = app.test_client()
    shown = send(client, "/set-password", password_code=code)
    assert headers.HEADERS["Referrer-Policy"] == shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    assert not any(
        code in address for address in re.findall(r'(?:href|action)="([^"]*)"', shown.text)
    )

    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("web.routes.password_links.set_password_by_link", fail)
    fields = {"password_code": code, "password_new": NEW, "password_again": NEW}
    token = token_of(client, "/set-password")
    fault = client.post(
        "/set-password/new",
        data={**fields, "csrf_token": token},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert fault.status_code == 500
    assert code not in fault.text
    assert "Traceback" in caplog.text
    assert code not in caplog.text


# Forgotten passwords


def test_the_answer_is_the_same_whoever_is_named(app: Flask, world: World) -> None:
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Account).where(Account.username == "principal").values(disabled_at=world.now)
        )
    pages = []
    for name in ("case_officer", "nobody", "case_officer", "principal", "' OR 1=1"):
        answer = send(app.test_client(), "/forgotten-password", username=name)
        pages.append((answer.status_code, TOKEN.sub("", answer.text)))
    assert len(set(pages)) == 1
    assert "申请已受理" in pages[0][1]
    with reading(world.engine) as session:
        assert len(session.scalars(sa.select(PasswordRequest.id)).all()) == 2


def test_the_eleventh_request_from_one_network_is_refused(app: Flask, world: World) -> None:
    client = app.test_client()
    for number in range(10):
        assert send(client, "/forgotten-password", username=f"n{number}").status_code == 200
    for name in ("case_officer", "nobody"):
        answer = send(client, "/forgotten-password", username=name)
        assert answer.status_code == 429
        assert f'value="{name}"' in answer.text
        assert "一小时后再试" in answer.text


def test_the_system_administrator_sees_the_request_and_may_set_it_aside(
    app: Flask, browse: Browse, world: World
) -> None:
    send(app.test_client(), "/forgotten-password", username="case_officer")
    system = browse("system_admin")
    assert "核对身份并办理" in system.get("/administration").text
    assert "核对身份并办理" not in browse("security_admin").get("/administration").text
    person = world.person_ids["case_officer"]
    assert "申请重置密码" in system.get(f"/administration/persons/{person}").text
    send(system, f"/administration/persons/{person}/request/close", "/administration")
    assert "核对身份并办理" not in system.get("/administration").text
    with reading(world.engine) as session:
        assert session.scalars(sa.select(AdministrationEntry.kind)).all() == ["request_closed"]
