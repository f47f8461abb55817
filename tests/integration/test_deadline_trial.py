"""期限测算: what is counted and shown, what is refused, and that nothing is kept."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from services import accounts
from services.clock import local_date
from services.database import reading, transaction
from services.models.deadline import Deadline
from services.settings import Settings
from tests.builders import World
from web.app import create_app

PASSWORD = "整改到位 and then some"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PAGE = "/deadlines"
RESULT = "//section[@aria-labelledby='result-title']"
ALERT = "//*[@role='alert']"


@pytest.fixture
def officer(world: World, tmp_path: Path) -> FlaskClient:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        hashed = accounts.hash_password(PASSWORD)
        accounts.create_account(session, world.person_ids["case_officer"], "officer", hashed)
    app: Flask = create_app(settings, office=world.office, now=lambda: world.now)
    client = app.test_client()
    token = TOKEN.search(client.get("/sign-in").text)
    assert token is not None
    values = {"csrf_token": token[1], "username": "officer", "password": PASSWORD}
    assert client.post("/sign-in", data=values).location == "/home"
    return client


def parsed(text: str) -> Any:
    return html.fromstring(text)


def counted(client: FlaskClient, **asked: str) -> str:
    """The text of the result, without white space at line ends."""
    answer = client.get(PAGE, query_string=asked)
    assert answer.status_code == 200, answer.text
    (result,) = parsed(answer.text).xpath(RESULT)
    return " ".join(result.text_content().split())


def refused(client: FlaskClient, **asked: str) -> str:
    """What is said; all that was typed stays."""
    answer = client.get(PAGE, query_string=asked)
    assert answer.status_code == 422
    page = parsed(answer.text)
    assert not page.xpath(RESULT)
    for name in set(asked) - {"unit", "rule"}:
        assert page.xpath(f"//input[@name='{name}']/@value") == [asked[name]]
    (alert,) = page.xpath(ALERT)
    return str(alert.text_content()).strip()


def test_the_empty_form_begins_today_and_offers_every_rule_that_can_be_counted(
    world: World, officer: FlaskClient
) -> None:
    page = parsed(officer.get(PAGE).text)
    assert not page.xpath(f"{RESULT} | {ALERT}")
    assert page.xpath("//input[@name='on']/@value") == [local_date(world.now).isoformat()]
    offered = page.xpath("//select[@name='rule']/option/@value")
    assert set(offered) - {""} == set(world.office.profile.rules) - {"rectification_limit"}


def test_a_rule_is_counted_with_its_ground_and_its_calendar(officer: FlaskClient) -> None:
    said = counted(officer, rule="publish_listing", on="2026-09-30")
    assert "挂牌公布 2026-10-13 周二 届满" in said
    assert "起算事由：挂牌督办通知书签发" in said
    assert "政府信息公开条例第二十六条：20个工作日内及时公开（最长）（已核原文）" in said
    assert "取舍取5个工作日" in said
    assert "2026-10-01 周四 至 2026-10-07 周三（7 天）：国庆节（放假通知）" in said
    assert "2026-10-10 周六：国庆节调休上班" in said
    assert "2026 年 9 月" in said
    assert "2026 年 10 月" in said
    assert "暂定" not in said


def test_number_and_unit_need_no_rule(officer: FlaskClient) -> None:
    said = counted(officer, count="24", unit="hours", on="2026-09-30", at="16:20")
    assert "测算结果 2026-10-01 周四 16:20 届满" in said
    assert "依据" not in said


def test_what_is_supposed_moves_the_end_and_says_so(officer: FlaskClient) -> None:
    plain = counted(officer, count="3", unit="working_days", on="2027-03-01")
    assert "2027-03-04 周四 届满 暂定" in plain
    said = counted(
        officer, count="3", unit="working_days", on="2027-03-01", off="2027-03-02、2027-03-03"
    )
    assert "2027-03-08 周一 届满" in said
    assert "不作假设时为 2027-03-04 周四" in said
    assert "2027-03-02 周二 至 2027-03-03 周三（2 天）：假设放假" in said
    made_up = counted(
        officer,
        count="3",
        unit="working_days",
        on="2027-03-01",
        off="2027-03-02 2027-03-03",
        worked="2027-03-06",
    )
    assert "2027-03-06 周六：假设上班" in made_up
    # 4 and 5 March, and the Saturday that is supposed to be worked.
    assert "测算结果 2027-03-06 周六 届满" in made_up
    far = counted(officer, count="3", unit="working_days", on="2027-03-01", off="2028-03-02")
    assert "所作假设不影响结果" in far


def test_a_supposed_day_takes_the_place_of_what_a_notice_says(officer: FlaskClient) -> None:
    # 10 October 2026 is a made-up working day, 8 October an ordinary one.
    said = counted(
        officer,
        count="2",
        unit="working_days",
        on="2026-09-30",
        off="2026-10-10",
        worked="2026-10-07",
    )
    assert "测算结果 2026-10-08 周四 届满" in said
    assert "不作假设时为 2026-10-09 周五" in said


def test_an_end_is_counted_back_from(officer: FlaskClient) -> None:
    said = counted(officer, rule="extension_lead", on="2026-03-09")
    assert "2026-02-10 周二 前（含当日）申请" in said
    assert "期限届满日2026-03-09" in said
    assert "最后日期2026-02-10 24 时" in said
    assert "自此倒数，第 1 日" in said


def test_a_monthly_day_off_and_a_rule_not_in_force_are_pointed_out(officer: FlaskClient) -> None:
    assert "当日是休息日（国庆节）" in counted(officer, rule="monthly_return", on="2026-09-30")
    assert "休息日（" not in counted(officer, rule="monthly_return", on="2026-10-30")
    early = counted(officer, rule="review_coal_resumption", on="2024-04-01")
    assert "起算日不在这条规则的施行期间（自 2024-05-01 起）" in early


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"on": "2026-03-02"}, "请选一条规则，或者填写数目"),
        ({"on": "2026-03-02", "rule": "verify_hazard", "count": "3"}, "规则和数目只能用一样"),
        ({"on": "2026-03-02", "rule": "nothing"}, "没有期限规则“nothing”"),
        ({"on": "2026-03-02", "count": "-3", "unit": "hours"}, "数目“-3”不对"),
        ({"on": "2026-03-02", "count": "3", "unit": "months"}, "没有计算单位“months”"),
        ({"on": "", "count": "3"}, "格式不对"),
        ({"on": "2026-02-30", "count": "3"}, "没有“2026-02-30”这个日期"),
        ({"on": "2026-03-02", "at": "25:00", "count": "3"}, "没有“2026-03-02T25:00”"),
        ({"on": "1999-03-02", "count": "3"}, "超出可测算的范围"),
        ({"on": "2026-03-02", "count": "3", "off": "明天"}, "日期“明天”格式不对"),
        ({"on": "2026-03-02", "count": "3", "off": "2040-01-01"}, "超出可测算的范围"),
        (
            {"on": "2026-03-02", "count": "3", "off": "2026-03-03", "worked": "2026-03-03"},
            "2026-03-03 既假设放假又假设上班",
        ),
        (
            {"on": "2026-03-02", "count": "3", "off": " ".join(["2026-03-03"] * 61)},
            "假设的日期最多填 60 个",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused_and_stays_typed(
    officer: FlaskClient, asked: dict[str, str], said: str
) -> None:
    assert said in refused(officer, **asked)


def test_nothing_is_kept_and_no_case_moves(world: World, officer: FlaskClient) -> None:
    case_id = world.file_report()

    def deadlines() -> list[tuple[int, date]]:
        with reading(world.engine) as session:
            rows = session.execute(sa.select(Deadline.id, Deadline.due_on).order_by(Deadline.id))
            return [(row.id, row.due_on) for row in rows]

    before = deadlines()
    assert before
    counted(officer, rule="verify_hazard", on="2026-03-02", off="2026-03-03")
    assert deadlines() == before
    page = officer.get(f"/cases/{case_id}").text
    assert f'href="{PAGE}"' in page
    # What was supposed is gone with the answer: the calendar of the office is as it was.
    assert "2026-03-03" not in {str(day) for day in world.office.calendar.off_days}
