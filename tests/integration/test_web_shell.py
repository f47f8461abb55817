"""The web shell: front page, signing in and out, headers, refusals, and what does not start."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services import accounts
from services.database import reading, transaction
from services.errors import ShownChangedError
from services.models.account import Account, LoginSession
from services.models.installation import Installation
from services.settings import Settings
from tests.builders import START, World
from web import app as web_app
from web import guards, headers
from web.app import create_app
from web.guards import RouteNotDeclaredError, check_routes, is_own_path
from workflows.vocabulary import Role

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
OTHER_MACHINE = {"REMOTE_ADDR": "10.0.0.9"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def settings(world: World, tmp_path: Path) -> Settings:
    url = world.engine.url.render_as_string(hide_password=False)
    return Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})


@pytest.fixture
def make_app(world: World, settings: Settings) -> Callable[..., Flask]:
    with transaction(world.engine) as session:
        for name in ("case_officer", "safety_officer"):
            accounts.create_account(session, world.person_ids[name], name, HASH)

    def make(**changes: object) -> Flask:
        changed = replace(settings, **changes)  # type: ignore[arg-type]
        return create_app(changed, office=world.office, now=lambda: world.now)

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def form_token(client: FlaskClient, address: str = "/sign-in") -> str:
    found = TOKEN.search(client.get(address).text)
    assert found is not None
    return found[1]


def sign_in(
    client: FlaskClient, name: str = "case_officer", password: str = PASSWORD, target: str = ""
) -> TestResponse:
    data = {"username": name, "password": password, "next": target}
    return client.post("/sign-in", data={**data, "csrf_token": form_token(client)})


def session_cookie(client: FlaskClient) -> str | None:
    cookie = client.get_cookie("guapai_session")
    return cookie.value if cookie else None


def mark_as_demonstration(world: World) -> None:
    with transaction(world.engine) as session:
        session.add(Installation(profile="shuozhou", demonstration=True, made_at=START))


def test_front_page_is_public_and_shows_no_case(client: FlaskClient, world: World) -> None:
    world.file_report()
    page = client.get("/")
    assert page.status_code == 200
    assert "12350" in page.text
    assert "主运输皮带" not in page.text


def test_signing_in_leads_to_a_page_with_name_and_posts(client: FlaskClient) -> None:
    assert sign_in(client).status_code == 302
    page = client.get("/account")
    assert page.status_code == 200
    assert "监管经办人" in page.text


def test_unknown_name_and_wrong_password_give_the_same_page(client: FlaskClient) -> None:
    pages = []
    for name in ("case_officer", "nobody"):
        answer = sign_in(client, name, "wrong password")
        assert answer.status_code == 422
        pages.append(TOKEN.sub("", answer.text).replace(name, "NAME"))
    assert pages[0] == pages[1]
    assert "用户名或密码不正确" in pages[0]


def test_sixth_try_is_refused_by_the_same_page_even_with_the_right_password(
    client: FlaskClient, world: World
) -> None:
    answers = [sign_in(client, password="wrong password") for _ in range(5)]
    refused = sign_in(client)
    assert refused.status_code == 422
    assert TOKEN.sub("", refused.text) == TOKEN.sub("", answers[0].text)
    world.later(minutes=30)
    assert sign_in(client).status_code == 302


def test_lock_holds_for_one_network_only(app: Flask) -> None:
    attacker = app.test_client()
    for _ in range(6):
        data = {"username": "case_officer", "password": "x", "csrf_token": form_token(attacker)}
        attacker.post("/sign-in", data=data, environ_base=OTHER_MACHINE)
    assert sign_in(app.test_client()).status_code == 302


def test_form_without_token_is_refused_for_every_unsafe_route(
    app: Flask, client: FlaskClient
) -> None:
    sign_in(client)
    for rule in app.url_map.iter_rules():
        if rule.methods and "POST" in rule.methods and not rule.arguments:
            answer = client.post(rule.rule)
            assert answer.status_code == 400, rule.rule
            assert "没有生效" in answer.text
    assert client.get("/account").status_code == 200


def test_form_from_another_site_is_refused(client: FlaskClient) -> None:
    token = form_token(client)
    for site in ("cross-site", "same-site"):
        answer = client.post(
            "/sign-in", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site}
        )
        assert answer.status_code == 403


def test_refused_form_gives_back_what_was_typed_but_no_secret(client: FlaskClient) -> None:
    data = {"opinion": "请先停产 <b>再整改</b>", "password": "整改 secret", "shown": "abcdef"}
    answer = client.post("/sign-in", data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert "请先停产 &lt;b&gt;再整改&lt;/b&gt;" in answer.text
    assert "secret" not in answer.text
    assert "abcdef" not in answer.text


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    sign_in(client)
    for address in ("/", "/sign-in", "/account", "/nothing", "/static/theme.css"):
        with client.get(address) as answer:
            pass
        for name, value in headers.HEADERS.items():
            assert answer.headers[name] == value, (address, name)
        kept = address.startswith("/static")
        assert ("no-store" in answer.headers["Cache-Control"]) is not kept
    assert "unsafe" not in headers.CONTENT_SECURITY_POLICY


def test_token_given_before_signing_in_is_worthless_after_it(
    app: Flask, client: FlaskClient
) -> None:
    client.set_cookie("guapai_session", "chosen-by-somebody-else")
    sign_in(client)
    first = session_cookie(client)
    assert first not in (None, "chosen-by-somebody-else")
    sign_in(client)
    second = session_cookie(client)
    assert second != first
    thief = app.test_client()
    thief.set_cookie("guapai_session", str(first))
    assert thief.get("/account").status_code == 302


def test_signing_out_kills_the_copied_cookie(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    token = session_cookie(client)
    assert token is not None
    answer = client.post("/sign-out", data={"csrf_token": form_token(client, "/account")})
    assert answer.status_code == 302
    assert session_cookie(client) is None
    thief = app.test_client()
    thief.set_cookie("guapai_session", token)
    assert thief.get("/account").status_code == 302


def test_session_lives_while_used_and_ends_when_idle(client: FlaskClient, world: World) -> None:
    sign_in(client)
    for _ in range(3):
        world.later(minutes=29)
        assert client.get("/account").status_code == 200
    world.later(minutes=30)
    assert client.get("/account").status_code == 302


def test_looking_writes_nothing_within_a_minute(client: FlaskClient, world: World) -> None:
    sign_in(client)
    world.later(seconds=59)
    client.get("/account")
    with reading(world.engine) as session:
        assert session.scalars(sa.select(LoginSession.last_seen_at)).one() == START


def test_idle_form_is_answered_with_what_was_typed(client: FlaskClient, world: World) -> None:
    sign_in(client)
    token = form_token(client, "/account")
    world.later(minutes=31)
    answer = client.post(
        "/account/other-sessions",
        data={"csrf_token": token, "opinion": "经核查 隐患属实"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 401
    assert "经核查 隐患属实" in answer.text


def test_visitor_is_led_to_the_sign_in_page_and_back(client: FlaskClient) -> None:
    answer = client.get("/account?tab=1")
    assert answer.location == "/sign-in?next=/account?tab%3D1"
    assert sign_in(client, target="/account?tab=1").location == "/account?tab=1"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/x",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "http:/evil.example",
        "evil.example",
        "///evil.example",
        " //evil.example",
    ],
)
def test_next_never_leaves_this_site(client: FlaskClient, target: str) -> None:
    assert not is_own_path(target)
    location = sign_in(client, target=target).location
    assert location.startswith("/")
    assert "evil" not in location


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000"])
def test_foreign_host_names_are_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_undeclared_route_keeps_the_application_from_starting(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(guards.ROUTES, "account.show_account")
    with pytest.raises(RouteNotDeclaredError, match="show_account"):
        make_app()


def test_declared_route_that_does_not_exist_keeps_it_from_starting() -> None:
    with pytest.raises(RouteNotDeclaredError, match="gone"):
        check_routes(["static"], {"static": guards.PUBLIC, "gone": guards.PUBLIC})


def test_page_of_other_posts_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    monkeypatch.setitem(
        guards.ROUTES, "account.show_account", guards.held_by(Role.AUTHORISED_SIGNATORY)
    )
    answer = client.get("/account")
    assert answer.status_code == 403
    assert "岗位" in answer.text


def test_demonstration_serves_its_own_machine_only(client: FlaskClient, world: World) -> None:
    mark_as_demonstration(world)
    assert "演示系统" in client.get("/").text
    for answer in (
        client.get("/", environ_base=OTHER_MACHINE),
        client.get("/", headers={"X-Forwarded-For": "127.0.0.1"}),
        client.get("/", headers={"X-Forwarded-For": "127.0.0.1"}, environ_base=OTHER_MACHINE),
        client.get("/nothing", environ_base=OTHER_MACHINE),
        client.get("/static/theme.css", environ_base=OTHER_MACHINE),
    ):
        assert answer.status_code == 403
        assert "演示" in answer.text


def test_installation_in_earnest_has_no_banner(client: FlaskClient) -> None:
    page = client.get("/", environ_base=OTHER_MACHINE)
    assert page.status_code == 200
    assert "演示系统" not in page.text


def test_password_given_by_somebody_else_is_changed_first(
    client: FlaskClient, world: World
) -> None:
    with transaction(world.engine) as session:
        session.execute(sa.update(Account).values(must_change=True))
    sign_in(client)
    assert client.get("/").status_code == 200
    assert "请先修改密码" in client.get("/account").text
    token = form_token(client, "/account")
    assert client.post("/account/other-sessions", data={"csrf_token": token}).status_code == 403


def change_password(client: FlaskClient, now: str, new: str, again: str) -> TestResponse:
    data = {"password_now": now, "password_new": new, "password_again": again}
    token = form_token(client, "/account")
    return client.post("/account/password", data={**data, "csrf_token": token})


@pytest.mark.parametrize(
    ("now", "new", "again", "sentence"),
    [
        (
            "wrong password",
            "另一个足够长的新密码一二三",
            "另一个足够长的新密码一二三",
            "当前密码不正确",
        ),
        (PASSWORD, "short", "short", "新密码至少 12 个字符"),
        (PASSWORD, "另一个足够长的新密码一二三", "另一个足够长的新密码一二四", "不一致"),
        (PASSWORD, "", "", "请填写新密码"),
    ],
)
def test_wrong_new_password_is_explained_beside_the_field_and_on_top(
    client: FlaskClient, now: str, new: str, again: str, sentence: str
) -> None:
    sign_in(client)
    answer = change_password(client, now, new, again)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert 'aria-invalid="true"' in answer.text


def test_changed_password_signs_out_elsewhere_and_gives_a_new_token(
    app: Flask, client: FlaskClient
) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere)
    sign_in(client)
    before = session_cookie(client)
    new = "另一个足够长的新密码一二三"
    assert change_password(client, PASSWORD, new, new).status_code == 302
    assert session_cookie(client) != before
    assert "密码已修改" in client.get("/account").text
    assert elsewhere.get("/account").status_code == 302


def test_other_browsers_can_be_signed_out(app: Flask, client: FlaskClient) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere)
    sign_in(client)
    assert "另有 1 个浏览器" in client.get("/account").text
    client.post("/account/other-sessions", data={"csrf_token": form_token(client, "/account")})
    assert elsewhere.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_https_binds_the_cookies_to_the_host(make_app: Callable[..., Flask]) -> None:
    client = make_app(https=True).test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    token = TOKEN.search(page.text)
    assert token is not None
    answer = client.post(
        "/sign-in",
        data={"username": "case_officer", "password": PASSWORD, "csrf_token": token[1]},
        base_url="https://localhost",
    )
    assert answer.status_code == 302
    cookies = answer.headers.getlist("Set-Cookie")
    mine = next(cookie for cookie in cookies if cookie.startswith("__Host-guapai="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(mine.split("; "))
    assert "Domain" not in mine
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize(
    ("method", "address", "status", "sentence"),
    [
        ("GET", "/nothing", 404, "没有这个页面"),
        ("POST", "/", 405, "不能这样打开"),
    ],
)
def test_wrong_addresses_are_explained(
    client: FlaskClient, method: str, address: str, status: int, sentence: str
) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert sentence in answer.text


def test_form_that_is_too_large_is_explained(app: Flask, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/sign-in", data={"username": "x" * 2000})
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_refusal_of_a_rule_is_a_page_with_its_status(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    def refuse() -> str:
        raise ShownChangedError

    monkeypatch.setitem(app.view_functions, "front.show_front_page", refuse)
    answer = client.get("/")
    assert answer.status_code == 409
    assert "核对最新内容" in answer.text


def test_fault_is_a_page_with_a_reference_and_no_traceback(
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    app: Flask,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setitem(app.view_functions, "front.show_front_page", fail)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "secret" not in answer.text
    reference = re.search(r"<code>(\w+)</code>", answer.text)
    assert reference is not None
    assert reference[1] in caplog.text


def test_fault_of_the_database_is_a_page_too(client: FlaskClient, world: World) -> None:
    sign_in(client)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE login_session")
    answer = client.get("/account")
    assert answer.status_code == 500
    assert "错误编号" in answer.text


def test_every_blueprint_is_installed(app: Flask) -> None:
    whole = (*web_app.BLUEPRINTS, *web_app.REFERRAL_MODULE)
    assert {blueprint.name for blueprint in whole} == set(app.blueprints)


@pytest.mark.parametrize(
    "address", ["/cases/99999999999999999999", "/documents/99999999999/issued", "/cases/9999999999"]
)
def test_an_id_that_no_record_can_have_is_no_page(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in (302, 404)


def test_a_nul_character_is_refused_before_it_reaches_the_database(client: FlaskClient) -> None:
    for answer in (client.get("/?next=%00"), client.post("/sign-in", data={"username": "a\0b"})):
        assert answer.status_code == 400
        assert "无法识别的字符" in answer.text
