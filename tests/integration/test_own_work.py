"""已办, 我发起, 草稿: what each person finds there, and what nobody finds there."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from services import accounts
from services.database import reading, transaction
from services.drafts import save_draft
from services.models.case import FormDraft, SupervisionCase
from services.models.organisation import Post
from services.queries.form_key import FormKey
from services.queries.own_drafts import DraftState, OwnDraftRow, list_drafts
from services.queries.own_work import count_own_work, list_acted, list_begun
from services.settings import Settings
from tests.builders import World
from tests.queries import counted_queries
from web.app import create_app
from workflows.vocabulary import Action, CaseEnding, Outcome, Phase, Role

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
)
LISTS = ("/tasks", "/tasks/acted", "/tasks/begun", "/tasks/copies", "/tasks/drafts")
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


def send(client: FlaskClient, address: str, page: str = "", **values: object) -> TestResponse:
    token = TOKEN.search(client.get(page or address).text)
    assert token is not None
    return client.post(address, data={"csrf_token": token[1], **values})


def keep(world: World, name: str, key: FormKey, **values: list[str]) -> None:
    with transaction(world.engine) as session:
        save_draft(session, world.person_ids[name], str(key), values, world.now)


def key_of(world: World, case_id: int, action: Action) -> FormKey:
    return FormKey(action, case_id, world.task_id(case_id, action))


def drafts_of(world: World, name: str) -> list[OwnDraftRow]:
    with reading(world.engine) as session:
        return list_drafts(session, world.actor(name), 50)


def count_drafts(world: World) -> int:
    with reading(world.engine) as session:
        return session.scalar(sa.select(sa.func.count(FormDraft.id))) or 0


def move_to_another_department(world: World, name: str) -> None:
    """The person leaves the post and takes the same one elsewhere."""
    with transaction(world.engine) as session:
        post = session.scalars(
            sa.select(Post).where(Post.person_id == world.person_ids[name])
        ).one()
        post.valid_to = date(2026, 3, 1)
        session.add(
            Post(
                person_id=post.person_id,
                organisation_id=world.ids["other_department"],
                role=Role.CASE_OFFICER.value,
                title="经办人",
                valid_from=date(2026, 3, 2),
            )
        )


def words_of(page: str) -> str:
    return " ".join(str(html.fromstring(page).xpath("string(//main)")).split())


# ------------------------------------------------------------------ 已办


def test_each_case_is_listed_once_with_my_last_act_and_its_holder_now(each_world: World) -> None:
    world = each_world
    first = world.file_report(hazard_name="皮带")
    world.do("case_officer", first, Action.VERIFY_HAZARD)
    world.later(hours=1)
    second = world.register(hazard_name="通风")
    world.later(hours=1)
    world.do("case_officer", first, Action.ISSUE_RECTIFICATION_ORDER)
    with reading(world.engine) as session:
        rows = list_acted(session, world.actor("case_officer"), 50)
        counts = count_own_work(session, world.actor("case_officer"), world.now)
    assert [(row.case_id, row.action) for row in rows] == [
        (first, Action.ISSUE_RECTIFICATION_ORDER),
        (second, Action.REGISTER_HAZARD),
    ]
    assert rows[0].at == world.now
    assert rows[0].outcome is Outcome.DONE
    assert rows[0].phase is Phase.INTAKE
    waiting = {item.step: item.holder_name for item in rows[0].waiting}
    assert waiting[Action.CONFIRM_VERDICT] == "示例市应急管理局"
    assert (counts.acted, counts.begun, counts.drafts) == (2, 1, 0)


def test_a_case_that_ended_waits_for_nobody(each_world: World) -> None:
    case_id = each_world.file_report()
    each_world.withdraw(case_id)
    with reading(each_world.engine) as session:
        (row,) = list_acted(session, each_world.actor("department_head"), 50)
    assert row.ending is CaseEnding.WITHDRAWN
    assert row.waiting == ()


def test_what_others_did_is_not_mine(each_world: World) -> None:
    each_world.file_report()
    for name in ("principal", "case_officer", "rival_principal"):
        with reading(each_world.engine) as session:
            assert list_acted(session, each_world.actor(name), 50) == []
            assert list_begun(session, each_world.actor(name), 50) == []
            assert count_own_work(session, each_world.actor(name), each_world.now).acted == 0


def test_a_case_that_is_no_longer_visible_is_not_listed(each_world: World) -> None:
    world = each_world
    world.register()
    move_to_another_department(world, "case_officer")
    with reading(world.engine) as session:
        actor = world.actor("case_officer")
        assert list_acted(session, actor, 50) == []
        assert list_begun(session, actor, 50) == []
        counts = count_own_work(session, actor, world.now)
    assert (counts.acted, counts.begun) == (0, 0)


# ------------------------------------------------------------------ 我发起


def test_begun_cases_stay_mine_whatever_i_did_in_them_later(each_world: World) -> None:
    world = each_world
    old = world.file_report(hazard_name="皮带")
    world.later(hours=1)
    new = world.file_report(hazard_name="透水")
    filed_at = world.now
    world.later(hours=1)
    world.do("safety_officer", old, Action.SUPPLEMENT_REPORT)
    with reading(world.engine) as session:
        rows = list_begun(session, world.actor("safety_officer"), 50)
        acted = list_acted(session, world.actor("safety_officer"), 50)
    assert [row.case_id for row in rows] == [new, old]
    assert [row.case_id for row in acted] == [old, new]
    assert {row.action for row in rows} == {Action.FILE_FIRST_REPORT}
    assert rows[0].at == filed_at


def test_lists_are_paged(each_world: World) -> None:
    ids = [each_world.file_report(nonce=f"n{number}") for number in range(5)]
    actor = each_world.actor("safety_officer")
    with reading(each_world.engine) as session:
        pages = [list_begun(session, actor, 2, offset) for offset in (0, 2, 4, 6)]
    assert [[row.case_id for row in page] for page in pages] == [
        [ids[4], ids[3]],
        [ids[2], ids[1]],
        [ids[0]],
        [],
    ]


# ------------------------------------------------------------------ 草稿


def test_a_draft_of_an_open_step_can_be_continued(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    keep(world, "case_officer", key_of(world, case_id, Action.VERIFY_HAZARD), findings=["半"])
    world.later(hours=1)
    keep(world, "case_officer", key_of(world, case_id, Action.ORDER_IMMEDIATE_MEASURES))
    world.later(hours=1)
    keep(world, "case_officer", FormKey(Action.REGISTER_HAZARD), place=["2号采区"])
    rows = drafts_of(world, "case_officer")
    assert [row.key.action for row in rows if row.key] == [
        Action.REGISTER_HAZARD,
        Action.ORDER_IMMEDIATE_MEASURES,
        Action.VERIFY_HAZARD,
    ]
    assert {row.state for row in rows} == {DraftState.USABLE}
    assert [row.case.case_id if row.case else None for row in rows] == [None, case_id, case_id]


def test_a_draft_of_a_step_that_another_took_is_over_but_readable(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    keep(world, "case_officer", key_of(world, case_id, Action.VERIFY_HAZARD), findings=["半"])
    world.later(hours=1)
    world.do("second_officer", case_id, Action.VERIFY_HAZARD)
    (row,) = drafts_of(world, "case_officer")
    assert row.state is DraftState.STEP_OVER
    assert row.values == {"findings": ["半"]}
    assert row.done_by is not None
    assert (row.done_by.name, row.done_by.at) == ("second_officer", world.now)


def test_a_draft_of_a_step_that_ended_with_the_case_is_over_by_nobody(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    keep(world, "case_officer", key_of(world, case_id, Action.VERIFY_HAZARD), findings=["半"])
    world.withdraw(case_id)
    (row,) = drafts_of(world, "case_officer")
    assert (row.state, row.done_by) == (DraftState.STEP_OVER, None)
    assert row.values == {"findings": ["半"]}


def test_a_draft_about_a_case_that_may_not_be_seen_says_nothing_of_it(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    keep(world, "case_officer", key_of(world, case_id, Action.VERIFY_HAZARD), findings=["半"])
    move_to_another_department(world, "case_officer")
    (row,) = drafts_of(world, "case_officer")
    assert (row.state, row.values, row.case) == (DraftState.OUT_OF_SIGHT, {}, None)


def test_a_draft_of_what_falls_to_others_cannot_be_continued(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    keep(world, "safety_officer", key_of(world, case_id, Action.VERIFY_HAZARD))
    keep(world, "safety_officer", FormKey(Action.REGISTER_HAZARD))
    assert {row.state for row in drafts_of(world, "safety_officer")} == {DraftState.NOT_MINE}


@pytest.mark.parametrize(
    "text", ["", "x", "no_such_act:1:2", "verify_hazard:1", "verify_hazard:x:1"]
)
def test_a_name_that_no_form_goes_by_is_shown_as_such(world: World, text: str) -> None:
    with transaction(world.engine) as session:
        save_draft(session, world.person_ids["case_officer"], text, {"a": ["b"]}, world.now)
    (row,) = drafts_of(world, "case_officer")
    assert (row.key, row.state, row.values) == (None, DraftState.OUT_OF_SIGHT, {})


def test_drafts_are_seen_by_their_writer_only(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    keep(world, "case_officer", key_of(world, case_id, Action.VERIFY_HAZARD), findings=["半"])
    for name in ("second_officer", "department_head", "rival_principal"):
        assert drafts_of(world, name) == []
        with reading(world.engine) as session:
            assert count_own_work(session, world.actor(name), world.now).drafts == 0


# ------------------------------------------------------------------ pages


def test_each_list_leads_to_the_others_and_says_how_much_is_there(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.register(hazard_name="通风系统不合理")
    keep(world, "case_officer", key_of(world, case_id, Action.VERIFY_HAZARD))
    client = sign_in("case_officer")
    duties = re.search(r"共 <b>(\d+)</b> 项", client.get("/tasks").text)
    assert duties is not None
    for address in LISTS:
        page = html.fromstring(client.get(address).text)
        bar = next(nav for nav in page.iter("nav") if nav.get("aria-label") == "我的工作")
        said = [" ".join(str(tab.xpath("string()")).split()) for tab in bar.iter("a")]
        assert said == [f"待办 {duties[1]}", "已办 1", "我发起 1", "抄送我 0", "草稿 1"]
        assert [tab.get("href") for tab in bar.iter("a")] == list(LISTS)
        here = [tab.get("href") for tab in bar.iter("a") if tab.get("aria-current")]
        assert here == [address]


def test_acted_page_says_outcome_phase_and_holder(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    page = words_of(sign_in("case_officer").get("/tasks/acted").text)
    for said in ("现场核查", "重大事故隐患", "受理核查", "确认判定结论（示例市应急管理局）"):
        assert said in page
    begun = words_of(sign_in("safety_officer").get("/tasks/begun").text)
    assert "填报首报" in begun
    assert "确认判定结论（示例市应急管理局）" in begun


def test_the_draft_that_a_page_keeps_is_listed_and_continued(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    client = sign_in("case_officer")
    address = f"/cases/{case_id}/tasks/{world.task_id(case_id, Action.VERIFY_HAZARD)}"
    values = {"findings": "核查到一半", "listing_conditions": "needs_suspension"}
    assert send(client, address, draft="yes", crosses_counties="y", **values).status_code == 303
    page = client.get("/tasks/drafts").text
    assert f'href="{address}"' in page
    words = words_of(page)
    for said in ("核查情况核查到一半", "须全部或者局部停产停业治理", "隐患跨县（市、区）是"):
        assert said in words
    assert "核查到一半" in client.get(address).text


def test_a_draft_of_a_new_report_leads_back_to_its_form(world: World, sign_in: SignIn) -> None:
    client = sign_in("safety_officer")
    assert send(client, "/reports/new", draft="yes", hazard_name="皮带断裂").status_code == 303
    page = client.get("/tasks/drafts").text
    assert 'class="btn btn-primary btn-sm" href="/reports/new"' in page
    assert "隐患名称皮带断裂" in words_of(page)


def test_a_draft_no_longer_usable_has_its_text_but_no_way_on(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    key = key_of(world, case_id, Action.VERIFY_HAZARD)
    keep(world, "case_officer", key, findings=["核查到<b>一半</b>"])
    world.do("second_officer", case_id, Action.VERIFY_HAZARD)
    page = sign_in("case_officer").get("/tasks/drafts").text
    assert "核查到&lt;b&gt;一半" in page
    assert "这一步已由second_officer于 2026-03-02 09:00 办结" in words_of(page)
    assert "继续填写" not in page


def test_a_draft_is_deleted_by_its_writer_once(world: World, sign_in: SignIn) -> None:
    key = FormKey(Action.REGISTER_HAZARD)
    keep(world, "case_officer", key)
    keep(world, "second_officer", key)
    client = sign_in("case_officer")
    for _ in range(2):
        answer = send(client, "/tasks/drafts/delete", "/tasks/drafts", form_key=str(key))
        assert (answer.status_code, answer.location) == (303, "/tasks/drafts")
        assert "草稿已删除" in client.get("/tasks/drafts").text
        assert count_drafts(world) == 1
    assert client.get("/tasks/drafts/delete").status_code == 405
    assert len(drafts_of(world, "second_officer")) == 1


def test_another_persons_draft_is_not_deleted(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    key = key_of(world, case_id, Action.VERIFY_HAZARD)
    keep(world, "case_officer", key)
    send(sign_in("second_officer"), "/tasks/drafts/delete", "/account", form_key=str(key))
    assert count_drafts(world) == 1


def test_nothing_of_foreign_cases_or_drafts_reaches_a_page(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report(hazard_name="金丝雀隐患")
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    key = key_of(world, case_id, Action.ISSUE_RECTIFICATION_ORDER)
    keep(world, "case_officer", key, requirements=["金丝雀要求"])
    keep(world, "rival_principal", key, requirements=["金丝雀要求"])
    move_to_another_department(world, "case_officer")
    with reading(world.engine) as session:
        number = session.get_one(SupervisionCase, case_id).intake_number
    for name in ("case_officer", "rival_principal"):
        client = sign_in(name)
        for address in LISTS:
            page = client.get(address).text
            for mark in ("金丝雀", "示例煤业", number):
                assert mark not in page, (name, address)
        assert "您的职责范围" in client.get("/tasks/drafts").text


def test_a_visitor_who_is_not_signed_in_is_led_to_the_door(app: Flask) -> None:
    for address in LISTS:
        assert app.test_client().get(address).location.startswith("/sign-in")


def test_further_pages_are_reached_by_links(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("web.routes.own_work.PAGE_SIZE", "web.views.own_work.PAGE_SIZE"):
        monkeypatch.setattr(name, 2)
    for number in range(3):
        world.file_report(nonce=f"n{number}", hazard_name=f"隐患{number}")
    client = sign_in("safety_officer")
    for address in LISTS[1:3]:
        first = client.get(address).text
        assert "隐患2" in first
        assert "隐患0" not in first
        follow = html.fromstring(first).xpath("string(//a[@rel='next']/@href)")
        assert follow == f"{address}?page=2"
        assert "隐患0" in client.get(str(follow)).text


def test_number_of_queries_does_not_grow(world: World, sign_in: SignIn) -> None:
    client = sign_in("case_officer")
    counts: dict[str, list[int]] = {address: [] for address in LISTS}
    for number in range(6):
        case_id = world.register(nonce=f"r{number}")
        for action in (Action.VERIFY_HAZARD, Action.ISSUE_RECTIFICATION_ORDER):
            keep(world, "case_officer", key_of(world, case_id, action), findings=["半"])
        world.do("second_officer", case_id, Action.VERIFY_HAZARD)
        if number in (0, 5):
            for address in LISTS:
                with counted_queries() as statements:
                    assert client.get(address).status_code == 200
                counts[address].append(len(statements))
    for address, (few, many) in counts.items():
        assert few == many, address
        assert many <= 19, address
