"""Monthly returns through HTTP: the month, the draft, the decisions, and who sees what."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services import accounts
from services.database import transaction
from services.settings import Settings
from tests.builders import World
from tests.integration.test_campaigns import assign, load, report
from tests.integration.test_returns import TYPED, opened_on, row_of, submit, take
from tests.integration.test_task_pages import Person
from web.app import create_app
from workflows.returns import ReturnStep
from workflows.vocabulary import Outcome

SignIn = Callable[[str], Person]


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    opened_on(world)
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, "no password")
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


def address(world: World) -> str:
    return f"/returns/{row_of(world).return_id}"


def send(world: World, person: Person, step: str, outcome: str, **typed: str) -> TestResponse:
    """Open the page, then send the form of a step."""
    here = address(world)
    page = person.get(here).text
    return person.send(f"{here}/{step}", page, outcome=outcome, **typed)


def test_the_unit_is_reminded_and_finds_a_draft_from_the_record(
    world: World, sign_in: SignIn
) -> None:
    load(world)
    assign(world, "committee_officer", "county")
    report(world, "government_officer", text="已经印发方案")
    officer = sign_in("government_officer")
    for page in ("/home", "/tasks"):
        assert "月报：<b>1</b> 份待您办理" in officer.get(page).text
    page = officer.get(address(world)).text
    assert "本月登记重大事故隐患事项0件" in page
    assert "第1项" in page
    assert "推进中。已经印发方案" in page
    assert "登记的重大事故隐患事项" in page
    assert "朔安发〔2022〕3号" in page


def test_a_return_is_filled_in_approved_and_received_on_its_page(
    world: World, sign_in: SignIn
) -> None:
    officer, office = sign_in("government_officer"), sign_in("committee_officer")
    here = address(world)
    assert send(world, officer, "prepare_return", "done", **TYPED).status_code == 303
    leader = sign_in("government_principal")
    assert "本月小结。" in leader.get(here).text
    assert send(world, leader, "approve_return", "accepted").status_code == 303
    world.work()
    assert office.get(f"{here}.pdf").data.startswith(b"%PDF")
    assert send(world, office, "receive_return", "accepted").status_code == 303
    assert "<b>回执：</b>示例市安委办" in officer.get(here).text
    board = office.get("/returns?period=2026-02").text
    assert "应报 <b>5</b> 家，已接收 <b>1</b> 家" in board


def test_what_was_typed_is_kept_when_a_part_is_missing(world: World, sign_in: SignIn) -> None:
    officer = sign_in("government_officer")
    typed = {**TYPED, "key_tasks": ""}
    answer = send(world, officer, "prepare_return", "done", **typed)
    assert answer.status_code == 422
    assert "本月小结。" in answer.text
    assert 'id="key_tasks-problem"' in answer.text


def test_sending_back_without_a_reason_is_refused_beside_the_field(
    world: World, sign_in: SignIn
) -> None:
    submit(world)
    answer = send(world, sign_in("committee_officer"), "receive_return", "returned")
    assert answer.status_code == 422
    assert 'id="opinion-problem"' in answer.text


def test_sent_twice_it_takes_effect_once(world: World, sign_in: SignIn) -> None:
    officer, here = sign_in("government_officer"), address(world)
    page = officer.get(here).text
    answers = [
        officer.send(f"{here}/prepare_return", page, outcome="done", **TYPED).status_code
        for _ in range(2)
    ]
    assert answers == [303, 409]


def test_other_units_find_no_page(world: World, sign_in: SignIn) -> None:
    submit(world)
    world.work()
    other, here = sign_in("second_government_officer"), address(world)
    own = other.get("/returns").text
    for path in (here, f"{here}.pdf"):
        assert other.get(path).status_code == 404
    for step in ("prepare_return", "unknown_step"):
        assert other.send(f"{here}/{step}", own, outcome="done").status_code == 404
    assert "示例区人民政府" not in own


def test_late_ones_are_marked_and_can_be_closed_with_a_reason(
    world: World, sign_in: SignIn
) -> None:
    here = address(world)
    assert "登记为未报" not in sign_in("committee_officer").get(here).text
    world.now = datetime(2026, 3, 5, 1, tzinfo=UTC)
    office = sign_in("committee_officer")
    assert "逾期未报 3 天" in office.get("/returns").text
    reason = "两次催报仍未报送。"
    answer = send(world, office, "close_unreported", "done", opinion=reason)
    assert answer.status_code == 303
    assert reason in sign_in("government_officer").get(here).text
    take(world, "case_officer", ReturnStep.PREPARE, unit="department")
    take(world, "department_head", ReturnStep.APPROVE, Outcome.ACCEPTED, unit="department")
    assert "迟报 3 天" in office.get("/returns").text
