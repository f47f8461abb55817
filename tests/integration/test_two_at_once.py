"""Two people, or one with two clicks, at the same moment and through real pages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services import accounts
from services.audit import first_broken_link
from services.database import reading, transaction
from services.models.case import Act, SupervisionCase
from services.settings import Settings
from tests.builders import CONTENT, World
from web.app import create_app
from workflows.vocabulary import Action, CaseEnding, WithdrawalGround

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
NONCE = re.compile(r'name="nonce"[^>]* value="([0-9a-f]{32})"')
WHO = ("case_officer", "second_officer", "department_head", "safety_officer", "principal")
TYPED = "现场核实属实，写了很久。"
REPORT = {
    "hazard_name": "主运输皮带防灭火系统失效",
    "place": "主斜井皮带巷",
    "found_on": "2026-03-01",
    "description": "自动灭火装置失效。",
    "measures_taken": "已停止运行，撤出人员。",
    "sector": "coal_mine",
    "outcome": "done",
}


@dataclass(frozen=True)
class Sheet:
    """A form that stands filled in on somebody's screen."""

    client: FlaskClient
    address: str
    values: Mapping[str, object]

    def send(self) -> TestResponse:
        own_site = {"Sec-Fetch-Site": "same-origin"}
        return self.client.post(self.address, data=dict(self.values), headers=own_site)


@pytest.fixture
def app(each_world: World, tmp_path: Path) -> Iterator[Flask]:
    world = each_world
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in WHO:
            accounts.create_account(session, world.person_ids[name], name, "no password")
    made = create_app(settings, office=world.office, now=lambda: world.now)
    yield made
    made.extensions["guapai"].connection.engine.dispose()


def browser(app: Flask, world: World, name: str) -> FlaskClient:
    client = app.test_client()
    with transaction(world.engine) as session:
        attempt = accounts.Attempt(None, world.person_ids[name], None)
        client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
    return client


def fill(client: FlaskClient, address: str, values: Mapping[str, object], page: str = "") -> Sheet:
    """Open the page and fill its form in; nothing is sent yet."""
    text = client.get(page or address).text
    hidden = {}
    for name, pattern in (("csrf_token", TOKEN), ("shown", SHOWN), ("nonce", NONCE)):
        if found := pattern.search(text):
            hidden[name] = found[1]
    return Sheet(client, address, {**hidden, **values})


def fill_step(
    app: Flask, world: World, name: str, case_id: int, action: Action, **changes: object
) -> Sheet:
    where = f"/cases/{case_id}/tasks/{world.task_id(case_id, action)}"
    values: dict[str, object] = {"outcome": "done"}
    for key, value in {**CONTENT[action](world), **changes}.items():
        if key != "uploads":
            listed = list(value) if isinstance(value, tuple) else str(value)
            values[key] = "y" if value is True else listed
    return fill(browser(app, world, name), where, values)


def at_once(*sheets: Sheet) -> list[TestResponse]:
    """Send all at the same moment; the answers in the order of the sheets."""
    barrier = Barrier(len(sheets))
    answers: list[TestResponse | None] = [None] * len(sheets)

    def run(place: int) -> None:
        barrier.wait()
        answers[place] = sheets[place].send()

    threads = [Thread(target=run, args=(place,)) for place in range(len(sheets))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    found = [answer for answer in answers if answer is not None]
    assert len(found) == len(sheets)
    return found


def acts(world: World, case_id: int, action: Action) -> list[int]:
    """Who has done this in the case, in order."""
    with reading(world.engine) as session:
        assert first_broken_link(session) is None
        return list(
            session.scalars(
                sa.select(Act.person_id).filter_by(case_id=case_id, action=action).order_by(Act.id)
            )
        )


def count_cases(world: World) -> int:
    with reading(world.engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(SupervisionCase)) or 0


def test_of_two_who_verify_at_once_one_is_told_who_was_faster_and_keeps_the_text(
    app: Flask, each_world: World
) -> None:
    world, names = each_world, ("case_officer", "second_officer")
    for _ in range(3):
        world.later(minutes=1)
        case_id = world.file_report()
        sheets = [
            fill_step(app, world, name, case_id, Action.VERIFY_HAZARD, findings=TYPED)
            for name in names
        ]
        answers = at_once(*sheets)
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        done = acts(world, case_id, Action.VERIFY_HAZARD)
        first = 0 if answers[0].status_code == 303 else 1
        assert done == [world.person_ids[names[first]]]
        told = answers[1 - first].text
        assert names[first] in told
        assert TYPED in told


def test_two_on_different_steps_of_one_case_do_not_hinder_each_other(
    app: Flask, each_world: World
) -> None:
    world = each_world
    case_id = world.register()
    answers = at_once(
        fill_step(app, world, "case_officer", case_id, Action.VERIFY_HAZARD),
        fill_step(app, world, "second_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER),
    )
    assert [answer.status_code for answer in answers] == [303, 303]
    for action in (Action.VERIFY_HAZARD, Action.ISSUE_RECTIFICATION_ORDER):
        assert len(acts(world, case_id, action)) == 1


def test_a_double_click_on_a_step_takes_effect_once(app: Flask, each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    sheet = fill_step(app, world, "case_officer", case_id, Action.VERIFY_HAZARD, findings=TYPED)
    answers = at_once(sheet, sheet)
    assert 303 in {answer.status_code for answer in answers}
    assert {answer.status_code for answer in answers} <= {303, 409}
    assert acts(world, case_id, Action.VERIFY_HAZARD) == [world.person_ids["case_officer"]]


@pytest.mark.parametrize("kind", ["report", "finding"])
def test_a_double_click_on_a_new_case_begins_one_and_leads_to_it_twice(
    app: Flask, each_world: World, kind: str
) -> None:
    world = each_world
    if kind == "report":
        sheet = fill(browser(app, world, "safety_officer"), "/reports/new", REPORT)
    else:
        finding = {
            **REPORT,
            "source": "regulator_finding",
            "inspectors": "甲（证号001）、乙（证号002）",
            "responsible_party_id": str(world.ids["mine"]),
        }
        sheet = fill(browser(app, world, "case_officer"), "/hazards/new", finding)
    answers = at_once(sheet, sheet)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert count_cases(world) == 1
    with reading(world.engine) as session:
        case_id = session.scalars(sa.select(SupervisionCase.id)).one()
    assert sorted(str(answer.location) for answer in answers) == [
        f"/cases/{case_id}",
        f"/cases/{case_id}/receipt",
    ]


def test_claim_against_act_leaves_either_the_act_or_the_claim(
    app: Flask, each_world: World
) -> None:
    world = each_world
    case_id = world.file_report()
    acting = fill_step(app, world, "case_officer", case_id, Action.VERIFY_HAZARD, findings=TYPED)
    second = browser(app, world, "second_officer")
    claiming = fill(second, f"{acting.address}/claim", {}, acting.address)
    act, claim = at_once(acting, claiming)
    done = acts(world, case_id, Action.VERIFY_HAZARD)
    if act.status_code == 303:
        assert (claim.status_code, len(done)) == (409, 1)
        assert "case_officer" in claim.text
    else:
        assert (act.status_code, claim.status_code, done) == (409, 303, [])
        assert "second_officer" in act.text
        assert TYPED in act.text


def test_a_merger_and_an_act_on_the_case_that_goes_on_do_not_block_each_other(
    app: Flask, each_world: World
) -> None:
    world = each_world
    kept_id = world.register()
    world.later(minutes=1)
    other_id = world.file_report()
    with reading(world.engine) as session:
        number = session.get_one(SupervisionCase, kept_id).intake_number
    merged = {"ground": WithdrawalGround.MERGED, "merged_into": number}
    world.do("case_officer", other_id, Action.WITHDRAW_CASE, 0, **merged)
    answers = at_once(
        fill_step(
            app, world, "department_head", other_id, Action.CONFIRM_WITHDRAWAL, outcome="accepted"
        ),
        fill_step(app, world, "case_officer", kept_id, Action.VERIFY_HAZARD),
    )
    assert answers[0].status_code == 303
    # What the verification rests on may have grown by the source of the merged case meanwhile.
    assert answers[1].status_code in (303, 409)
    with reading(world.engine) as session:
        merged_case = session.get_one(SupervisionCase, other_id)
        assert (merged_case.ending, merged_case.merged_into_id) == (CaseEnding.MERGED, kept_id)
    assert len(acts(world, kept_id, Action.ADD_FINDING)) == 1
    expected = 1 if answers[1].status_code == 303 else 0
    assert len(acts(world, kept_id, Action.VERIFY_HAZARD)) == expected


def two_cases(world: World) -> tuple[dict[int, int], dict[int, str]]:
    """One registered, one reported; for each the other one, and the other one's number."""
    first = world.register()
    world.later(minutes=1)
    second = world.file_report()
    other = {first: second, second: first}
    with reading(world.engine) as session:
        cases = {one: session.get_one(SupervisionCase, two) for one, two in other.items()}
        return other, {one: case.intake_number for one, case in cases.items()}


def endings(world: World, *case_ids: int) -> list[str | None]:
    """How they ended, if they did."""
    with reading(world.engine) as session:
        return [session.get_one(SupervisionCase, number).ending for number in case_ids]


def test_of_two_mergers_into_each_other_one_is_refused(app: Flask, each_world: World) -> None:
    world = each_world
    other, into = two_cases(world)
    answers = at_once(
        *[
            fill_step(
                app,
                world,
                "case_officer",
                case_id,
                Action.WITHDRAW_CASE,
                ground="merged",
                merged_into=into[case_id],
            )
            for case_id in other
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    asked = [case_id for case_id in other if acts(world, case_id, Action.WITHDRAW_CASE)]
    assert len(asked) == 1


@pytest.mark.parametrize("head_start", [0, 1])
def test_a_merger_and_the_end_of_the_case_that_goes_on_never_take_both(
    app: Flask, each_world: World, head_start: int
) -> None:
    world = each_world
    other, into = two_cases(world)
    merged_id, kept_id = list(other)[:: 1 if head_start else -1]
    merged = {"ground": WithdrawalGround.MERGED, "merged_into": into[merged_id]}
    world.do("case_officer", merged_id, Action.WITHDRAW_CASE, 0, **merged)
    confirm = Action.CONFIRM_WITHDRAWAL
    answers = at_once(
        fill_step(app, world, "department_head", merged_id, confirm, outcome="accepted"),
        fill_step(app, world, "second_officer", kept_id, Action.WITHDRAW_CASE),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    is_merged, asked = answers[0].status_code == 303, answers[1].status_code == 303
    assert endings(world, merged_id, kept_id) == [CaseEnding.MERGED if is_merged else None, None]
    assert bool(acts(world, kept_id, Action.WITHDRAW_CASE)) == asked
