"""Suggested steps on pages: read by whom, followed by a link, set aside with a reason, once."""

import re
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services import accounts
from services.audit import first_broken_link
from services.database import reading, transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.urge import EscalationSuggestion
from services.queries.urges import list_suggested
from services.settings import Settings
from services.suggestions import (
    SuggestionOverError,
    dismiss_suggestion,
    first_changed_suggestion,
)
from services.sweep import sweep_off
from tests.builders import PEOPLE, World
from web.app import create_app
from workflows.vocabulary import Action, Addressee

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
REASON = "企业正在整改，三日内办结。"
SignIn = Callable[[str], FlaskClient]


def late_world(world: World) -> tuple[int, int]:
    """A case whose party is late, swept; the case and the suggestion against the party."""
    case_id = world.file_report()
    world.to_listing(case_id)
    world.later(days=120)
    sweep_off(world.engine, world.office, world.now)
    with reading(world.engine) as session:
        rows = list_suggested(session, world.actor("case_officer"), 50)
    return case_id, next(row.suggestion_id for row in rows if row.addressee is Addressee.PARTY)


def dismiss(world: World, name: str, suggestion_id: int, reason: str = REASON) -> int:
    with transaction(world.engine) as session:
        return dismiss_suggestion(world.frame(session, name), suggestion_id, reason)


def test_a_suggestion_is_set_aside_once_with_its_reason(each_world: World) -> None:
    world = each_world
    case_id, number = late_world(world)
    with pytest.raises(InvalidCommandError):
        dismiss(world, "case_officer", number, " ")
    with pytest.raises(InvalidCommandError):
        dismiss(world, "case_officer", number, "长" * 501)
    assert dismiss(world, "case_officer", number) == case_id
    assert dismiss(world, "case_officer", number, "第二次") == case_id
    with pytest.raises(SuggestionOverError):
        dismiss(world, "department_head", number)
    with reading(world.engine) as session:
        row = session.get_one(EscalationSuggestion, number)
        assert (row.dismissal, row.dismissed_by_id) == (REASON, world.person_ids["case_officer"])
        assert first_broken_link(session) is None
        assert first_changed_suggestion(session) is None
    with transaction(world.engine) as session:
        session.execute(sa.update(EscalationSuggestion).values(dismissal="改过"))
        assert first_changed_suggestion(session) == number
    world.later(days=30)
    sweep_off(world.engine, world.office, world.now)
    with reading(world.engine) as session:
        left = list_suggested(session, world.actor("case_officer"), 50)
    assert number not in {row.suggestion_id for row in left}


def test_who_does_not_read_a_suggestion_finds_none(world: World) -> None:
    _case_id, number = late_world(world)
    for name in ("principal", "other_officer", "leader", "system_admin", "rival_principal"):
        with pytest.raises(CaseNotFoundError):
            dismiss(world, name, number)
    with pytest.raises(CaseNotFoundError):
        dismiss(world, "case_officer", 10**6)


def test_a_suggestion_that_was_followed_cannot_be_set_aside(world: World) -> None:
    case_id, number = late_world(world)
    world.do("case_officer", case_id, Action.PROPOSE_ESCALATION)
    with pytest.raises(SuggestionOverError):
        dismiss(world, "department_head", number)


def test_of_two_at_once_one_sets_it_aside(each_world: World) -> None:
    world = each_world
    _case_id, number = late_world(world)
    start, said = Barrier(2), []

    def run(name: str) -> None:
        start.wait()
        try:
            dismiss(world, name, number)
            said.append("done")
        except SuggestionOverError:
            said.append("over")

    threads = [Thread(target=run, args=(name,)) for name in ("case_officer", "department_head")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "over"]


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in PEOPLE:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = create_app(settings, office=world.office, now=lambda: world.now)

    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        token = TOKEN.search(client.get("/sign-in").text)
        assert token is not None
        values = {"csrf_token": token[1], "username": name, "password": PASSWORD}
        assert client.post("/sign-in", data=values).location == "/home"
        return client

    return enter


def test_home_and_case_page_show_the_suggestion_and_link_to_the_step_filled_in(
    world: World, sign_in: SignIn
) -> None:
    case_id, number = late_world(world)
    officer = sign_in("case_officer")
    for address in ("/home", f"/cases/{case_id}"):
        text = officer.get(address).text
        assert "建议督促" in text
        assert f"/suggestions/{number}/dismiss" in text
        assert "尚未送达过督办函" in text
    found = re.search(r'href="([^"]+escalation_kind=supervision_letter[^"]*party)"', text)
    assert found is not None
    form = officer.get(found[1].replace("&amp;", "&")).text
    assert re.search(r'<input checked[^>]*value="supervision_letter"', form)
    assert re.search(r'<input checked[^>]*value="party"', form)


def test_only_the_office_sees_it_and_who_was_urged_is_told_at_home(
    world: World, sign_in: SignIn
) -> None:
    case_id, _number = late_world(world)
    principal = sign_in("principal")
    for address in ("/home", f"/cases/{case_id}"):
        assert "建议督促" not in principal.get(address).text
    assert "催办您的期限" in principal.get("/home").text
    page = principal.get(f"/cases/{case_id}").text
    assert "严重逾期" in page
    assert "催办 1 次" in page
    head = sign_in("department_head").get("/home").text
    assert "建议督促" in head
    assert "采纳，提出督促措施" not in head


def test_setting_aside_keeps_the_reason_on_the_case_page(world: World, sign_in: SignIn) -> None:
    case_id, number = late_world(world)
    officer = sign_in("case_officer")
    token = TOKEN.search(officer.get(f"/cases/{case_id}").text)
    assert token is not None
    address, own_site = f"/suggestions/{number}/dismiss", {"Sec-Fetch-Site": "same-origin"}
    values = {"csrf_token": token[1], "dismissal": ""}
    assert officer.post(address, data=values, headers=own_site).status_code == 422
    values["dismissal"] = REASON
    answer = officer.post(address, data=values, headers=own_site)
    assert answer.location == f"/cases/{case_id}"
    text = officer.get(answer.location).text
    assert REASON in text
    assert "已记录不采纳的理由" in text
    head = sign_in("department_head")
    token = TOKEN.search(head.get(f"/cases/{case_id}").text)
    assert token is not None
    values = {"csrf_token": token[1], "dismissal": "另一个理由"}
    refused = head.post(address, data=values, headers=own_site)
    assert refused.status_code == 409
    assert "另一个理由" in refused.text
