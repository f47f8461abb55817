"""Signing with a one-time code, and binding the device that tells it: through HTTP."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services import accounts
from services.database import reading, transaction
from services.demonstration.loader import DEMONSTRATION_DEVICE
from services.models.account import SecondFactor
from services.models.case import Act, FormDraft
from services.models.installation import Installation
from services.second_factor import code_at, counter_at, enrol, find_device
from services.settings import Settings
from tests.builders import World
from tests.integration.test_endorsement_sheet import listed_case
from tests.integration.test_listing_batches import batch_of
from tests.integration.test_listing_batches import to_signature as batch_to_signature
from tests.integration.test_second_factor import SECRET, check, shown, to_signature, with_devices
from tests.integration.test_task_pages import Person, task_address
from web.app import create_app
from workflows.vocabulary import Action

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TYPED = "同意签发，请按期整改。"
SECRET_SHOWN = re.compile(r"<span>([A-Z2-7]{4})</span>")
SignIn = Callable[[str], Person]


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    world.office = replace(world.office, second_factor=True)
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, HASH)
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def sign_in(app: Flask, world: World) -> SignIn:
    def signed_in(name: str) -> Person:
        client: FlaskClient = app.test_client()
        with transaction(world.engine) as session:
            attempt = accounts.Attempt(None, world.person_ids[name], None)
            client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
        return Person(client)

    return signed_in


def waiting_case(world: World) -> str:
    """The address at which the signatory decides; up to there without codes."""
    asked, world.office = world.office, replace(world.office, second_factor=False)
    case_id = to_signature(world)
    world.office = asked
    return task_address(world, case_id, Action.SIGN_LISTING)


def decide(person: Person, address: str, **values: object) -> TestResponse:
    page = person.get(address).text
    draft = re.search(r'name="draft_sha256"[^>]* value="([0-9a-f]{64})"', page)
    hidden = {"draft_sha256": draft[1]} if draft else {}
    return person.send(address, page, outcome="accepted", opinion=TYPED, **hidden, **values)


def count(world: World, action: Action) -> int:
    with reading(world.engine) as session:
        query = sa.select(sa.func.count(Act.id)).where(Act.action == action)
        return session.scalars(query).one()


# ------------------------------------------------------------------ signing


def test_a_leader_signs_with_the_code_of_the_device(world: World, sign_in: SignIn) -> None:
    address = waiting_case(world)
    with_devices(world, "signatory")
    signatory = sign_in("signatory")
    field = re.search(r"<input[^>]*name=\"one_time_code\"[^>]*>", signatory.get(address).text)
    assert field is not None
    for wanted in ('inputmode="numeric"', 'autocomplete="one-time-code"', 'maxlength="6"'):
        assert wanted in field[0]
    assert decide(signatory, address, one_time_code=shown(world)).status_code == 303
    assert count(world, Action.SIGN_LISTING) == 1


@pytest.mark.parametrize(
    ("typed", "told"), [("", "请填写动态口令"), ("000000", "再输错 4 次将锁定 15 分钟")]
)
def test_without_the_right_code_nothing_is_signed_and_the_text_stays(
    world: World, sign_in: SignIn, typed: str, told: str
) -> None:
    address = waiting_case(world)
    with_devices(world, "signatory")
    answer = decide(sign_in("signatory"), address, one_time_code=typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert TYPED in answer.text
    assert 'value="000000"' not in answer.text
    assert count(world, Action.SIGN_LISTING) == 0


def test_whoever_returns_a_draft_types_the_code_too(world: World, sign_in: SignIn) -> None:
    address = waiting_case(world)
    with_devices(world, "signatory")
    signatory = sign_in("signatory")
    page = signatory.get(address).text
    answer = signatory.send(address, page, outcome="returned", opinion=TYPED)
    assert answer.status_code == 422
    assert "请填写动态口令" in answer.text


def test_an_act_that_is_no_signature_asks_for_none(world: World, sign_in: SignIn) -> None:
    case_id = world.register()
    world.confirm_criterion(case_id)
    with_devices(world)
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    assert "one_time_code" not in sign_in("case_officer").get(address).text


def test_nothing_is_asked_where_the_installation_signs_by_other_means(
    world: World, tmp_path: Path
) -> None:
    address = waiting_case(world)
    url = world.engine.url.render_as_string(hide_password=False)
    environment = {"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url, "GUAPAI_SECOND_FACTOR": "off"}
    settings = Settings.from_environment(environment)
    office = replace(world.office, second_factor=settings.second_factor)
    with transaction(world.engine) as session:
        accounts.create_account(session, world.person_ids["signatory"], "signatory", HASH)
        attempt = accounts.Attempt(None, world.person_ids["signatory"], None)
        token = accounts.open_session(session, attempt, world.now)
    client = create_app(settings, office=office, now=lambda: world.now).test_client()
    client.set_cookie("guapai_session", token)
    signatory = Person(client)
    assert "one_time_code" not in signatory.get(address).text
    assert "动态口令" not in signatory.get("/account").text
    assert decide(signatory, address).status_code == 303


def test_who_has_no_device_is_led_to_the_account_and_cannot_press(
    world: World, sign_in: SignIn
) -> None:
    address = waiting_case(world)
    signatory = sign_in("signatory")
    page = signatory.get(address).text
    assert "您还没有绑定设备" in page
    assert '/account#device"' in page
    assert re.search(r'value="accepted"[^>]*disabled', page)
    answer = decide(signatory, address, one_time_code="123456")
    assert answer.status_code == 422
    assert count(world, Action.SIGN_LISTING) == 0


def test_the_code_is_not_kept_with_a_draft(world: World, sign_in: SignIn) -> None:
    address = waiting_case(world)
    with_devices(world, "signatory")
    sign_in("signatory").post(address, draft="yes", opinion=TYPED, one_time_code="314159")
    with reading(world.engine) as session:
        kept = session.scalars(sa.select(FormDraft)).one()
        assert TYPED in str(kept.values)
        assert "314159" not in str(kept.values)


def test_who_has_no_device_hears_it_before_filling_in_the_monthly_sheet(
    world: World, sign_in: SignIn
) -> None:
    asked, world.office = world.office, replace(world.office, second_factor=False)
    listed_case(world)
    world.office = asked
    leader, address = sign_in("leader"), f"/endorsements/{world.now:%Y-%m}"
    told = "签字背书须输入动态口令，您还没有绑定设备"
    page = leader.get(address).text
    assert page.index(told) < page.index("-stance")
    assert "内容暂存" not in page
    with_devices(world, "leader")
    assert told not in leader.get(address).text


def test_the_monthly_sheet_is_signed_with_one_code_and_keeps_what_was_typed(
    world: World, sign_in: SignIn
) -> None:
    asked, world.office = world.office, replace(world.office, second_factor=False)
    cases = [listed_case(world), listed_case(world)]
    world.office = asked
    with_devices(world, "leader")
    leader, address = sign_in("leader"), f"/endorsements/{world.now:%Y-%m}"

    def send(code: str) -> TestResponse:
        page = leader.get(address).text
        values: dict[str, object] = {"one_time_code": code}
        for case_id in cases:
            hidden = re.search(rf'name="case{case_id}-shown" value="([0-9a-f]+)"', page)
            values |= {f"case{case_id}-stance": "demands", f"case{case_id}-opinion": TYPED}
            values |= {f"case{case_id}-shown": hidden[1] if hidden else ""}
        return leader.send(address, page, **values)

    for code, told in (("", "请填写动态口令"), ("000000", "动态口令不正确")):
        refused = send(code)
        assert refused.status_code == 422
        assert told in refused.text
        assert refused.text.count(TYPED) >= 2
    assert count(world, Action.ENDORSE_MONTHLY_PROGRESS) == 0
    assert send(shown(world)).status_code == 303
    assert count(world, Action.ENDORSE_MONTHLY_PROGRESS) == 2


# ------------------------------------------------------------------ the device of a demonstration


def test_only_a_demonstration_shows_a_code_and_it_signs(world: World, sign_in: SignIn) -> None:
    address = waiting_case(world)
    person_id = world.person_ids["signatory"]
    with transaction(world.engine) as session:
        enrol(session, world.office.keys, person_id, DEMONSTRATION_DEVICE, world.now)
    signatory = sign_in("signatory")
    assert "演示设备" not in signatory.get(address).text
    with transaction(world.engine) as session:
        session.add(Installation(profile="shuozhou", demonstration=True, made_at=world.now))
    code = re.search(r'data-code="(\d{6})"', signatory.get(address).text)
    assert code is not None
    assert decide(signatory, address, one_time_code=code[1]).status_code == 303


def test_a_demonstration_shows_no_code_of_a_device_of_ones_own(
    world: World, sign_in: SignIn
) -> None:
    address = waiting_case(world)
    with_devices(world, "signatory")
    with transaction(world.engine) as session:
        session.add(Installation(profile="shuozhou", demonstration=True, made_at=world.now))
    assert "演示设备" not in sign_in("signatory").get(address).text


# ------------------------------------------------------------------ binding a device


def has_device(world: World, name: str) -> bool:
    with reading(world.engine) as session:
        return find_device(session, world.person_ids[name]) is not None


def secret_on(page: str) -> str:
    return "".join(SECRET_SHOWN.findall(page))


def test_a_device_is_bound_with_the_password_and_its_first_code(
    world: World, sign_in: SignIn
) -> None:
    leader = sign_in("leader")
    assert "您还没有绑定设备" in leader.get("/account").text
    page = leader.get("/account").text
    wrong = leader.send("/account/device", page, password_for_device="guessed")
    assert (wrong.status_code, "当前密码不正确" in wrong.text) == (422, True)
    begun = leader.send("/account/device", page, password_for_device=PASSWORD)
    assert (begun.status_code, begun.location) == (303, "/account/device")
    shown_page = leader.get("/account/device").text
    assert 'src="data:image/svg+xml' in shown_page
    secret = secret_on(shown_page)
    assert len(secret) == 32
    assert "otpauth://totp/" in shown_page
    assert secret not in page
    refused = leader.send("/account/device/confirm", shown_page, one_time_code="000000")
    assert (refused.status_code, secret_on(refused.text)) == (422, secret)
    assert not has_device(world, "leader")
    code = code_at(secret, counter_at(world.now))
    assert leader.send("/account/device/confirm", shown_page, one_time_code=code).status_code == 303
    assert has_device(world, "leader")
    assert "动态口令设备已绑定" in leader.get("/account").text
    assert leader.get("/account/device").status_code == 303  # its secret is shown no more


def test_another_device_takes_a_code_of_the_one_before(world: World, sign_in: SignIn) -> None:
    with_devices(world, "leader")
    leader = sign_in("leader")
    page = leader.get("/account").text
    for code, told in (("", "请填写原设备的动态口令"), ("000000", "动态口令不正确")):
        values = {"password_for_device": PASSWORD, "one_time_code": code}
        refused = leader.send("/account/device", page, **values)
        assert (refused.status_code, told in refused.text) == (422, True)
    values = {"password_for_device": PASSWORD, "one_time_code": shown(world)}
    assert leader.send("/account/device", page, **values).status_code == 303
    assert leader.send("/account/device", page, **values).status_code == 422  # used
    world.now += timedelta(seconds=30)
    check(world, "leader", shown(world))  # the one before still counts
    page = leader.get("/account/device").text
    code = code_at(secret_on(page), counter_at(world.now))
    assert leader.send("/account/device/confirm", page, one_time_code=code).status_code == 303
    with reading(world.engine) as session:
        assert session.scalars(sa.select(SecondFactor.waiting_secret)).one() is None


def test_a_device_that_is_not_begun_has_no_page(world: World, sign_in: SignIn) -> None:
    leader = sign_in("leader")
    answer = leader.get("/account/device")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "没有正在绑定的设备" in leader.get("/account").text


def test_who_signs_nothing_is_not_troubled(world: World, sign_in: SignIn) -> None:
    officer = sign_in("case_officer")
    assert "动态口令" not in officer.get("/account").text
    assert "动态口令" not in officer.get("/home").text


def test_the_home_page_tells_a_leader_to_bind_a_device(world: World, sign_in: SignIn) -> None:
    leader = sign_in("leader")
    told = "您还没有绑定设备，暂时不能签批"
    assert told in leader.get("/home").text
    assert '/account#device"' in leader.get("/home").text
    with_devices(world, "leader")
    assert told not in leader.get("/home").text


def test_a_damaged_device_is_told_beside_the_field_and_the_text_stays(
    world: World, sign_in: SignIn
) -> None:
    address = waiting_case(world)
    with_devices(world, "signatory")
    with transaction(world.engine) as session:
        session.execute(sa.update(SecondFactor).values(secret=b"damaged beyond repair"))
    signatory = sign_in("signatory")
    answer = decide(signatory, address, one_time_code=shown(world))
    assert answer.status_code == 422
    assert "请联系系统管理员重置您的设备" in answer.text
    assert TYPED in answer.text
    assert count(world, Action.SIGN_LISTING) == 0
    values = {"password_for_device": PASSWORD, "one_time_code": shown(world)}
    page = signatory.get("/account").text
    refused = signatory.send("/account/device", page, **values)
    assert refused.status_code == 422
    assert "请联系系统管理员重置您的设备" in refused.text


def test_who_has_no_device_may_sign_on_paper_but_not_a_draft_for_several_cases(
    world: World, sign_in: SignIn
) -> None:
    on_paper, not_a_batch = "来不及的，可以线下签署后登记", "合并挂牌的文稿须在系统中办理"
    signatory = sign_in("signatory")
    page = signatory.get(waiting_case(world)).text
    assert (on_paper in page, not_a_batch in page) == (True, False)
    asked, world.office = world.office, replace(world.office, second_factor=False)
    case_id = batch_of(world)[0]
    batch_to_signature(world, case_id)
    world.office = asked
    page = signatory.get(task_address(world, case_id, Action.SIGN_LISTING)).text
    assert (on_paper in page, not_a_batch in page) == (False, True)


def test_the_account_says_until_when_the_device_is_locked(world: World, sign_in: SignIn) -> None:
    with_devices(world, "leader")
    with transaction(world.engine) as session:
        until = world.now + timedelta(minutes=15)
        session.execute(sa.update(SecondFactor).values(failures=5, locked_until=until))
    assert "签批已锁定至" in sign_in("leader").get("/account").text
    world.later(minutes=15)
    assert "签批已锁定至" not in sign_in("leader").get("/account").text
    assert SECRET not in sign_in("leader").get("/account").text
