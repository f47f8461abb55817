"""The monthly sheet: whose cases it holds, what a signature binds to, all or nothing, once."""

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from services import accounts, audit
from services.actions.endorse_monthly_progress import (
    AlreadyEndorsedError,
    EndorseMonthlyProgress,
    SheetChangedError,
    sign_sheet,
)
from services.database import reading, transaction
from services.errors import CaseNotFoundError, InvalidCommandError, ShownChangedError
from services.frame import Receipt, first_changed_act
from services.models.case import Act
from services.models.organisation import Post
from services.models.succession import Substitution
from services.queries.endorsement_sheet import SheetLine, count_unsigned, list_sheet
from services.queries.months import Month
from services.settings import Settings
from tests.builders import World
from web.app import create_app
from workflows.errors import TaskNotReadyError
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, CaseEnding, Outcome, Stance, Track

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
MARCH, APRIL = Month(2026, 3), Month(2026, 4)
SignIn = Callable[[str], FlaskClient]


def listed_case(world: World, hazard_name: str = "通风系统不合理") -> int:
    """A case whose notice has been served, with the plan accepted."""
    world.later(minutes=1)
    case_id = world.register(hazard_name=hazard_name)
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    return case_id


def revoke(world: World, case_id: int) -> None:
    """End the supervision of a listed case."""
    world.do("committee_officer", case_id, Action.WITHDRAW_CASE)
    world.do("signatory", case_id, Action.CONFIRM_WITHDRAWAL)


def sheet(world: World, name: str, month: Month = MARCH) -> list[SheetLine]:
    with reading(world.engine) as session:
        return list_sheet(session, world.actor(name), month, world.now)


def unsigned(world: World, name: str, month: Month = MARCH) -> int:
    with reading(world.engine) as session:
        number = count_unsigned(session, world.actor(name), month)
    assert number == sum(line.awaits_me for line in sheet(world, name, month))
    return number


def line_command(
    line: SheetLine,
    stance: Stance = Stance.AGREED,
    month: Month = MARCH,
    opinion: str = "",
) -> EndorseMonthlyProgress:
    return EndorseMonthlyProgress(
        case_id=line.case_id, shown=line.shown, month=str(month), stance=stance, opinion=opinion
    )


def sign(world: World, name: str, *commands: EndorseMonthlyProgress) -> tuple[Receipt, ...]:
    with transaction(world.engine) as session:
        return sign_sheet(world.frame(session, name), commands)


def endorsements(world: World) -> list[Act]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Act).where(Act.action == Action.ENDORSE_MONTHLY_PROGRESS).order_by(Act.id)
            )
        )


# ------------------------------------------------------------------ what a sheet holds


def test_a_sheet_holds_listed_cases_from_service_to_their_end(each_world: World) -> None:
    world = each_world
    world.register(hazard_name="未挂牌")
    signed = world.register(hazard_name="未送达", nonce="s")
    world.to_listing(signed)
    world.to_signed(signed)
    assert sheet(world, "leader") == sheet(world, "group_head") == []
    case_id = listed_case(world)
    for name in ("leader", "group_head"):
        (line,) = sheet(world, name)
        assert (line.case_id, line.awaits_me, line.ending) == (case_id, True, None)
        assert unsigned(world, name) == 1
        assert sheet(world, name, MARCH.before()) == []
    revoke(world, case_id)
    (line,) = sheet(world, "leader")
    assert (line.ending, line.awaits_me) == (CaseEnding.WITHDRAWN, False)
    assert unsigned(world, "leader") == 0
    world.now = datetime(2026, 4, 2, tzinfo=UTC)
    assert sheet(world, "leader", APRIL) == []
    assert len(sheet(world, "leader", MARCH)) == 1


def test_what_a_body_above_has_listed_is_on_the_sheet_too(world: World) -> None:
    case_id = world.register()
    world.to_listing(case_id, track=Track.EXTERNAL_LISTING)
    assert sheet(world, "leader") == []
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_LISTING)
    for name in ("leader", "group_head"):
        (line,) = sheet(world, name)
        sign(world, name, line_command(line))
    assert len(endorsements(world)) == 2


def test_a_line_tells_the_progress_of_the_month_and_what_is_late(each_world: World) -> None:
    world = each_world
    case_id = listed_case(world)
    world.now = datetime(2026, 4, 10, 2, tzinfo=UTC)
    world.do("safety_officer", case_id, Action.REPORT_PROGRESS)
    (march,) = sheet(world, "leader", MARCH)
    assert [row.action for row in march.progress][-2:] == [Action.SUBMIT_PLAN, Action.REVIEW_PLAN]
    inside = {Action.PROPOSE_LISTING, Action.REVIEW_DRAFT, Action.COUNTERSIGN_LISTING}
    assert not inside & {row.action for row in march.progress}
    (april,) = sheet(world, "leader", APRIL)
    assert [row.action for row in april.progress] == [Action.REPORT_PROGRESS]
    assert {"签收移交"} <= {row.name for row in april.late}
    # What was late when March ended is told by the sheet of March, not what became late since.
    assert {row.name for row in march.late} <= {row.name for row in april.late}
    assert all(row.due_at < MARCH.ends_at for row in march.late)


def test_sheets_are_one_s_own(each_world: World) -> None:
    world = each_world
    listed_case(world)
    for name in ("rival_principal", "controller", "signatory", "department_head", "other_officer"):
        assert sheet(world, name) == []
        assert unsigned(world, name) == 0


def test_a_leader_of_other_sectors_has_another_sheet(each_world: World) -> None:
    world = each_world
    listed_case(world)
    (line,) = sheet(world, "leader")
    actor = world.actor("leader")
    posts = tuple(replace(post, sectors=frozenset({"fire"})) for post in actor.posts)
    with transaction(world.engine) as session:
        other = replace(actor, posts=posts)
        assert list_sheet(session, other, MARCH, world.now) == []
        frame = replace(world.frame(session, "leader"), actor=other)
        with pytest.raises(CaseNotFoundError):
            sign_sheet(frame, [line_command(line)])


def stand_in(world: World, principal: str, substitute: str, excluded: list[str]) -> None:
    """A written authority for today, confirmed."""
    with transaction(world.engine) as session:
        person_id = world.person_ids[principal]
        post = session.scalars(sa.select(Post).where(Post.person_id == person_id)).one()
        session.add(
            Substitution(
                post_id=post.id,
                principal_person_id=person_id,
                substitute_person_id=world.person_ids[substitute],
                from_on=world.now.date(),
                to_on=world.now.date(),
                reason="leave",
                note="",
                excluded=excluded,
                authority_sha256="0" * 64,
                authority_media_type="application/pdf",
                authority_file_name="授权书.pdf",
                proposed_by_id=person_id,
                proposed_at=world.now,
                confirmed_by_id=world.person_ids["office_head"],
                confirmed_at=world.now,
                form_nonce=f"{principal}-{substitute}",
                salt="0" * 32,
            )
        )


def test_a_substitute_signs_in_both_names_and_once_for_both(each_world: World) -> None:
    world = each_world
    listed_case(world)
    stand_in(world, "leader", "signatory", [])
    (line,) = sheet(world, "signatory")
    sign(world, "signatory", line_command(line))
    assert unsigned(world, "leader") == unsigned(world, "signatory") == 0
    (line,) = sheet(world, "leader")
    assert line.mine is not None
    assert (line.mine.person_name, line.mine.principal_name) == ("signatory", "leader")
    assert sign(world, "leader", line_command(line)) == ()


def test_a_substitute_whose_authority_leaves_the_sheet_out_has_none(world: World) -> None:
    listed_case(world)
    stand_in(world, "leader", "signatory", [Action.ENDORSE_MONTHLY_PROGRESS.value])
    assert sheet(world, "signatory") == []
    (line,) = sheet(world, "leader")
    with pytest.raises(PermissionRefusedError):
        sign(world, "signatory", line_command(line))


# ------------------------------------------------------------------ signing


def test_one_sitting_signs_an_opinion_for_each_case(each_world: World) -> None:
    world = each_world
    first, second, third = (listed_case(world, name) for name in ("甲", "乙", "丙"))
    lines = {line.case_id: line for line in sheet(world, "leader")}
    sign(
        world,
        "leader",
        line_command(lines[second], Stance.OBJECTS, opinion="停产措施没有落实，不同意。"),
        line_command(lines[first]),
    )
    acts = endorsements(world)
    assert [(act.case_id, act.content["stance"]) for act in acts] == [
        (first, "agreed"),
        (second, "objects"),
    ]
    assert {act.content["month"] for act in acts} == {"2026-03"}
    assert [act.shown_sha256 for act in acts] == [lines[first].shown, lines[second].shown]
    assert {act.outcome for act in acts} == {Outcome.DONE}
    assert unsigned(world, "leader") == 1
    mine = {line.case_id: line.mine for line in sheet(world, "leader")}
    assert mine[third] is None
    signature = mine[second]
    assert signature is not None
    assert (signature.person_name, signature.stance) == ("leader", Stance.OBJECTS)
    with reading(world.engine) as session:
        assert first_changed_act(session) is None
        assert audit.first_broken_link(session) is None


def test_both_sides_sign_and_see_each_other(each_world: World) -> None:
    world = each_world
    case_id = listed_case(world)
    (line,) = sheet(world, "group_head")
    sign(world, "group_head", line_command(line, Stance.DEMANDS, opinion="集团督促加快。"))
    (line,) = sheet(world, "leader")
    assert [row.person_name for row in line.signatures] == ["group_head"]
    assert line.awaits_me
    sign(world, "leader", line_command(line))
    (line,) = sheet(world, "group_head")
    assert [row.person_name for row in line.signatures] == ["group_head", "leader"]
    assert {act.case_id for act in endorsements(world)} == {case_id}


def test_each_month_has_its_signature(each_world: World) -> None:
    world = each_world
    listed_case(world)
    sign(world, "leader", line_command(sheet(world, "leader")[0]))
    world.now = datetime(2026, 4, 3, tzinfo=UTC)
    assert (unsigned(world, "leader", MARCH), unsigned(world, "leader", APRIL)) == (0, 1)
    sign(world, "leader", line_command(sheet(world, "leader", APRIL)[0], month=APRIL))
    assert [act.content["month"] for act in endorsements(world)] == ["2026-03", "2026-04"]


def test_a_month_that_is_over_can_still_be_signed_and_one_to_come_cannot(
    each_world: World,
) -> None:
    world = each_world
    listed_case(world)
    world.now = datetime(2026, 4, 3, tzinfo=UTC)
    sign(world, "leader", line_command(sheet(world, "leader", MARCH)[0]))
    assert endorsements(world)[0].at > MARCH.ends_at
    line = sheet(world, "leader", APRIL)[0]
    for text, problem in (("2026-05", "in_future"), ("May", "choice")):
        with pytest.raises(InvalidCommandError) as refusal:
            sign(world, "leader", replace(line_command(line), month=text))
        assert refusal.value.fields == {"month": problem}


def test_double_sending_takes_effect_once(each_world: World) -> None:
    world = each_world
    listed_case(world)
    command = line_command(sheet(world, "leader")[0])
    assert len(sign(world, "leader", command)) == 1
    assert sign(world, "leader", command) == ()
    assert len(endorsements(world)) == 1
    with pytest.raises(AlreadyEndorsedError):
        world.act("leader", command, Action.ENDORSE_MONTHLY_PROGRESS)


def test_two_browsers_at_once_sign_once(each_world: World) -> None:
    world = each_world
    for name in ("甲", "乙"):
        listed_case(world, name)
    commands = [line_command(line) for line in sheet(world, "leader")]
    done: list[int] = []
    start = threading.Barrier(2)

    def send(order: list[EndorseMonthlyProgress]) -> None:
        start.wait()
        done.append(len(sign(world, "leader", *order)))

    threads = [threading.Thread(target=send, args=(order,)) for order in (commands, commands[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 2]
    assert len(endorsements(world)) == 2


def test_a_case_that_changed_in_between_is_named_and_nothing_is_signed(each_world: World) -> None:
    world = each_world
    first, second, third = (listed_case(world, name) for name in ("甲", "乙", "丙"))
    lines = sheet(world, "leader")
    world.do("safety_officer", second, Action.REPORT_PROGRESS)
    revoke(world, third)
    with pytest.raises(SheetChangedError) as refusal:
        sign(world, "leader", *(line_command(line) for line in lines))
    assert refusal.value.case_ids == (second, third)
    assert endorsements(world) == []
    again = [line for line in sheet(world, "leader") if line.awaits_me]
    assert {receipt.case_id for receipt in sign(world, "leader", *map(line_command, again))} == {
        first,
        second,
    }


@pytest.mark.parametrize("what", ["late", "signature", "progress"])
def test_whatever_is_shown_of_a_case_is_bound_to_the_signature(world: World, what: str) -> None:
    case_id = listed_case(world)
    (line,) = sheet(world, "leader")
    if what == "late":
        world.later(days=20)
    elif what == "signature":
        sign(world, "group_head", line_command(sheet(world, "group_head")[0]))
    else:
        world.do("government_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    with pytest.raises(ShownChangedError):
        world.act("leader", line_command(line), Action.ENDORSE_MONTHLY_PROGRESS)


def test_a_demand_or_an_objection_says_what_and_why(world: World) -> None:
    listed_case(world)
    (line,) = sheet(world, "leader")
    for stance in (Stance.DEMANDS, Stance.OBJECTS):
        with pytest.raises(InvalidCommandError) as refusal:
            sign(world, "leader", line_command(line, stance, opinion=""))
        assert refusal.value.fields == {"opinion": "required"}
    assert endorsements(world) == []


def test_only_endorsers_of_listed_cases_may_sign(world: World) -> None:
    case_id = listed_case(world)
    (line,) = sheet(world, "leader")
    for name in ("signatory", "department_head", "principal", "committee_officer"):
        with pytest.raises(PermissionRefusedError):
            sign(world, name, line_command(line))
    with pytest.raises(CaseNotFoundError):
        sign(world, "rival_principal", line_command(line))
    unlisted = world.register(nonce="u")
    with pytest.raises(PermissionRefusedError) as refusal:
        sign(world, "leader", replace(line_command(line), case_id=unlisted))
    assert refusal.value.detail["missing"] == "listing_served"
    revoke(world, case_id)
    with pytest.raises(TaskNotReadyError):
        world.act("leader", line_command(line), Action.ENDORSE_MONTHLY_PROGRESS)


def test_a_month_before_the_listing_has_nothing_to_sign(world: World) -> None:
    listed_case(world)
    (line,) = sheet(world, "leader")
    february = MARCH.before()
    with pytest.raises(TaskNotReadyError):
        world.act("leader", line_command(line, month=february), Action.ENDORSE_MONTHLY_PROGRESS)


def test_the_path_of_the_case_is_untouched(world: World) -> None:
    case_id = listed_case(world)
    before = world.open_steps(case_id)
    sign(world, "leader", line_command(sheet(world, "leader")[0], Stance.OBJECTS, opinion="否。"))
    assert world.open_steps(case_id) == before
    world.do("principal", case_id, Action.APPLY_FOR_ACCEPTANCE)
    world.do("group_head", case_id, Action.ENDORSE_AS_PARENT_COMPANY_HEAD)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)


# ------------------------------------------------------------------ pages


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in ("leader", "group_head", "signatory", "case_officer", "rival_principal"):
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app: Flask = create_app(settings, office=world.office, now=lambda: world.now)

    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        token = TOKEN.search(client.get("/sign-in").text)
        assert token is not None
        values = {"csrf_token": token[1], "username": name, "password": PASSWORD}
        assert client.post("/sign-in", data=values).status_code == 302
        return client

    return enter


def sent(client: FlaskClient, page: str, **values: str) -> TestResponse:
    """Send the form of a page as it was shown, with what was chosen."""
    hidden = {
        item.get("name", ""): item.get("value", "")
        for item in html.fromstring(page).iter("input")
        if item.get("type") == "hidden"
    }
    fields = {name.replace("__", "-"): text for name, text in values.items()}
    own_site = {"Sec-Fetch-Site": "same-origin"}
    return client.post("/endorsements/2026-03", data={**hidden, **fields}, headers=own_site)


def chosen_on(page: str) -> dict[str, str]:
    """The stance of each case that is chosen on a page."""
    return {
        item.get("name", ""): item.get("value", "")
        for item in html.fromstring(page).iter("input")
        if item.get("type") == "radio" and item.get("checked") is not None
    }


def words_of(page: str) -> str:
    return " ".join(str(html.fromstring(page).xpath("string(//main)")).split())


def test_the_home_page_says_how_many_wait_and_the_sheet_takes_them(
    world: World, sign_in: SignIn
) -> None:
    first, second = listed_case(world, "甲隐患"), listed_case(world, "乙隐患")
    client = sign_in("leader")
    assert "本月签字背书：2 件待签" in words_of(client.get("/home").text)
    assert client.get("/endorsements").location == "/endorsements/2026-03"
    page = client.get("/endorsements/2026-03").text
    for word in ("共 2 件", "待签 2 件", "2026-03-31", "朔安发〔2022〕3号第27项", "本地设置"):
        assert word in words_of(page)
    answer = sent(
        client,
        page,
        **{f"case{first}__stance": "agreed", f"case{second}__stance": ""},
    )
    assert (answer.status_code, answer.location) == (303, "/endorsements/2026-03")
    after = words_of(client.get("/endorsements/2026-03").text)
    assert "已签字背书 1 件。" in after
    assert "已签 1 件，待签 1 件" in after
    assert "本月签字背书：1 件待签" in words_of(client.get("/home").text)
    timeline = words_of(client.get(f"/cases/{first}").text)
    for word in ("月度签字背书", "背书月份2026-03", "意见同意"):
        assert word in timeline


def test_the_sheet_tells_what_was_reported_and_what_a_visit_found(
    world: World, sign_in: SignIn
) -> None:
    case_id = listed_case(world)
    world.do("safety_officer", case_id, Action.REPORT_PROGRESS, progress="装置已到货。")
    world.do("case_officer", case_id, Action.RECORD_VISIT, findings="现场尚未安装。")
    page = words_of(sign_in("leader").get("/endorsements/2026-03").text)
    for word in ("进展情况：装置已到货。", "现场尚未安装。"):
        assert word in page


def test_sending_the_same_sheet_twice_says_so(world: World, sign_in: SignIn) -> None:
    case_id = listed_case(world)
    client = sign_in("leader")
    page = client.get("/endorsements/2026-03").text
    for _ in range(2):
        answer = sent(client, page, **{f"case{case_id}__stance": "agreed"})
        assert answer.status_code == 303
    assert "没有新的签字。其中 1 件此前已由您签字" in client.get("/endorsements/2026-03").text
    assert len(endorsements(world)) == 1


def test_what_is_missing_stands_beside_its_case_and_nothing_is_lost(
    world: World, sign_in: SignIn
) -> None:
    first, second = listed_case(world, "甲隐患"), listed_case(world, "乙隐患")
    client = sign_in("leader")
    page = client.get("/endorsements/2026-03").text
    nothing = sent(client, page)
    assert nothing.status_code == 422
    assert "还没有选择任何一件的意见" in nothing.text
    chosen = {
        f"case{first}__stance": "objects",
        f"case{second}__opinion": "写了意见没有选",
    }
    answer = sent(client, page, **chosen)
    assert answer.status_code == 422
    assert "甲隐患：请填写要求或理由" in words_of(answer.text)
    assert "乙隐患：请选择意见" in words_of(answer.text)
    assert "写了意见没有选" in answer.text
    assert chosen_on(answer.text)[f"case{first}-stance"] == "objects"
    assert endorsements(world) == []


def test_the_page_names_what_changed_and_keeps_the_rest_typed(
    world: World, sign_in: SignIn
) -> None:
    kept, changed, gone = (listed_case(world, name) for name in ("留存甲", "变化乙", "撤销丙"))
    client = sign_in("leader")
    page = client.get("/endorsements/2026-03").text
    world.do("safety_officer", changed, Action.REPORT_PROGRESS)
    revoke(world, gone)
    values = {
        f"case{case_id}__{field}": text
        for case_id in (kept, changed, gone)
        for field, text in (("stance", "demands"), ("opinion", f"要求{case_id}号"))
    }
    answer = sent(client, page, **values)
    assert answer.status_code == 409
    summary = html.fromstring(answer.text).xpath("string(//*[@role='alert'])")
    assert "变化乙" in str(summary)
    assert "撤销丙" in str(summary)
    assert "留存甲" not in str(summary)
    for case_id in (kept, changed, gone):
        assert f"要求{case_id}号" in answer.text
    assert chosen_on(answer.text) == {f"case{kept}-stance": "demands", f"case{changed}-stance": ""}
    assert endorsements(world) == []
    mine = {name: text for name, text in values.items() if name.startswith(f"case{kept}__")}
    assert sent(client, answer.text, **mine).status_code == 303
    assert [act.case_id for act in endorsements(world)] == [kept]


def test_a_past_sheet_stays_readable_with_who_signed_and_when(
    world: World, sign_in: SignIn
) -> None:
    listed_case(world, "甲隐患")
    (line,) = sheet(world, "group_head")
    sign(world, "group_head", line_command(line, Stance.DEMANDS, opinion="集团督促加快。"))
    world.now = datetime(2026, 4, 20, 2, tzinfo=UTC)
    client = sign_in("leader")
    assert "上月还有 1 件没有签" in words_of(client.get("/home").text)
    page = client.get("/endorsements/2026-03").text
    assert "现在签字记为逾期补签" in page
    case_id = line.case_id
    assert sent(client, page, **{f"case{case_id}__stance": "agreed"}).status_code == 303
    world.now += timedelta(days=60)
    words = words_of(sign_in("group_head").get("/endorsements/2026-03").text)
    assert "同意并提出要求：集团督促加快。" in words
    assert "group_head 示例集团" in words
    assert "2026-03-02" in words
    assert "逾期补签" in words
    assert "leader 示例市安全生产委员会" in words
    assert "2026-04-20 10:00" in words


@pytest.mark.parametrize("month", ["2026-04", "2027-01", "2026-13", "nonsense"])
def test_a_month_to_come_has_no_sheet(world: World, sign_in: SignIn, month: str) -> None:
    client = sign_in("leader")
    assert client.get(f"/endorsements/{month}").status_code == 404


def test_the_sheet_is_for_endorsers_only(world: World, sign_in: SignIn) -> None:
    listed_case(world, "金丝雀隐患")
    for name in ("signatory", "case_officer", "rival_principal"):
        client = sign_in(name)
        for address in ("/endorsements", "/endorsements/2026-03"):
            answer = client.get(address)
            assert answer.status_code == 403
            assert "金丝雀" not in answer.text
        assert "签字背书表" not in client.get("/home").text


def test_a_foreign_case_sent_with_the_sheet_is_like_one_that_is_not_there(
    world: World, sign_in: SignIn
) -> None:
    mine = listed_case(world, "甲隐患")
    client = sign_in("leader")
    page = client.get("/endorsements/2026-03").text
    answer = sent(
        client,
        page,
        **{
            f"case{mine}__stance": "agreed",
            "case999__stance": "demands",
            "case999__opinion": "打好的字，不能丢",
            "case999__shown": "x",
        },
    )
    assert answer.status_code == 404
    assert "打好的字，不能丢" in answer.text
    assert endorsements(world) == []
