"""抄送 and 常用语: to whom, never wider than the case, read once, sent once; and one's phrases."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from services import accounts
from services.audit import first_broken_link
from services.copies import CopyRefusedError, SendCopy, first_changed_copy, mark_read, send_copy
from services.database import reading, transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.audit import AuditEntry
from services.models.case import Act
from services.models.copy import CaseCopy, CopyRecipient
from services.models.organisation import Post
from services.models.phrase import StockPhrase
from services.phrases import add_phrase, delete_phrase
from services.queries.assignments import get_standing
from services.queries.copies import list_possible_readers, list_received, list_sent
from services.queries.own_work import count_own_work
from services.queries.phrases import list_phrases
from services.settings import Settings
from tests.builders import World
from web.app import create_app
from web.labels import PHRASES
from workflows.permissions import may_view
from workflows.vocabulary import Action, Outcome

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NONCE = re.compile(r'name="nonce"[^>]* value="([0-9a-f]{32})"')
WHO = ("case_officer", "department_head", "leader", "safety_officer", "rival_principal")
OWN_SITE = {"Sec-Fetch-Site": "same-origin"}
SignIn = Callable[[str], FlaskClient]


def send(
    world: World,
    name: str,
    case_id: int,
    *to: str,
    note: str = "请知悉",
    nonce: str = "",
    act_id: int | None = None,
) -> None:
    command = SendCopy(
        case_id=case_id,
        act_id=act_id,
        person_ids=tuple(world.person_ids[item] for item in to),
        note=note,
        nonce=nonce or f"{name}{to}{world.now.isoformat()}"[:64],
    )
    with transaction(world.engine) as session:
        send_copy(world.frame(session, name), command)


def read(world: World, name: str, copy_id: int) -> int:
    with transaction(world.engine) as session:
        return mark_read(world.frame(session, name), copy_id)


def last_copy(world: World) -> int:
    with reading(world.engine) as session:
        return session.scalars(sa.select(CaseCopy.id).order_by(CaseCopy.id.desc())).first() or 0


def receipts(world: World) -> list[tuple[str, object]]:
    with reading(world.engine) as session:
        rows = session.scalars(sa.select(CopyRecipient).order_by(CopyRecipient.id))
        return [(row.person.name, row.read_at) for row in rows]


def count(world: World, table: type[CaseCopy | StockPhrase]) -> int:
    with reading(world.engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


# ------------------------------------------------------------------ who may send, who may read


def test_those_inside_and_those_with_a_duty_send_and_nobody_else(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    for name in ("case_officer", "department_head", "office_head", "safety_officer", "principal"):
        world.later(minutes=1)
        send(world, name, case_id, "leader")
    for name, error in (
        ("group_head", CopyRefusedError),
        ("government_principal", CopyRefusedError),
        ("rival_principal", CaseNotFoundError),
        ("other_officer", CaseNotFoundError),
        ("discipline_receiver", CaseNotFoundError),
    ):
        with pytest.raises(error):
            send(world, name, case_id, "leader")
    assert count(world, CaseCopy) == 5


@pytest.mark.parametrize(
    "to", ["rival_principal", "other_officer", "discipline_receiver", "case_officer"]
)
def test_a_copy_goes_to_nobody_who_may_not_see_the_case_nor_to_oneself(
    world: World, to: str
) -> None:
    case_id = world.file_report()
    with pytest.raises(InvalidCommandError) as refusal:
        send(world, "case_officer", case_id, "leader", to)
    assert refusal.value.fields == {"person_ids": "may_not_see"}
    assert count(world, CaseCopy) == 0


def test_exactly_those_who_may_see_the_case_are_offered(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    with transaction(world.engine) as session:
        frame = world.frame(session, "case_officer")
        offered = {
            item.actor.name
            for item in list_possible_readers(
                session, frame.actor, case_id, frame.today, world.office.profile
            )
        }
        standing = get_standing(session, frame.actor, case_id, world.office.profile)
        expected = {
            name
            for name in world.person_ids
            if may_view(world.frame(session, name).actor, standing)
        }
    assert offered == expected - {"case_officer"}
    assert "rival_principal" not in offered


def test_what_is_wrong_with_a_copy_is_said(world: World) -> None:
    case_id, other = world.file_report(), world.register()
    with reading(world.engine) as session:
        foreign_act = session.scalars(sa.select(Act.id).where(Act.case_id == other)).first()
    with pytest.raises(InvalidCommandError):
        send(world, "case_officer", case_id)
    with pytest.raises(InvalidCommandError):
        send(world, "case_officer", case_id, "leader", note="长" * 501)
    with pytest.raises(InvalidCommandError) as refusal:
        send(world, "case_officer", case_id, "leader", act_id=foreign_act)
    assert refusal.value.fields == {"act_id": "choice"}


# ------------------------------------------------------------------ receipts


def test_a_receipt_is_written_once_and_seen_by_the_sender(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    send(world, "case_officer", case_id, "leader", "department_head")
    world.later(hours=1)
    first_reading = world.now
    assert read(world, "leader", last_copy(world)) == case_id
    world.later(hours=1)
    read(world, "leader", last_copy(world))
    assert receipts(world) == [("leader", first_reading), ("department_head", None)]
    with reading(world.engine) as session:
        sent = list_sent(session, world.actor("case_officer"), case_id)
        assert [(item.name, item.read_at) for item in sent[0].readers] == receipts(world)
        assert list_sent(session, world.actor("department_head"), case_id) == ()


def test_a_copy_is_read_by_nobody_else(world: World) -> None:
    case_id = world.file_report()
    send(world, "case_officer", case_id, "leader")
    for name in ("department_head", "rival_principal", "case_officer"):
        with pytest.raises(CaseNotFoundError):
            read(world, name, last_copy(world))
    assert receipts(world) == [("leader", None)]


def test_unread_copies_come_first_then_the_newest(world: World) -> None:
    first, second, third = world.file_report(), world.register(), None
    for case_id in (first, second):
        world.later(minutes=1)
        send(world, "case_officer", case_id, "leader")
    third = last_copy(world)
    world.later(minutes=1)
    send(world, "department_head", first, "leader", note="再次提醒")
    read(world, "leader", third)
    with reading(world.engine) as session:
        rows = list_received(session, world.actor("leader"), 50)
        counts = count_own_work(session, world.actor("leader"), world.now)
    assert [(row.case_id, row.read_at is None) for row in rows] == [
        (first, True),
        (first, True),
        (second, False),
    ]
    assert rows[0].note == "再次提醒"
    assert (counts.copies, counts.unread) == (3, 2)


def test_who_may_not_see_the_case_any_more_finds_no_copy_of_it(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    send(world, "case_officer", case_id, "department_head")
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id == world.person_ids["department_head"])
            .values(valid_to=date(2026, 3, 1))
        )
    with reading(world.engine) as session:
        actor = world.actor("department_head")
        assert list_received(session, actor, 50) == ()
        assert count_own_work(session, actor, world.now).copies == 0
    with pytest.raises(CaseNotFoundError):
        read(world, "department_head", last_copy(world))


def at_once(*acts: Callable[[], object]) -> None:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        act()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_same_form_at_once_sends_once_and_two_readings_make_one_receipt(
    each_world: World,
) -> None:
    world = each_world
    case_id = world.file_report()
    at_once(*[lambda: send(world, "case_officer", case_id, "leader", nonce="same")] * 3)
    assert count(world, CaseCopy) == 1
    copy_id = last_copy(world)
    at_once(*[lambda: read(world, "leader", copy_id)] * 3)
    with reading(world.engine) as session:
        bodies = session.scalars(sa.select(AuditEntry.body)).all()
        assert sum("copy_read_id" in body for body in bodies) == 1
        assert first_broken_link(session) is None


def test_the_chain_commits_to_the_note_without_carrying_it(world: World) -> None:
    case_id = world.file_report()
    send(world, "case_officer", case_id, "leader", note="内部提醒")
    with transaction(world.engine) as session:
        assert first_changed_copy(session) is None
        assert "内部提醒" not in str(session.scalars(sa.select(AuditEntry.body)).all())
        session.scalars(sa.select(CaseCopy)).one().note = "改过的附言"
        session.flush()
        assert first_changed_copy(session) == last_copy(world)


# ------------------------------------------------------------------ phrases


def test_each_person_keeps_at_most_thirty_phrases_of_their_own(each_world: World) -> None:
    world = each_world
    mine, yours = world.person_ids["case_officer"], world.person_ids["leader"]
    with transaction(world.engine) as session:
        for number in range(30):
            add_phrase(session, mine, f"常用语{number}", world.now)
        add_phrase(session, mine, "常用语0", world.now)
        add_phrase(session, yours, "常用语0", world.now)
        with pytest.raises(InvalidCommandError) as refusal:
            add_phrase(session, mine, "多一条", world.now)
        assert refusal.value.fields == {"text": "too_many_phrases:30"}
        for text in ("", "长" * 201):
            with pytest.raises(InvalidCommandError):
                add_phrase(session, yours, text, world.now)
        own = list_phrases(session, mine)
        delete_phrase(session, yours, own[0].phrase_id)
        assert len(list_phrases(session, mine)) == 30
        delete_phrase(session, mine, own[0].phrase_id)
        assert "常用语0" not in {row.text for row in list_phrases(session, mine)}


def test_the_same_phrase_at_once_is_kept_once(each_world: World) -> None:
    world = each_world

    def keep() -> None:
        with transaction(world.engine) as session:
            add_phrase(session, world.person_ids["leader"], "同意。", world.now)

    at_once(keep, keep, keep)
    assert count(world, StockPhrase) == 1


def test_every_decision_has_its_phrases() -> None:
    assert set(PHRASES) == set(Outcome)
    assert all(0 < len(text) <= 200 for texts in PHRASES.values() for text in texts)


# ------------------------------------------------------------------ pages


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
        assert post(client, "/sign-in", username=name, password=PASSWORD).status_code == 302
        return client

    return enter


def post(client: FlaskClient, where: str, page: str = "", **values: object) -> TestResponse:
    text = client.get(page or where).text
    token, nonce = TOKEN.search(text), NONCE.search(text)
    assert token is not None
    hidden = {"csrf_token": token[1]} | ({"nonce": nonce[1]} if nonce else {})
    return client.post(where, data={**hidden, **values}, headers=OWN_SITE)


def words(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", str(html.fromstring(answer.text).xpath("string()")))


def test_a_copy_from_the_case_page_to_the_receipt(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    officer, leader = sign_in("case_officer"), sign_in("leader")
    form = f"/cases/{case_id}/copies/new"
    assert form in officer.get(f"/cases/{case_id}").text
    assert "rival_principal" not in officer.get(form).text
    to = str(world.person_ids["leader"])
    answer = post(officer, form, person_ids=[to], note="请关注整改进度")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    assert "leader 未阅" in words(officer.get(f"/cases/{case_id}"))
    listed = leader.get("/tasks/copies")
    assert "请关注整改进度" in listed.text
    assert "抄送我 1" in words(leader.get("/tasks"))
    opened = post(leader, f"/copies/{last_copy(world)}/open", "/tasks/copies")
    assert (opened.status_code, opened.location) == (303, f"/cases/{case_id}")
    assert "您已阅（2026-03-02 09:00）" in words(leader.get(f"/cases/{case_id}"))
    assert "leader 已阅 2026-03-02 09:00" in words(officer.get(f"/cases/{case_id}"))
    assert "抄送我 0" in words(leader.get("/tasks"))


def test_a_copy_is_acknowledged_from_the_list(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    send(world, "case_officer", case_id, "leader")
    leader = sign_in("leader")
    answer = post(leader, f"/copies/{last_copy(world)}/read", "/tasks/copies")
    assert (answer.status_code, answer.location) == (303, "/tasks/copies")
    assert "未阅 0 件" in leader.get("/tasks/copies").text


def test_a_wrong_copy_comes_back_with_the_reason_and_the_text(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    officer, form = sign_in("case_officer"), f"/cases/{case_id}/copies/new"
    nobody = post(officer, form, note="写好的附言")
    assert nobody.status_code == 422
    assert "请选择抄送给" in nobody.text
    assert "写好的附言" in nobody.text
    rival = str(world.person_ids["rival_principal"])
    stranger = post(officer, form, person_ids=[rival], note="写好的附言")
    assert stranger.status_code == 422
    assert "有人看不到本事项" in stranger.text


def test_who_is_outside_finds_no_form_and_a_foreign_case_is_not_there(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    send(world, "case_officer", case_id, "leader")
    rival = sign_in("rival_principal")
    assert rival.get(f"/cases/{case_id}/copies/new").status_code == 404
    assert post(rival, f"/cases/{case_id}/copies/new", "/account").status_code == 404
    for act in ("open", "read"):
        assert post(rival, f"/copies/{last_copy(world)}/{act}", "/account").status_code == 404
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    assert "请知悉" not in sign_in("safety_officer").get(f"/cases/{case_id}").text


def test_phrases_are_kept_offered_and_deleted(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    officer, head = sign_in("case_officer"), sign_in("department_head")
    assert post(officer, "/account/phrases", text="  ").status_code == 422
    assert post(officer, "/account/phrases", text="请按我局要求抓紧落实。").status_code == 303
    step = f"/cases/{case_id}/tasks/{world.task_id(case_id, Action.VERIFY_HAZARD)}"
    page = officer.get(step).text
    assert "请按我局要求抓紧落实。" in page
    assert PHRASES[Outcome.MAJOR][0] in page
    assert "请按我局要求抓紧落实。" not in head.get("/account/phrases").text
    with reading(world.engine) as session:
        phrase_id = list_phrases(session, world.person_ids["case_officer"])[0].phrase_id
    gone = f"/account/phrases/{phrase_id}/delete"
    post(head, gone, "/account/phrases")
    assert "请按我局要求抓紧落实。" in officer.get("/account/phrases").text
    post(officer, gone, "/account/phrases")
    assert "还没有保存常用语" in officer.get("/account/phrases").text
