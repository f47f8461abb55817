"""作出决定时的事实: what the pages tell of the facts that the flow read at each act."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from services import accounts
from services.database import reading, transaction
from services.models.process import step_event
from services.queries.case_page import get_case_page
from services.queries.decision_facts import ActFacts, facts_at_acts
from services.queries.passage import list_advances
from services.settings import Settings
from tests.builders import World
from web.app import create_app
from workflows.vocabulary import Action, Outcome

PASSWORD = "整改到位 and then some"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
Browse = Callable[[str], FlaskClient]


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    hashed = accounts.hash_password(PASSWORD)
    with transaction(world.engine) as session:
        for name in ("case_officer", "principal"):
            accounts.create_account(session, world.person_ids[name], name, hashed)
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def browse(app: Flask) -> Browse:
    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        token = TOKEN.search(client.get("/sign-in").text)
        assert token is not None
        data = {"username": name, "password": PASSWORD, "csrf_token": token[1]}
        assert client.post("/sign-in", data=data).status_code == 302
        return client

    return enter


def facts_for(world: World, name: str, case_id: int) -> ActFacts:
    with reading(world.engine) as session:
        page = get_case_page(session, world.actor(name), case_id, world.office.profile)
        return facts_at_acts(session, page, list_advances(session, page))


def told(page: str, step: str) -> list[str]:
    """The facts told in the row of this step, as name and value."""
    found = html.fromstring(page).xpath(
        "//tr[td//b[normalize-space()=$step]]//details[@class='facts-then']//dl/div", step=step
    )
    assert isinstance(found, list)
    return [" ".join(row.itertext()) for row in found]  # type: ignore[union-attr, arg-type]


def test_only_what_the_flow_read_is_told_and_as_it_was_then(world: World) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    verified = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
    ordered = world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER).act_id
    returned = world.do(
        "department_head",
        case_id,
        Action.CONFIRM_VERDICT,
        outcome=Outcome.RETURNED,
        opinion="重新核查。",
    ).act_id
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    confirmed = world.do("department_head", case_id, Action.CONFIRM_VERDICT).act_id
    facts = facts_for(world, "case_officer", case_id)
    # The tables of the track and of the level follow the verification.
    assert dict(facts[verified]) == {
        "is_major": True,
        "listing_condition_met": True,
        "may_list_itself": False,
        "crosses_counties": False,
        "county_unable": False,
        "may_cause_mass_casualties": True,
    }
    assert ordered not in facts
    assert dict(facts[returned])["verification_returned"] is True
    assert dict(facts[confirmed]) == {
        "verification_returned": False,
        "judged_ordinary": False,
        "to_be_listed": True,
        "track": "listed",
    }
    with reading(world.engine) as session:
        kept = session.connection().execute(sa.select(step_event.c.act_id, step_event.c.facts))
        events = {row.act_id: row.facts for row in kept}
    for act_id, pairs in facts.items():
        assert all(events[act_id][name] == value for name, value in pairs)


def test_the_record_and_the_timeline_tell_them(world: World, browse: Browse) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    client = browse("case_officer")
    record = client.get(f"/cases/{case_id}/record").text
    assert told(record, "现场核查")[:2] == ["现场核查核定为重大事故隐患 是", "符合挂牌条件 是"]
    assert "确认为一般隐患 否" in told(record, "确认判定结论")
    assert told(record, "下达整改指令书") == []
    assert "作出决定时的事实（6 项）" in client.get(f"/cases/{case_id}").text


def test_what_derives_from_acts_inside_is_told_inside_only(world: World, browse: Browse) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    proposed = world.do("committee_officer", case_id, Action.PROPOSE_LISTING).act_id
    reviewed = world.do("office_head", case_id, Action.REVIEW_DRAFT).act_id
    inside = facts_for(world, "case_officer", case_id)
    assert dict(inside[reviewed]) == {"draft_accepted": True}
    outside = facts_for(world, "principal", case_id)
    assert set(outside) == set(inside) - {proposed, reviewed}
    for part in ("", "/record"):
        assert "挂牌文稿审核同意" in browse("case_officer").get(f"/cases/{case_id}{part}").text
        assert "挂牌文稿审核同意" not in browse("principal").get(f"/cases/{case_id}{part}").text


def test_the_facts_of_an_act_that_was_taken_back_stay_those_of_its_time(world: World) -> None:
    case_id = world.file_report()
    act_id = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
    before = facts_for(world, "case_officer", case_id)
    back = world.take_back("case_officer", case_id).act_id
    after = facts_for(world, "case_officer", case_id)
    assert after[act_id] == before[act_id]
    assert back not in after
