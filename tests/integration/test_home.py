"""The home page of each post: its numbers equal their lists, and nothing foreign is counted."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from services import accounts
from services.assignments import claim_step
from services.database import reading, transaction
from services.queries.concerns import Concern, Watch
from services.queries.duty_groups import (
    DutyGroup,
    count_groups,
    get_at_hand,
    list_group,
    list_groups,
)
from services.queries.home import list_late, list_late_steps, list_near, list_unsigned_handovers
from services.queries.ledger import LedgerFilter, count_matching, count_phases, list_ledger
from services.settings import Settings
from tests.builders import PEOPLE, World
from tests.queries import counted_queries
from web.app import create_app
from web.views.home import Part, desk_of
from web.views.ledger import Wanted
from web.views.ledger_files import asked_in_words
from workflows.permissions import VIEWING
from workflows.vocabulary import Action, Outcome, Phase, Role

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
COUNTING = ("figures", "step-counts")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in PEOPLE:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app: Flask = create_app(settings, office=world.office, now=lambda: world.now)

    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        token = TOKEN.search(client.get("/sign-in").text)
        assert token is not None
        values = {"csrf_token": token[1], "username": name, "password": PASSWORD}
        assert client.post("/sign-in", data=values).location == "/home"
        return client

    return enter


def busy(world: World) -> dict[str, int]:
    """Cases in several positions, of several enterprises."""
    ids = {"filed": world.file_report("private_principal", hazard_name="停放甲")}
    world.later(hours=1)
    ids["served"] = world.file_report(hazard_name="送达乙")
    world.to_listing(ids["served"])
    world.to_signed(ids["served"])
    world.do("committee_officer", ids["served"], Action.SERVE_LISTING_NOTICE)
    world.later(hours=1)
    ids["returned"] = world.register(hazard_name="退回丙")
    world.to_listing(ids["returned"])
    world.do("safety_officer", ids["returned"], Action.SUBMIT_PLAN)
    world.do(
        "case_officer",
        ids["returned"],
        Action.REVIEW_PLAN,
        outcome=Outcome.RETURNED,
        opinion="资金没有落实。",
    )
    world.later(hours=1)
    ids["measured"] = world.register(hazard_name="措施丁", nonce="m")
    world.do("case_officer", ids["measured"], Action.ORDER_IMMEDIATE_MEASURES)
    ids["lifted"] = world.register(hazard_name="解除戊", nonce="l")
    world.do("case_officer", ids["lifted"], Action.ORDER_IMMEDIATE_MEASURES)
    world.do("case_officer", ids["lifted"], Action.LIFT_IMMEDIATE_MEASURES)
    ids["withdrawn"] = world.register(hazard_name="撤销己", nonce="w")
    world.withdraw(ids["withdrawn"])
    return ids


def revoke(world: World, case_id: int) -> None:
    """End the supervision of a listed case."""
    world.do("committee_officer", case_id, Action.WITHDRAW_CASE)
    world.do("signatory", case_id, Action.CONFIRM_WITHDRAWAL)


def watch(world: World) -> Watch:
    return Watch(world.now, near_days=7, stuck_days=30)


def found(world: World, name: str, **wanted: object) -> set[int]:
    """What the ledger lists for a filter; its count and the number of the home page agree."""
    asked = LedgerFilter(watch=watch(world), **wanted)  # type: ignore[arg-type]
    with reading(world.engine) as session:
        actor = world.actor(name)
        page = list_ledger(session, actor, asked, 50)
        assert count_matching(session, actor, [asked, LedgerFilter()])[0] == page.total
        assert sum(count_phases(session, actor, asked).values()) == page.total
    assert len(page.rows) == page.total
    return {row.case_id for row in page.rows}


# ------------------------------------------------------------------ what counts as what


def test_each_concern_finds_its_cases_and_no_others(each_world: World) -> None:
    world = each_world
    ids = busy(world)
    name = "case_officer"
    expected = {
        Concern.OPEN: set(ids) - {"withdrawn"},
        Concern.LISTED: {"served"},
        Concern.UNACKNOWLEDGED: {"served"},
        Concern.MEASURES_IN_FORCE: {"measured"},
        Concern.SENT_BACK: {"returned"},
        Concern.STUCK: set(),
    }
    for concern, keys in expected.items():
        assert found(world, name, concern=concern) == {ids[key] for key in keys}, concern


def test_a_case_is_listed_until_it_ends_and_a_handover_waits_until_signed_for(
    world: World,
) -> None:
    case_id = busy(world)["served"]
    world.do("government_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    assert found(world, "case_officer", concern=Concern.UNACKNOWLEDGED) == {case_id}
    world.do("case_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    assert found(world, "case_officer", concern=Concern.UNACKNOWLEDGED) == set()
    revoke(world, case_id)
    assert found(world, "case_officer", concern=Concern.LISTED) == set()


def test_what_was_sent_back_is_answered_by_the_next_act_of_the_party(world: World) -> None:
    case_id = busy(world)["returned"]
    assert found(world, "safety_officer", concern=Concern.SENT_BACK) == {case_id}
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    assert found(world, "safety_officer", concern=Concern.SENT_BACK) == set()


def test_what_officials_send_back_to_each_other_is_not_sent_back_to_the_enterprise(
    world: World,
) -> None:
    case_id = world.register()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.do(
        "office_head",
        case_id,
        Action.REVIEW_DRAFT,
        outcome=Outcome.RETURNED,
        opinion="理由不足。",
    )
    assert found(world, "safety_officer", concern=Concern.SENT_BACK) == set()


def test_near_ends_where_late_begins(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    with reading(world.engine) as session:
        (first, *_) = list_near(session, world.actor("case_officer"), watch(world), 50)
    for before, near in ((timedelta(days=8), 0), (timedelta(days=7), 1), (timedelta(), 1)):
        world.now = first.due_at - before
        assert len(found(world, "case_officer", concern=Concern.NEAR_LIMIT)) == near
        assert found(world, "case_officer", overdue_at=world.now) == set()
    world.now = first.due_at + timedelta(seconds=1)
    assert found(world, "case_officer", overdue_at=world.now) == {case_id}


def test_a_case_is_stuck_when_nothing_was_done_for_long(world: World) -> None:
    case_id = world.file_report()
    world.later(days=30)
    assert found(world, "case_officer", concern=Concern.STUCK) == set()
    world.later(seconds=1)
    assert found(world, "case_officer", concern=Concern.STUCK) == {case_id}
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    assert found(world, "case_officer", concern=Concern.STUCK) == set()


def test_duties_by_kind_add_up(each_world: World) -> None:
    world = each_world
    busy(world)
    world.later(days=20)
    for name in ("case_officer", "committee_officer", "safety_officer", "leader"):
        actor, today = world.actor(name), world.now.date()
        with reading(world.engine) as session:
            at_hand = get_at_hand(session, actor, today, world.now, 50)
            steps = at_hand.steps
            groups = count_groups(session, actor, today, world.now)
            waiting = [groups[DutyGroup.MINE], groups[DutyGroup.SHARED]]
            assert sum(step.total for step in steps) == sum(group.total for group in waiting)
            assert sum(step.overdue for step in steps) == sum(group.overdue for group in waiting)
            assert len(at_hand.duties) == sum(step.total for step in steps)
            first = get_at_hand(session, actor, today, world.now, 2)
            assert (first.duties, first.steps) == (at_hand.duties[:2], steps)
            for step in steps:
                rows = [
                    row.duty.step
                    for group in (DutyGroup.MINE, DutyGroup.SHARED)
                    for row in list_group(session, actor, group, today, 50, 0, step.step)
                ]
                assert rows == [step.step] * step.total


def test_a_page_of_each_group_is_a_part_of_the_group(each_world: World) -> None:
    world = each_world
    busy(world)
    offsets = {DutyGroup.MINE: 0, DutyGroup.SHARED: 1}
    for name in ("case_officer", "safety_officer"):
        actor, today = world.actor(name), world.now.date()
        with reading(world.engine) as session:
            pages = list_groups(session, actor, today, offsets, 2)
            for group, offset in offsets.items():
                whole = list_group(session, actor, group, today, 50)
                assert pages[group] == whole[offset : offset + 2]
            assert pages.keys() == offsets.keys()


def test_what_a_colleague_has_taken_is_no_longer_at_hand(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        claim_step(world.frame(session, "second_officer"), case_id, task_id)
    at_hand = {}
    for name in ("case_officer", "second_officer"):
        with reading(world.engine) as session:
            shown = get_at_hand(session, world.actor(name), world.now.date(), world.now, 50)
        at_hand[name] = task_id in {row.task_id for row in shown.duties}
    assert at_hand == {"case_officer": False, "second_officer": True}
    world.later(days=30)
    with reading(world.engine) as session:
        head = world.actor("department_head")
        late = {row.name: row.claimed_by for row in list_late(session, head, watch(world), 50)}
        people = {row.name: row.people for row in list_late_steps(session, head, watch(world))}
    assert late["现场核查"] == "second_officer"
    assert people["现场核查"] == (("second_officer", 1),)


def test_late_steps_name_the_officer_inside_and_the_organisation_outside(
    each_world: World,
) -> None:
    world = each_world
    case_id = world.register(name="second_officer")
    world.later(hours=1)
    other = world.register()
    world.do("case_officer", other, Action.VERIFY_HAZARD)
    world.later(days=40)
    with reading(world.engine) as session:
        head = list_late_steps(session, world.actor("department_head"), watch(world))
        rows = list_late(session, world.actor("department_head"), watch(world), 50)
    by_rule = {row.rule_id: row for row in head}
    assert by_rule["verify_hazard"].people == (("second_officer", 1),)
    assert by_rule["verify_hazard"].cases == 1
    assert by_rule["issue_rectification_order"].cases == 2
    assert dict(by_rule["issue_rectification_order"].people) == {
        "second_officer": 1,
        "case_officer": 1,
    }
    assert {row.case_id for row in rows} == {case_id, other}
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
    for rule_id, row in by_rule.items():
        late = found(world, "department_head", overdue_at=world.now, overdue_rule=rule_id)
        assert len(late) == row.cases


def test_late_steps_of_the_enterprise_name_the_enterprise(world: World) -> None:
    world.file_report()
    world.later(days=40)
    with reading(world.engine) as session:
        rows = list_late_steps(session, world.actor("department_head"), watch(world))
    assert {row.rule_id: row.people for row in rows}["supplement_report"] == (("示例煤业", 1),)


def test_unsigned_handovers_name_the_receiver_and_the_limit(each_world: World) -> None:
    world = each_world
    case_id = busy(world)["served"]
    world.do("case_officer", case_id, Action.ACKNOWLEDGE_HANDOVER, position=1)
    for name in ("committee_officer", "government_officer", "case_officer"):
        with reading(world.engine) as session:
            (row,) = list_unsigned_handovers(session, world.actor(name), 50)
        assert (row.case_id, row.receiver_name) == (case_id, "示例区人民政府")
        assert row.due_at is not None


def test_nobody_counts_or_lists_what_is_not_theirs(each_world: World) -> None:
    world = each_world
    busy(world)
    world.later(days=60)
    for name in ("rival_principal", "other_officer", "discipline_receiver"):
        actor = world.actor(name)
        with reading(world.engine) as session:
            filters = [LedgerFilter(watch=watch(world), concern=concern) for concern in Concern]
            numbers = count_matching(session, actor, [*filters, LedgerFilter(overdue_at=world.now)])
            assert set(numbers) == {0}, name
            assert list_late(session, actor, watch(world), 50) == []
            assert list_near(session, actor, watch(world), 50) == []
            assert list_late_steps(session, actor, watch(world)) == []
            assert list_unsigned_handovers(session, actor, 50) == []
            assert count_phases(session, actor, LedgerFilter()) == {}


# ------------------------------------------------------------------ pages


def test_every_number_leads_to_a_list_of_that_many(world: World, sign_in: SignIn) -> None:
    busy(world)
    world.later(days=12)
    seen = 0
    for name in ("safety_officer", "case_officer", "committee_officer", "leader"):
        client = sign_in(name)
        page = html.fromstring(client.get("/home").text)
        counting = [part for part in page.iter("ul") if part.get("class") in COUNTING]
        for link in (link for part in counting for link in part.iter("a")):
            number = int(str(link.xpath("string(.//b)")))
            answer = client.get(link.get("href", "")).text
            total = re.search(r"，共 (\d+) 项。|共 (\d+) 件", answer)
            assert total is not None
            assert int(total[1] or total[2]) == number, (name, link.get("href"))
            seen += number
    assert seen > 15


def test_every_post_finds_its_own_page(world: World, sign_in: SignIn) -> None:
    ids = busy(world)
    world.later(days=40)
    expected = {
        "safety_officer": ("退回待改", "本单位的督办事项", "我发起的，办到哪里", "送达乙"),
        "group_head": ("待我签办", "本企业和下属企业的督办事项", "整改期限", "送达乙"),
        "case_officer": ("现场处理措施未解除", "已经逾期", "方案审查", "现场核查"),
        "department_head": ("逾期：哪一环节，在谁手里", "现场核查", "case_officer"),
        "committee_officer": ("移交未签收", "示例区人民政府", "提出挂牌建议", "按阶段"),
        "office_head": ("移交未签收", "按阶段"),
        "leader": ("待我签办", "分管领域的挂牌事项", "送达乙", "已经逾期"),
        "signatory": ("待我签办", "挂牌督办中的事项", "送达乙"),
        "government_officer": ("签收移交", "本地的挂牌事项", "送达乙"),
        "reviewer": ("待办",),
        "secrecy_reviewer": ("您目前的岗位不经办督办事项", "查看我的岗位"),
    }
    world.do("safety_officer", ids["returned"], Action.SUBMIT_PLAN)
    for name, words in expected.items():
        page = sign_in(name).get("/home").text
        for word in words:
            assert word in page, (name, word)


def test_what_a_leader_signs_stands_first(world: World, sign_in: SignIn) -> None:
    case_id = world.register(hazard_name="通风系统不合理")
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.do("office_head", case_id, Action.REVIEW_DRAFT)
    page = html.fromstring(sign_in("leader").get("/home").text)
    first = page.xpath("string((//main//section)[1]//a)")
    assert first == "会签督办通知书"
    task = world.task_id(case_id, Action.COUNTERSIGN_LISTING)
    assert page.xpath("(//main//a)[1]/@href") == [f"/cases/{case_id}/tasks/{task}"]


def test_canary_marks_of_foreign_cases_reach_no_home_page(world: World, sign_in: SignIn) -> None:
    case_id = world.register(hazard_name="金丝雀隐患")
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.later(days=40)
    for name in ("rival_principal", "private_principal", "controller", "other_officer"):
        client = sign_in(name)
        for address in ("/home", "/cases?concern=listed", "/cases?overdue=1&late=submit_plan"):
            page = client.get(address).text
            assert "金丝雀" not in page, (name, address)
            assert "示例煤业" not in page, (name, address)
    assert "金丝雀" in sign_in("case_officer").get("/home").text


def test_a_filter_that_does_not_exist_finds_everything(world: World, sign_in: SignIn) -> None:
    world.register(hazard_name="通风系统不合理")
    client = sign_in("case_officer")
    for address in ("/cases?concern=nonsense", "/cases?late=verify_hazard", "/tasks?step=nonsense"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "通风系统不合理" in answer.text
    assert "“<b>nonsense</b>”" in client.get("/cases?overdue=1&late=nonsense").text


def test_an_exported_list_says_by_which_number_it_was_reached(world: World) -> None:
    rules = world.office.profile.rules
    listed = Wanted.read({"concern": "listed", "phase": "handover"})
    assert asked_in_words(listed, rules) == "阶段“移交”，情形“挂牌督办中”"
    late = Wanted.read({"overdue": "1", "late": "rectification_limit"})
    assert asked_in_words(late, rules) == "已逾期的环节“整改期限”，只看逾期"
    assert Wanted.read({name: str(value) for name, value in late.address().items()}) == late


def test_a_visitor_who_is_not_signed_in_is_led_to_the_door(sign_in: SignIn) -> None:
    client = sign_in("leader")
    client.delete_cookie("guapai_session")
    assert client.get("/home").location.startswith("/sign-in")


def test_the_home_page_asks_little_however_much_there_is(world: World, sign_in: SignIn) -> None:
    names = ("safety_officer", "case_officer", "department_head", "committee_officer", "leader")
    busy(world)
    clients = {name: sign_in(name) for name in names}
    counts: dict[str, list[int]] = {name: [] for name in names}
    for more in (0, 4):
        for number in range(more):
            world.register(nonce=f"r{number}")
        for name in names:
            page, every_page = (selects(clients[name], path) for path in ("/home", "/account"))
            counts[name].append(page - every_page)
    assert all(few == many <= 12 for few, many in counts.values()), counts


def selects(client: FlaskClient, address: str) -> int:
    with counted_queries() as statements:
        assert client.get(address).status_code == 200
    return sum(statement.startswith("SELECT") for statement in statements)


# ------------------------------------------------------------------ desks


def test_every_role_that_sees_cases_has_a_desk_and_no_other() -> None:
    with_cases = {role for role, _relation in VIEWING}
    for role in Role:
        assert (desk_of([role]) is not None) == (role in with_cases), role


def test_several_posts_share_one_page_without_a_block_twice() -> None:
    desk = desk_of([Role.CASE_OFFICER, Role.LEADER_IN_CHARGE, Role.AUDIT_ADMIN])
    assert desk is not None
    assert desk.signs
    blocks = [*desk.main, *desk.aside]
    assert len(blocks) == len(set(blocks))
    assert {Part.CASES, Part.BEGUN, Part.LATE} <= set(blocks)
    assert len(desk.figures) == len(set(desk.figures))


def test_phases_are_counted_of_listed_cases_only(world: World) -> None:
    busy(world)
    asked = LedgerFilter(concern=Concern.LISTED, watch=watch(world))
    with reading(world.engine) as session:
        phases = count_phases(session, world.actor("committee_officer"), asked)
    assert phases == {Phase.HANDOVER: 1}
