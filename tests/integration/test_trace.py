"""Traceback of a case: the chain backwards, the page of a day, and the operator's command."""

from datetime import timedelta
from pathlib import Path

import pytest

from services import accounts
from services.clock import local_date
from services.database import reading, transaction
from services.models.case import SupervisionCase
from services.queries.trace import Link, Stage, trace_back
from tests.builders import World
from tests.integration.test_case_pages import HASH, SignIn, signed_in_to
from tests.integration.test_disclosure import publish
from tests.integration.test_look_backs import record
from tests.integration.test_recurrence import delisted, later
from tests.public_rows import app_of
from workflows.looking_back import LookBackResult
from workflows.vocabulary import Action, DocumentKind


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    with transaction(world.engine) as session:
        for name in ("case_officer", "principal"):
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = app_of(world, tmp_path)
    return lambda name: signed_in_to(app, name)


def chain(world: World, case_id: int, name: str | None = "office_head") -> tuple[Link, ...]:
    with reading(world.engine) as session:
        return trace_back(session, case_id, world.actor(name) if name else None)


def stages(links: tuple[Link, ...]) -> list[Stage]:
    return list(dict.fromkeys(link.stage for link in links))


def test_the_chain_goes_from_the_publication_back_to_the_finding(each_world: World) -> None:
    world = each_world
    case_id = delisted(world)
    publish(world, case_id)
    links = chain(world, case_id)
    assert stages(links) == [
        Stage.PUBLISHED,
        Stage.SIGNED,
        Stage.ACCEPTED,
        Stage.SUPERVISED,
        Stage.LISTED,
        Stage.JUDGED,
        Stage.FOUND,
    ]
    signed = next(link for link in links if link.what is Action.APPROVE_DELISTING)
    assert signed.person_name == "signatory"
    assert [row.kind for row in signed.documents] == [DocumentKind.DELISTING_NOTICE]
    found = [link for link in links if link.stage is Stage.FOUND]
    assert [(link.person_name, len(link.files)) for link in found] == [("case_officer", 1)]


def test_who_was_there_before_and_found_nothing_is_named(world: World) -> None:
    old = delisted(world)
    world.later(days=40)
    record(world, old)
    world.later(days=1)
    new = later(world)
    missed = [link for link in chain(world, new) if link.stage is Stage.LOOKED_BEFORE]
    assert {link.what for link in missed} == {
        Action.INSPECT_RECTIFICATION,
        LookBackResult.HOLDS,
    }
    assert all(link.of_case and link.of_case.case_id == old for link in missed)
    assert all(link.of_case and link.of_case.same_place for link in missed)
    assert not any(link.of_case for link in chain(world, old))
    assert chain(world, new) == chain(world, new, None)


def test_what_was_taken_back_is_no_link(world: World) -> None:
    case_id = world.register()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    assert stages(chain(world, case_id)) == [Stage.JUDGED, Stage.FOUND]
    world.take_back("case_officer", case_id)
    assert stages(chain(world, case_id)) == [Stage.FOUND]


def test_the_pages_are_for_the_supervising_side(world: World, sign_in: SignIn) -> None:
    case_id = delisted(world)
    page = sign_in("case_officer").get(f"/cases/{case_id}/trace").text
    assert "发现之前到过现场而没有发现" in page
    assert "系统内没有记录" in page
    for path in ("trace", "as-it-stood"):
        assert sign_in("principal").get(f"/cases/{case_id}/{path}").status_code == 404


def test_a_past_day_is_shown_and_any_other_text_is_today(world: World, sign_in: SignIn) -> None:
    filed_on = local_date(world.now)
    case_id = world.register()
    world.later(days=3)
    world.to_listing(case_id)
    browser = sign_in("case_officer")
    past = browser.get(f"/cases/{case_id}/as-it-stood?on={filed_on}").text
    assert f"{filed_on} 当日的情况" in past
    assert "尚未编号" in past
    assert "当时已有的办理记录（1 次" in past
    today = browser.get(f"/cases/{case_id}/as-it-stood?on=heute").text
    assert f"{local_date(world.now)} 当日的情况" in today
    before = browser.get(f"/cases/{case_id}/as-it-stood?on={filed_on - timedelta(days=1)}").text
    assert "当日本事项尚未受理" in before


def test_the_command_prints_the_chain_or_a_day(world: World, tmp_path: Path) -> None:
    case_id = delisted(world)
    publish(world, case_id)
    app = app_of(world, tmp_path)
    run = app.test_cli_runner().invoke
    with reading(world.engine) as session:
        number = session.get_one(SupervisionCase, case_id).intake_number
    told = run(args=["trace", number])
    assert told.exit_code == 0, told.output
    assert "销号签批" in told.output
    assert "《解除挂牌督办通知书》" in told.output
    day = run(args=["trace", number, "--on", str(local_date(world.now))])
    assert day.exit_code == 0, day.output
    assert "公众看到的内容如下" in day.output
    early = run(args=["trace", number, "--on", "2020-01-01"])
    assert "当时尚未受理" in early.output
    assert run(args=["trace", "无此编号"]).exit_code == 1
