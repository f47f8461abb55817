"""One's own deadlines by day, and the secret address at which calendar programs read them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from services import accounts
from services.administration.change import Change
from services.administration.feeds import end_own_feed, make_own_feed
from services.administration.proposals import confirm, propose
from services.assignments import claim_step
from services.calendar_feeds import MOST_READS_IN_WINDOW, WINDOW, find_feed
from services.database import reading, transaction
from services.deadlines import extend_limit
from services.frame import Frame
from services.models.account import Account, CalendarFeed
from services.models.administration import AdministrationEntry, PublicRequest
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Post
from services.models.process import open_task
from services.public_requests import MOST_IN_WINDOW
from services.queries.own_deadlines import OwnDeadlineRow, Span, list_own_deadlines
from services.settings import Settings
from services.succession.departures import settle_departure
from tests.builders import World
from tests.integration import test_departures
from tests.integration.test_penalty import NOTIFY, PROPOSE, judged
from web.app import create_app
from workflows.administration import ChangeKind
from workflows.permissions import UNTOLD_CLOCKS
from workflows.vocabulary import Action

SECRET = "金丝雀隐患"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ADDRESS = re.compile(r"<code>http://localhost(/calendar/[^<]+\.ics)</code>")
LONG = "关于" + "责令限期整改、复查验收和签字背书" * 6


@contextmanager
def frame_of(world: World, name: str) -> Iterator[Frame]:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        yield Frame(session, actor, world.now, world.office)


def own(world: World, name: str, span: Span | None = None) -> list[OwnDeadlineRow]:
    actor = world.actor(name)
    rules, today = world.office.profile.rules, world.now.date()
    with reading(world.engine) as session:
        return list_own_deadlines(session, actor, rules, today, span or Span(), 100)


def names(world: World, name: str, span: Span | None = None) -> list[str]:
    return [row.rule_id for row in own(world, name, span)]


# ------------------------------------------------------------------ whose


def test_the_steps_of_a_post_are_its_holders_deadlines_and_nobody_elses(each_world: World) -> None:
    world = each_world
    world.file_report()
    assert "verify_hazard" in names(world, "case_officer")
    assert names(world, "case_officer") == names(world, "second_officer")
    assert "supplement_report" in names(world, "safety_officer")
    for outsider in ("other_officer", "rival_principal", "committee_officer", "system_admin"):
        assert names(world, outsider) == []


def test_what_a_colleague_has_taken_is_no_longer_mine(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    with frame_of(world, "case_officer") as frame:
        claim_step(frame, case_id, task_id)
    (mine,) = [row for row in own(world, "case_officer") if row.rule_id == "verify_hazard"]
    assert mine.task_id == task_id
    assert "verify_hazard" not in names(world, "second_officer")


def test_the_clock_of_a_case_is_met_by_the_house_that_holds_it(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    (limit,) = [row for row in own(world, "principal") if row.rule_id == "rectification_limit"]
    assert limit.case_id == case_id
    # Only the principal applies for acceptance, which meets the limit.
    for outsider in ("safety_officer", "case_officer", "rival_principal", "government_officer"):
        assert "rectification_limit" not in names(world, outsider)


def test_a_step_without_a_clock_of_its_own_is_due_with_the_case(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    task_id = world.task_id(case_id, Action.SUBMIT_PLAN)
    clock = sa.select(Deadline.due_at).where(Deadline.rule_id == "rectification_limit")
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Deadline).where(Deadline.task_id == task_id).values(ended_at=world.now)
        )
        due_at = session.scalars(clock).one()
        session.execute(
            sa.update(open_task).where(open_task.c.task_id == task_id).values(due_at=due_at)
        )
    (limit,) = [row for row in own(world, "safety_officer") if row.rule_id == "rectification_limit"]
    assert limit.task_id == task_id


def test_hidden_penalty_clocks_stay_hidden(each_world: World) -> None:
    world = each_world
    case_id = judged(world)
    world.do("case_officer", case_id, PROPOSE)
    hidden = UNTOLD_CLOCKS & set(names(world, "legality_reviewer"))
    assert hidden
    for outside in ("principal", "safety_officer", "government_officer"):
        assert not UNTOLD_CLOCKS & set(names(world, outside))
    world.do("legality_reviewer", case_id, Action.REVIEW_LEGALITY)
    world.do("case_officer", case_id, NOTIFY)
    assert "answer_penalty_notice" in names(world, "principal")
    assert not UNTOLD_CLOCKS & set(names(world, "principal"))


def test_a_span_takes_both_its_days_and_an_ended_deadline_is_none(world: World) -> None:
    case_id = world.file_report()
    row = own(world, "case_officer")[0]
    day, one = row.due_on, timedelta(days=1)
    assert row in own(world, "case_officer", Span(day, day))
    assert row not in own(world, "case_officer", Span(day + one, None))
    assert row not in own(world, "case_officer", Span(None, day - one))
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    assert "verify_hazard" not in names(world, "case_officer")


# ------------------------------------------------------------------ the page


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    return create_app(settings, office=world.office, now=lambda: world.now)


def browser_of(app: Flask, world: World, name: str) -> FlaskClient:
    client = app.test_client()
    with transaction(world.engine) as session:
        if session.scalar(sa.select(Account.id).where(Account.username == name)) is None:
            accounts.create_account(session, world.person_ids[name], name, "a hash")
        attempt = accounts.Attempt(None, world.person_ids[name], None)
        client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
    return client


def test_the_month_shows_each_deadline_on_its_day_with_its_counting(
    app: Flask, world: World
) -> None:
    case_id = world.file_report(hazard_name=SECRET)
    row = next(row for row in own(world, "case_officer") if row.rule_id == "verify_hazard")
    browser = browser_of(app, world, "case_officer")
    page = browser.get("/deadlines/calendar").text
    cell = page.split(f'<time datetime="{row.due_on}">')[1].split("</li>")[0]
    assert f"/cases/{case_id}#counting-{row.deadline_id}" in cell
    assert SECRET in cell
    assert f'id="counting-{row.deadline_id}"' in browser.get(f"/cases/{case_id}").text
    assert SECRET not in browser_of(app, world, "other_officer").get("/deadlines/calendar").text
    assert SECRET not in browser.get("/deadlines/calendar?month=2026-12").text
    assert "2026 年 3 月" in browser.get("/deadlines/calendar?month=nonsense").text


def test_what_should_have_been_done_before_this_month_stands_above_it(
    app: Flask, world: World
) -> None:
    world.file_report(hazard_name=SECRET)
    world.later(days=60)
    page = browser_of(app, world, "case_officer").get("/deadlines/calendar").text
    before = page.split("本月以前到期")[1].split("</section>")[0]
    assert SECRET in before
    assert "逾期" in before


def test_days_off_and_make_up_days_are_marked_and_an_unknown_year_is_said(
    app: Flask, world: World
) -> None:
    browser = browser_of(app, world, "case_officer")
    calendar = world.office.calendar
    page = browser.get("/deadlines/calendar?month=2026-02").text
    make_up = [day for day in calendar.make_up_days if (day.year, day.month) == (2026, 2)]
    assert make_up
    assert page.count(">调休上班<") == len(make_up)
    for day in make_up:
        assert "班" in page.split(f'datetime="{day}"')[1].split("</li>")[0]
    assert "春节" in page
    assert "尚未公布" not in page
    assert "尚未公布 2028 年放假安排" in browser.get("/deadlines/calendar?month=2028-02").text


def test_a_provisional_deadline_is_said_to_be_so(app: Flask, world: World) -> None:
    world.file_report()
    browser = browser_of(app, world, "case_officer")
    assert "暂定</span>" not in browser.get("/deadlines/calendar").text
    with transaction(world.engine) as session:
        session.execute(sa.update(Deadline).values(provisional=True))
    assert "暂定</span>" in browser.get("/deadlines/calendar").text
    event = events(browser.get(subscribe(browser)))[0]
    assert "（暂定）" in event["SUMMARY"]
    assert event["STATUS"] == "TENTATIVE"


# ------------------------------------------------------------------ the address


def send(browser: FlaskClient, address: str) -> TestResponse:
    token = TOKEN.search(browser.get("/account").text)
    assert token is not None
    return browser.post(address, data={"csrf_token": token[1]})


def subscribe(browser: FlaskClient) -> str:
    """Make an address; the page that shows it, this once."""
    found = ADDRESS.search(send(browser, "/account/calendar").text)
    assert found is not None
    return found[1]


def events(answer: TestResponse) -> list[Any]:
    """As a program reads them."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_a_program_reads_what_is_due_by_which_rule_and_nothing_of_the_hazard(
    app: Flask, world: World
) -> None:
    world.file_report(hazard_name=SECRET, place=SECRET, description=SECRET)
    browser = browser_of(app, world, "case_officer")
    address = subscribe(browser)
    program = app.test_client()
    answer = program.get(address)
    (row, *_others) = own(world, "case_officer")
    (event, *_rest) = events(answer)
    assert event["SUMMARY"] == f"{row.name}届满 {row.number}"
    assert row.basis["document"] in event["DESCRIPTION"]
    assert event["DTSTART"].dt == row.due_on
    assert event["DTEND"].dt == row.due_on + timedelta(days=1)
    assert event["DTSTAMP"].dt == row.started_at.replace(microsecond=0)
    assert event["URL"].endswith(f"/cases/{row.case_id}#counting-{row.deadline_id}")
    assert (event["CLASS"], event["STATUS"]) == ("PRIVATE", "CONFIRMED")
    assert len(events(answer)) == len(own(world, "case_officer"))
    text = answer.data.replace(b"\r\n ", b"").decode()
    assert SECRET not in text
    assert "示例煤业" not in text
    assert "VALARM" not in text
    assert "Set-Cookie" not in answer.headers


def test_limits_in_hours_have_their_moment_in_shanghai(app: Flask, world: World) -> None:
    world.file_report()
    due_at = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
    with transaction(world.engine) as session:
        for deadline in session.scalars(sa.select(Deadline)):
            deadline.basis = {**deadline.basis, "unit": "hours", "count": 48}
            deadline.due_at, deadline.due_on = due_at, date(2026, 3, 4)
        session.flush()
        session.execute(sa.update(open_task).values(due_at=due_at))
    browser = browser_of(app, world, "case_officer")
    answer = browser.get(subscribe(browser))
    event = events(answer)[0]
    assert event["DTSTART"].dt.isoformat() == "2026-03-04T09:30:00+08:00"
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert b"BEGIN:VTIMEZONE" in answer.data
    assert "09:30" in browser.get("/deadlines/calendar").text


def test_long_lines_fold_between_letters_at_75_octets_and_read_back_whole(
    app: Flask, world: World
) -> None:
    world.file_report()
    said = f"{LONG}；第一款,第二款\\;附件"
    with transaction(world.engine) as session:
        for deadline in session.scalars(sa.select(Deadline)):
            deadline.name = LONG
            deadline.basis = {**deadline.basis, "document": said, "article": ""}
        session.flush()
    browser = browser_of(app, world, "case_officer")
    answer = browser.get(subscribe(browser))
    lines = answer.data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    for line in lines:
        line.decode()  # no letter is cut
    event = events(answer)[0]
    assert event["SUMMARY"].startswith(LONG)
    assert f"依据：{said}" in event["DESCRIPTION"].split("\n")


def test_the_id_of_an_event_stays_and_a_moved_limit_is_a_later_sequence(
    app: Flask, world: World
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    browser = browser_of(app, world, "principal")
    address = subscribe(browser)

    def limit() -> Any:
        (row,) = [row for row in own(world, "principal") if row.rule_id == "rectification_limit"]
        found = {event["URL"].split("-")[-1]: event for event in events(browser.get(address))}
        return found[str(row.deadline_id)]

    before = limit()
    act_id = world.last_act(case_id)
    world.later(minutes=5)
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        until = before["DTSTART"].dt + timedelta(days=60)
        extend_limit(session, world.office, case, until, act_id, world.now)
    after = limit()
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTAMP"].dt == world.now.replace(microsecond=0)
    assert after["DTSTART"].dt > before["DTSTART"].dt
    assert len({event["UID"] for event in events(browser.get(address))}) == len(
        own(world, "principal")
    )


def test_an_unchanged_calendar_is_answered_in_one_line(app: Flask, world: World) -> None:
    case_id = world.file_report()
    browser = browser_of(app, world, "case_officer")
    address = subscribe(browser)
    first = browser.get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    world.later(minutes=20)
    again = browser.get(address, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    changed = browser.get(address, headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_no_foreign_case_and_no_hidden_clock_leaves_the_office(app: Flask, world: World) -> None:
    case_id = judged(world)
    world.do("case_officer", case_id, PROPOSE)
    reviewer = browser_of(app, world, "legality_reviewer")
    hidden = {row.rule_id: row for row in own(world, "legality_reviewer")}
    assert UNTOLD_CLOCKS & set(hidden)
    said = reviewer.get(subscribe(reviewer)).data.decode()
    page = reviewer.get("/deadlines/calendar").text
    for rule in UNTOLD_CLOCKS & set(hidden):
        assert f"counting-{hidden[rule].deadline_id}" not in said
        assert f"counting-{hidden[rule].deadline_id}" in page
    rival = browser_of(app, world, "rival_principal")
    assert events(rival.get(subscribe(rival))) == []


# ------------------------------------------------------------------ its end


def test_the_address_is_shown_once_kept_as_a_hash_and_on_record(app: Flask, world: World) -> None:
    browser = browser_of(app, world, "case_officer")
    assert "生成订阅地址" in browser.get("/account").text
    token = subscribe(browser).removeprefix("/calendar/").removesuffix(".ics")
    account = browser.get("/account").text
    assert token not in account
    assert "还没有日历读取" in account
    browser.get(f"/calendar/{token}.ics")
    assert "还没有日历读取" not in browser.get("/account").text
    with reading(world.engine) as session:
        row = session.scalars(sa.select(CalendarFeed)).one()
        entry = session.scalars(
            sa.select(AdministrationEntry).where(AdministrationEntry.kind == "feed_made")
        ).one()
    assert token not in str(vars(row)) + str(vars(entry))
    assert len(token) >= 43
    person_id = world.person_ids["case_officer"]
    assert (entry.person_id, entry.subject_id) == (person_id, person_id)


def test_an_address_made_anew_or_ended_is_none(app: Flask, world: World) -> None:
    browser = browser_of(app, world, "case_officer")
    first = subscribe(browser)
    second = subscribe(browser)
    assert browser.get(first).status_code == 404
    assert browser.get(second).status_code == 200
    answer = send(browser, "/account/calendar/end")
    assert answer.status_code == 303
    assert "已停用" in browser.get("/account").text
    missing = browser.get(second)
    assert missing.status_code == 404
    assert "已经停用" in missing.text
    assert missing.headers["Cache-Control"] == "no-store"
    send(browser, "/account/calendar/end")  # twice does no harm
    with reading(world.engine) as session:
        kinds = session.scalars(
            sa.select(AdministrationEntry.kind).order_by(AdministrationEntry.id)
        ).all()
    assert list(kinds) == ["feed_made", "feed_made", "feed_ended"]


def test_a_closed_account_and_a_leaver_have_no_address(each_world: World) -> None:
    world = each_world
    names = ("case_officer", "second_officer", "system_admin", "security_admin")
    with transaction(world.engine) as session:
        for name in names:
            accounts.create_account(session, world.person_ids[name], name, "a hash")
    for name in names[:2]:
        with frame_of(world, name) as frame:
            make_own_feed(frame)
    person_id = world.person_ids["case_officer"]
    change = Change(ChangeKind.DISABLE_ACCOUNT, "离岗", {}, person_id=person_id)
    with frame_of(world, "system_admin") as frame:
        proposal_id = propose(frame, change)
    with frame_of(world, "security_admin") as frame:
        confirm(frame, proposal_id)
    leaver = world.person_ids["second_officer"]
    number = test_departures.prepare(world, "second_officer", {"case_officer": None})
    test_departures.confirm(world, number)
    with transaction(world.engine) as session:
        assert find_feed(session, person_id) is None
        assert find_feed(session, leaver) is not None
        settle_departure(session, number, world.now + timedelta(days=1))
        assert find_feed(session, leaver) is None


def test_whoever_holds_no_post_or_no_open_account_is_read_by_no_program(
    app: Flask, world: World
) -> None:
    browser = browser_of(app, world, "case_officer")
    address = subscribe(browser)
    with transaction(world.engine) as session:
        session.execute(sa.update(Account).values(disabled_at=world.now))
    assert browser.get(address).status_code == 404
    with transaction(world.engine) as session:
        session.execute(sa.update(Account).values(disabled_at=None))
    assert browser.get(address).status_code == 200
    with transaction(world.engine) as session:
        person_id = world.person_ids["case_officer"]
        past = world.now.date() - timedelta(days=1)
        session.execute(sa.update(Post).where(Post.person_id == person_id).values(valid_to=past))
    assert browser.get(address).status_code == 404


def test_wrong_addresses_are_counted_and_a_right_one_goes_on(app: Flask, world: World) -> None:
    browser = browser_of(app, world, "case_officer")
    address = subscribe(browser)
    stranger = app.test_client()
    answers = [stranger.get(f"/calendar/{n}.ics").status_code for n in range(MOST_IN_WINDOW + 2)]
    assert answers == [404] * MOST_IN_WINDOW + [429] * 2
    assert stranger.get(address).status_code == 200
    with reading(world.engine) as session:
        count = session.scalars(sa.select(sa.func.count(PublicRequest.id))).one()
    assert count == MOST_IN_WINDOW


def test_a_program_that_asks_without_end_is_told_to_wait(app: Flask, world: World) -> None:
    program = app.test_client()
    address = subscribe(browser_of(app, world, "case_officer"))
    answers = [program.get(address).status_code for _ in range(MOST_READS_IN_WINDOW + 1)]
    assert answers == [200] * MOST_READS_IN_WINDOW + [429]
    world.now += WINDOW
    assert program.get(address).status_code == 200


def test_of_two_addresses_made_at_once_one_is_left(each_world: World) -> None:
    world, start, broken = each_world, Barrier(2), list[Exception]()
    actor = world.actor("case_officer")

    def run() -> None:
        start.wait()
        try:
            with transaction(world.engine) as session:
                make_own_feed(Frame(session, actor, world.now, world.office))
        except Exception as error:  # noqa: BLE001  told below
            broken.append(error)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    with reading(world.engine) as session:
        ended = session.scalars(sa.select(CalendarFeed.ended_at)).all()
    assert sorted(moment is None for moment in ended) == [False, True]
    with frame_of(world, "case_officer") as frame:
        end_own_feed(frame)
    with reading(world.engine) as session:
        assert find_feed(session, actor.person_id) is None


def test_the_three_administrators_have_no_calendar(app: Flask, world: World) -> None:
    browser = browser_of(app, world, "system_admin")
    assert "日程订阅" not in browser.get("/account").text
    assert browser.get("/deadlines/calendar").status_code == 403
    assert send(browser, "/account/calendar").status_code == 403
