"""How the work behind the pages is watched: beats, counts, incidents, and trying them anew."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from services import accounts
from services.administration.incidents import (
    IncidentOverError,
    retry,
    retry_all_as_operator,
    retry_as_operator,
)
from services.administration.log import first_changed_entry
from services.administration.proposals import AdministrationRefusedError
from services.audit import first_broken_link
from services.beats import BEAT_EVERY, FORGOTTEN_AFTER, Pulse
from services.database import reading, transaction
from services.demonstration.loader import holds_nothing
from services.errors import InvalidCommandError
from services.frame import Frame
from services.messages.outbox import put
from services.models.administration import AdministrationEntry
from services.models.deadline import Deadline
from services.models.process import outbox, worker_beat
from services.operations.doctor import examine
from services.queries.worker_status import (
    LATE_AFTER,
    SILENT_AFTER,
    IncidentKind,
    IncidentRef,
    WorkerStatus,
    get_worker_status,
)
from services.settings import Settings
from services.topics import Topic
from services.worker import BACK_OFF_SECONDS, LEASE, Workshop, work_forever, work_off, work_once
from tests.builders import World, fake_render, fake_sign
from web.app import create_app
from workflows.vocabulary import Action

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SECRET = "金丝雀隐患"


def status_of(world: World) -> WorkerStatus:
    with reading(world.engine) as session:
        return get_worker_status(session, world.now)


def beats(world: World) -> list[Any]:
    with reading(world.engine) as session:
        return list(session.execute(sa.select(worker_beat).order_by(worker_beat.c.id)))


def shop_of(world: World, render: Any = fake_render) -> Workshop:
    return Workshop(world.engine, world.office.files, render, fake_sign)


def ask(world: World, key: str, document_id: int = 999) -> None:
    with transaction(world.engine) as session:
        put(session, key, Topic.RENDER_DRAFT, {"document_id": document_id}, world.now)


def message_incident(world: World, key: str = "poison") -> IncidentRef:
    """A message that was tried as often as it may be."""
    ask(world, key)
    with transaction(world.engine) as session:
        number = session.execute(
            sa.update(outbox)
            .where(outbox.c.idempotency_key == key)
            .values(attempts=5, incident="NoResultFound (x.py:1)", incident_code="NoResultFound")
            .returning(outbox.c.id)
        ).scalar_one()
    return IncidentRef(IncidentKind.MESSAGE, number)


def deadline_incident(world: World) -> IncidentRef:
    """A look at a deadline that failed again and again."""
    case_id = world.file_report(hazard_name=SECRET)
    later = world.now + timedelta(hours=1)
    with transaction(world.engine) as session:
        number = session.scalars(
            sa.select(Deadline.id).where(Deadline.case_id == case_id).limit(1)
        ).one()
        session.execute(
            sa.update(Deadline)
            .where(Deadline.id == number)
            .values(look_failures=5, look_incident="KeyError", next_look_at=later)
        )
    return IncidentRef(IncidentKind.DEADLINE, number)


@contextmanager
def frame_of(world: World, name: str) -> Iterator[Frame]:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        yield Frame(session, actor, world.now, world.office)


def entries(world: World) -> list[AdministrationEntry]:
    with reading(world.engine) as session:
        return list(
            session.scalars(
                sa.select(AdministrationEntry)
                .where(AdministrationEntry.kind == "incident_retried")
                .order_by(AdministrationEntry.id)
            )
        )


# ------------------------------------------------------------------ beats


def test_a_worker_is_heard_and_written_down_only_now_and_then(each_world: World) -> None:
    world = each_world
    pulse = Pulse(world.engine, world.now)
    begun = world.now
    pulse.beat(world.now)
    world.now += BEAT_EVERY - timedelta(seconds=1)
    pulse.beat(world.now)
    assert [(row.started_at, row.beat_at, row.worked_at) for row in beats(world)] == [
        (begun, begun, None)
    ]
    pulse.note_work(world.now)
    world.now += timedelta(seconds=1)
    pulse.beat(world.now)
    (row,) = beats(world)
    assert (row.beat_at, row.worked_at) == (world.now, world.now - timedelta(seconds=1))
    world.now -= timedelta(hours=1)  # the clock was set back
    pulse.beat(world.now)
    assert beats(world)[0].beat_at == world.now
    pulse.stop()
    assert beats(world) == []


def test_a_cleared_beat_comes_back_and_old_ones_are_forgotten(each_world: World) -> None:
    world = each_world
    silent, living = Pulse(world.engine, world.now), Pulse(world.engine, world.now)
    silent.beat(world.now)
    living.beat(world.now)
    world.now += FORGOTTEN_AFTER + timedelta(seconds=1)
    living.beat(world.now)
    assert [row.beat_at for row in beats(world)] == [world.now]
    with transaction(world.engine) as session:
        session.execute(sa.delete(worker_beat))
    world.now += BEAT_EVERY
    living.beat(world.now)
    assert [row.beat_at for row in beats(world)] == [world.now]


class Stopped(SystemExit):
    """As the signal does it."""


def test_a_worker_that_is_told_to_stop_leaves_no_beat(world: World) -> None:
    heard: list[int] = []

    def passing(_point: object) -> None:
        heard.append(len(beats(world)))
        raise Stopped

    ask(world, "one")
    shop = Workshop(world.engine, world.office.files, fake_render, fake_sign, passing)
    with pytest.raises(Stopped):
        work_forever(shop, world.office, lambda: world.now, pause_seconds=0)
    assert heard == [1]
    assert beats(world) == []


def test_an_idle_turn_between_two_beats_writes_nothing(world: World) -> None:
    pulse = Pulse(world.engine, world.now)
    pulse.beat(world.now)
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        written.append(statement)

    sa.event.listen(world.engine, "before_cursor_execute", note)
    pulse.beat(world.now)
    assert not work_once(shop_of(world), world.now)
    assert [text for text in written if not text.startswith(("BEGIN", "SELECT"))] == []
    assert "BEGIN IMMEDIATE" not in written


def test_an_empty_database_stays_empty_with_a_worker_beside_it(sqlite_engine: Engine) -> None:
    Pulse(sqlite_engine, datetime.now().astimezone()).beat(datetime.now().astimezone())
    with reading(sqlite_engine) as session:
        assert holds_nothing(session)


# ------------------------------------------------------------------ status


def test_messages_are_counted_by_topic_and_state(each_world: World) -> None:
    world = each_world
    begun = world.now
    for number in range(5):
        ask(world, f"message {number}")
    with transaction(world.engine) as session:
        rows = session.scalars(sa.select(outbox.c.id).order_by(outbox.c.id)).all()
        change = sa.update(outbox)
        session.execute(change.where(outbox.c.id == rows[0]).values(done_at=begun))
        session.execute(
            change.where(outbox.c.id == rows[1]).values(
                leased_until=begun + LEASE + LATE_AFTER, attempts=1
            )
        )
        later = begun + timedelta(hours=1)
        session.execute(change.where(outbox.c.id == rows[2]).values(attempts=2, not_before=later))
    world.now += LATE_AFTER + timedelta(seconds=1)
    ask(world, "just now")
    (topic,) = status_of(world).topics
    assert (topic.waiting, topic.late, topic.leased, topic.put_back) == (3, 2, 1, 1)
    assert topic.oldest_at == begun
    assert not status_of(world).is_idle


def test_what_is_to_be_done_one_day_is_not_waiting(world: World) -> None:
    with transaction(world.engine) as session:
        day = world.now + timedelta(days=3)
        put(session, "leaver", Topic.SETTLE_DEPARTURE, {"departure_id": 1}, world.now, day)
    (topic,) = status_of(world).topics
    assert (topic.waiting, topic.leased, topic.put_back) == (0, 0, 0)


def test_silence_of_a_minute_is_not_healthy(each_world: World) -> None:
    world = each_world
    assert not status_of(world).is_healthy
    Pulse(world.engine, world.now).beat(world.now)
    world.now += SILENT_AFTER
    assert status_of(world).is_healthy
    world.now += timedelta(seconds=1)
    assert [row.is_silent for row in status_of(world).workers] == [True]
    assert not status_of(world).is_healthy


def test_incidents_and_the_backlog_of_the_sweep_are_seen(each_world: World) -> None:
    world = each_world
    Pulse(world.engine, world.now).beat(world.now)
    message, look = message_incident(world), deadline_incident(world)
    found = status_of(world)
    assert [(row.ref, row.attempts, row.code) for row in found.incidents] == [
        (message, 5, "NoResultFound"),
        (look, 5, "KeyError"),
    ]
    assert (found.incident_count, found.is_healthy, found.looks_put_back) == (2, False, 1)
    assert found.to_look_at == 0
    world.later(days=90)
    due = status_of(world)
    assert due.to_look_at > 1
    assert due.oldest_look_at is not None
    assert due.oldest_look_at < world.now


@pytest.mark.parametrize(
    "text",
    ["", "7", "message", "message-", "message-x", "act-1", "message-²"],
)
def test_what_is_no_reference_is_none(text: str) -> None:
    assert IncidentRef.read(text) is None


def test_a_reference_is_read_as_it_is_written() -> None:
    ref = IncidentRef(IncidentKind.DEADLINE, 12)
    assert IncidentRef.read(f" {ref} ") == ref
    assert IncidentRef.read(f"message-{2**31}") is None


# ------------------------------------------------------------------ anew


def test_an_incident_is_tried_anew_from_the_beginning_and_on_record(each_world: World) -> None:
    world = each_world
    ref, look = message_incident(world), deadline_incident(world)
    with frame_of(world, "system_admin") as frame:
        assert retry(frame, [look, ref, ref], "已补装字体") == 2
    assert status_of(world).incident_count == 0
    with reading(world.engine) as session:
        row = session.execute(sa.select(outbox).where(outbox.c.id == ref.id)).one()
        deadline = session.get_one(Deadline, look.id)
        assert (row.attempts, row.incident, row.incident_code) == (0, None, None)
        assert (row.not_before, row.leased_until) == (world.now, None)
        assert (deadline.look_failures, deadline.next_look_at) == (0, world.now)
        assert first_broken_link(session) is None
        assert first_changed_entry(session) is None
    told = [(entry.person_id, entry.reason, entry.after) for entry in entries(world)]
    admin = world.person_ids["system_admin"]
    failed = {"topic": "render_draft", "error": "NoResultFound (x.py:1)"}
    assert told == [
        (admin, "已补装字体", {"incident": str(look), "error": "KeyError"}),
        (admin, "已补装字体", {"incident": str(ref), **failed}),
    ]
    assert work_once(shop_of(world), world.now)  # it is taken up at once


def test_a_message_tried_anew_is_worked_off(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    command = world.command(case_id, Action.PROPOSE_LISTING)
    world.act("committee_officer", command, Action.PROPOSE_LISTING)

    def broken(_template: str, _inputs: object) -> bytes:
        raise KeyError(SECRET)

    while not status_of(world).incident_count:
        work_once(shop_of(world, broken), world.now)
        world.later(minutes=11)
    (row,) = status_of(world).incidents
    assert SECRET not in row.error
    with frame_of(world, "system_admin") as frame:
        retry(frame, [row.ref], "模板已更正")
    assert work_off(shop_of(world), world.now) == 1
    assert (status_of(world).topics, status_of(world).incidents) == ((), ())


def test_nothing_is_tried_anew_without_a_reason_a_choice_or_the_post(world: World) -> None:
    ref = message_incident(world)
    with pytest.raises(InvalidCommandError) as refusal, frame_of(world, "system_admin") as frame:
        retry(frame, [ref], "")
    assert refusal.value.fields == {"reason": "required"}
    with pytest.raises(InvalidCommandError), frame_of(world, "system_admin") as frame:
        retry(frame, [], "原因")
    for name in ("security_admin", "audit_admin", "case_officer"):
        with pytest.raises(AdministrationRefusedError), frame_of(world, name) as frame:
            retry(frame, [ref], "原因")
    assert status_of(world).incident_count == 1
    assert entries(world) == []


def test_of_two_at_once_one_has_it_tried_anew(each_world: World) -> None:
    world, start, results = each_world, Barrier(2), list[str]()
    ref = message_incident(world)

    def run() -> None:
        start.wait()
        try:
            with transaction(world.engine) as session:
                retry_as_operator(session, ref, "", world.now)
            results.append("done")
        except IncidentOverError:
            results.append("over")

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "over"]
    assert [(entry.person_id, entry.reason) for entry in entries(world)] == [(None, "")]


def test_an_incident_of_a_deadline_that_ended_is_none(world: World) -> None:
    ref = deadline_incident(world)
    with transaction(world.engine) as session:
        session.execute(sa.update(Deadline).values(ended_at=world.now, ended_as="met"))
        assert retry_all_as_operator(session, "", world.now) == 0
        with pytest.raises(IncidentOverError):
            retry_as_operator(session, ref, "", world.now)


# ------------------------------------------------------------------ command, doctor, page


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    return create_app(settings, office=world.office, now=lambda: world.now)


def browser_of(app: Flask, world: World, name: str) -> FlaskClient:
    client = app.test_client()
    with transaction(world.engine) as session:
        accounts.create_account(session, world.person_ids[name], name, "a hash")
        attempt = accounts.Attempt(None, world.person_ids[name], None)
        client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
    return client


def test_the_command_tells_how_it_stands_and_ends_accordingly(app: Flask, world: World) -> None:
    def run(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["worker", *words])

    assert run("status").exit_code == 1
    Pulse(world.engine, world.now).beat(world.now)
    world.now += timedelta(seconds=12)
    answer = run("status")
    assert answer.exit_code == 0
    assert "12 秒前有活动" in answer.output
    ask(world, "waiting")
    world.now += timedelta(seconds=61)
    answer = run("status")
    assert answer.exit_code == 1
    assert "失联" in answer.output
    assert "生成签发稿：等待 1（超过 1 分钟 1" in answer.output
    ref, look = message_incident(world), deadline_incident(world)
    answer = run("status")
    assert f"{ref}  生成签发稿  已试 5 次  NoResultFound (x.py:1)" in answer.output
    assert f"{look}  巡查期限" in answer.output
    assert SECRET not in answer.output
    assert "已重新排队 1 项" in run("retry", str(ref), "--reason", "重启").output
    for words in (("retry", str(ref)), ("retry", "nonsense")):
        answer = run(*words)
        assert (answer.exit_code, "没有这项失败的任务" in answer.output) == (1, True)
    assert run("retry").exit_code == run("retry", str(ref), "--all").exit_code == 2
    assert "已重新排队 1 项" in run("retry", "--all").output
    assert "没有多次失败" in run("retry", "--all").output
    assert [entry.reason for entry in entries(world)] == ["重启", ""]


def test_the_doctor_tells_of_a_silent_worker(world: World, tmp_path: Path) -> None:
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path)})

    def is_sound() -> bool:
        found = {check.name: check.sound for check in examine(settings, world.engine, world.now)}
        return found["worker"]

    assert is_sound()  # never started, and nothing waits
    ask(world, "waiting")
    world.now += LATE_AFTER + timedelta(seconds=1)
    assert not is_sound()
    pulse = Pulse(world.engine, world.now)
    pulse.beat(world.now)
    assert is_sound()
    work_off(shop_of(world), world.now)
    world.now += SILENT_AFTER + timedelta(seconds=1)
    assert not is_sound()
    pulse.stop()
    with transaction(world.engine) as session:
        session.execute(sa.delete(outbox))
    assert is_sound()


def test_the_page_tells_ids_and_no_case_and_keeps_a_retry_on_record(
    app: Flask, world: World
) -> None:
    browser = browser_of(app, world, "system_admin")
    ref, look = message_incident(world), deadline_incident(world)
    page = browser.get("/administration/worker").text
    assert "没有活动" in page
    assert str(ref) in page
    assert str(look) in page
    assert SECRET not in page
    assert "没有活动" in browser.get("/administration").text
    token = TOKEN.search(page)
    assert token is not None

    def send(**data: object) -> Any:
        return browser.post("/administration/worker/retry", data={"csrf_token": token[1], **data})

    answer = send(incidents=str(ref))
    assert answer.status_code == 422
    assert "请填写重试原因" in answer.text
    answer = send(reason="已补装字体")
    assert answer.status_code == 422
    assert "请选择要重试的任务" in answer.text
    assert "已补装字体" in answer.text
    assert send(incidents="nonsense", reason="已补装字体").status_code == 422
    assert send(incidents=[str(ref), "message-77"], reason="已补装字体").status_code == 303
    assert "已重新排队" in browser.get("/administration/worker").text
    answer = send(incidents=str(ref), reason="再来一次")
    assert answer.status_code == 409
    assert "已经有人重试" in answer.text
    log = browser_of(app, world, "audit_admin").get("/administration/log").text
    assert "重试后台任务" in log
    assert str(ref) in log


def test_a_healthy_worker_is_said_to_be_so(app: Flask, world: World) -> None:
    Pulse(world.engine, world.now).beat(world.now)
    browser = browser_of(app, world, "system_admin")
    assert "后台任务正常" in browser.get("/administration/worker").text
    assert "都在进行" in browser.get("/administration").text


def test_a_case_says_in_words_why_its_document_has_no_pages(app: Flask, world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    command = world.command(case_id, Action.PROPOSE_LISTING)
    world.act("committee_officer", command, Action.PROPOSE_LISTING)
    browser = browser_of(app, world, "office_head")
    task = f"/cases/{case_id}/tasks/{world.task_id(case_id, Action.REVIEW_DRAFT)}"

    def said(words: str) -> bool:
        return all(words in browser.get(page).text for page in (f"/cases/{case_id}", task))

    def broken(_template: str, _inputs: object) -> bytes:
        raise KeyError(SECRET)

    assert said("签发稿正在生成")
    work_once(shop_of(world, broken), world.now)
    assert said("签发稿还没有生成成功")
    for pause in BACK_OFF_SECONDS:
        world.later(seconds=pause)
        work_once(shop_of(world, broken), world.now)
    assert said("签发稿多次没有生成成功")
    with transaction(world.engine) as session:
        retry_all_as_operator(session, "", world.now)
    assert said("签发稿正在生成")
    work_off(shop_of(world), world.now)
    assert "签发稿正在生成" not in browser.get(task).text


def test_a_numbered_notice_without_pages_is_not_taken_for_a_number_alone(
    app: Flask, world: World
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
    )
    world.act("signatory", world.command(case_id, Action.SIGN_LISTING), Action.SIGN_LISTING)
    assert "正式文书正在生成" in browser_of(app, world, "principal").get(f"/cases/{case_id}").text
