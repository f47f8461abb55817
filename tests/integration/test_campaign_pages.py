"""Task lists through HTTP: the board, its filters, its chart, a task with its forms."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services import accounts
from services.database import reading, transaction
from services.queries.campaigns import get_board
from services.settings import Settings
from tests.builders import World
from tests.integration.test_campaigns import KEY, assign, load, report, task
from tests.integration.test_task_pages import Person
from web.app import create_app
from web.views.campaign_chart import MONTHS, NAMES, draw_chart
from workflows.campaigns import TaskState

BOARD = f"/campaigns/{KEY}"
TASK = f"{BOARD}/tasks/1"
SignIn = Callable[[str], Person]


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    load(world)
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, "no password")
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def sign_in(app: Flask, world: World) -> SignIn:
    def signed_in(name: str) -> Person:
        client: FlaskClient = app.test_client()
        with transaction(world.engine) as session:
            attempt = accounts.Attempt(None, world.person_ids[name], None)
            client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
        return Person(client)

    return signed_in


def numbers(page: str) -> list[int]:
    """The tasks that a board shows, in their order."""
    return [int(found) for found in re.findall(r'data-label="序号">(\d+)<', page)]


def test_the_board_shows_every_task_with_units_and_deadline(sign_in: SignIn) -> None:
    page = sign_in("case_officer").get(BOARD).text
    assert numbers(page) == list(range(1, 59))
    assert "各级党委、政府督查室，各级纪委监委和组织、宣传、政法、机构编制等部门" in page
    assert "2023年1月底前" in page
    assert "朔安发〔2022〕3号" in page


def test_the_board_is_narrowed_by_unit_state_and_lateness(world: World, sign_in: SignIn) -> None:
    assign(world, "committee_officer", "department", number=2)
    report(world, "committee_officer", state=TaskState.DONE, evidence="文件")
    person = sign_in("committee_officer")
    assert numbers(person.get(f"{BOARD}?unit=工会").text) == [52]
    assert numbers(person.get(f"{BOARD}?state=done").text) == [1]
    late = numbers(person.get(f"{BOARD}?overdue=1").text)
    assert len(late) == 33
    assert 1 not in late
    department = re.search(r'data-label="主责单位">([^<]+)<', person.get(BOARD).text)
    assert department is not None
    assert numbers(person.get(f"{BOARD}?unit={department[1]}").text) == [2]
    assert "没有符合条件的任务" in person.get(f"{BOARD}?unit=没有这个单位").text
    assert len(numbers(person.get(f"{BOARD}?state=nonsense").text)) == 58


def test_the_chart_has_one_bar_for_each_dated_task(world: World, sign_in: SignIn) -> None:
    page = sign_in("committee_officer").get(BOARD).text
    assert page.count("<rect") == 34
    with reading(world.engine) as session:
        board = get_board(session, KEY)
    chart = draw_chart(board.tasks, board.issued_on, date(2022, 6, 1))
    assert chart is not None
    assert [bar.number for bar in chart.bars][:3] == [1, 4, 5]
    assert {tick.name for tick in chart.ticks} >= {"2022.4", "5月", "12月", "2023.1"}
    # The later the day, the longer the bar; none leaves the months.
    lengths = {bar.due_on: bar.width for bar in chart.bars}
    assert sorted(lengths, key=lambda day: lengths[day]) == sorted(lengths)
    assert all(chart.begin_x + bar.width < NAMES + MONTHS for bar in chart.bars)
    assert [bar.number for bar in chart.bars if bar.is_overdue] == [1, 7, 25, 35, 50, 51, 52]
    assert chart.today_x is not None
    assert draw_chart(board.tasks, board.issued_on, date(2026, 6, 1)).today_x is None  # type: ignore[union-attr]
    standing = [row for row in board.tasks if row.due_on is None]
    assert draw_chart(standing, board.issued_on, date(2022, 6, 1)) is None


def test_a_report_is_taken_and_shown(world: World, sign_in: SignIn) -> None:
    assign(world, "committee_officer", "department")
    person = sign_in("case_officer")
    page = person.get(TASK).text
    answer = person.send(f"{TASK}/progress", page, state="under_way", text="正在<办理>")
    assert answer.status_code == 303
    page = person.get(TASK).text
    assert "进度已报告" in page
    assert "正在&lt;办理&gt;" in page
    assert task(world).task.state is TaskState.UNDER_WAY
    again = {"shown": str(task(world).latest_id), "state": "done", "evidence": "文件"}
    assert f'name="shown" type="hidden" value="{again["shown"]}"' in page
    answer = person.send(f"{TASK}/progress", page, text="已完成", **again)
    assert answer.status_code == 303
    assert task(world).task.state is TaskState.DONE


def test_what_is_missing_is_said_and_what_was_typed_stays(world: World, sign_in: SignIn) -> None:
    person = sign_in("committee_officer")
    page = person.get(TASK).text
    answer = person.send(f"{TASK}/progress", page, state="done", text="已经做完的事")
    assert answer.status_code == 422
    assert "已经做完的事" in answer.text
    assert 'href="#evidence"' in answer.text
    answer = person.send(f"{TASK}/progress", page, text="没有选状态")
    assert answer.status_code == 422
    assert "没有选状态" in answer.text
    assert task(world).reports == ()


def test_a_report_that_was_overtaken_is_refused_with_what_was_typed(
    world: World, sign_in: SignIn
) -> None:
    person = sign_in("committee_officer")
    page = person.get(TASK).text
    report(world, "office_head")
    answer = person.send(f"{TASK}/progress", page, state="under_way", text="我写的进度")
    assert answer.status_code == 409
    assert "我写的进度" in answer.text
    assert len(task(world).reports) == 1


def test_only_those_to_whom_it_falls_see_the_forms(world: World, sign_in: SignIn) -> None:
    assign(world, "committee_officer", "department")
    shown = {
        name: tuple(f"/tasks/1/{form}" in sign_in(name).get(TASK).text for form in FORMS)
        for name in ("committee_officer", "department_head", "other_officer", "government_officer")
    }
    assert shown == {
        "committee_officer": (True, True),
        "department_head": (True, False),
        "other_officer": (False, False),
        "government_officer": (False, False),
    }
    stranger = sign_in("other_officer")
    page = stranger.get(TASK).text
    answer = stranger.send(f"{TASK}/progress", page, state="done", text="不归我管")
    assert answer.status_code == 403
    assert "不归我管" in answer.text


FORMS = ("progress", "owner")


def test_the_committees_office_gives_a_task_to_a_unit(world: World, sign_in: SignIn) -> None:
    person = sign_in("committee_officer")
    page = person.get(TASK).text
    chosen = str(world.ids["department"])
    assert person.send(f"{TASK}/owner", page, owner_id=chosen).status_code == 303
    assert task(world).task.owner_id == world.ids["department"]
    answer = person.send(f"{TASK}/owner", page, owner_id=str(world.ids["mine"]))
    assert answer.status_code == 422
    assert task(world).task.owner_id == world.ids["department"]


@pytest.mark.parametrize("name", ["safety_officer", "principal", "group_principal", "leader"])
def test_enterprises_and_others_see_no_task_list(sign_in: SignIn, name: str) -> None:
    person = sign_in(name)
    for address in ("/campaigns", BOARD, TASK):
        assert person.get(address).status_code == 403
    assert "任务清单" not in person.get("/").text


def test_task_27_shows_what_the_ledger_counts(world: World, sign_in: SignIn) -> None:
    world.file_report()
    page = sign_in("case_officer").get(f"{BOARD}/tasks/27").text
    assert 'href="/cases">1 件</a>' in page
    assert "phase=intake" in page
    assert "/tasks/27/progress" not in page
    assert 'href="/cases">0 件</a>' in sign_in("other_officer").get(f"{BOARD}/tasks/27").text
    person = sign_in("committee_officer")
    page = person.get(f"{BOARD}/tasks/27").text
    answer = person.send(f"{BOARD}/tasks/27/progress", page, state="done", text="x", evidence="x")
    assert answer.status_code == 403
    assert "督办台账统计" in answer.text


def test_what_is_not_there_is_not_found(sign_in: SignIn) -> None:
    person = sign_in("committee_officer")
    for address in ("/campaigns/none", f"{BOARD}/tasks/59", "/campaigns/none/tasks/1"):
        assert person.get(address).status_code == 404


def test_the_operator_loads_a_list_by_its_key(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "新载入 66 项" in runner.invoke(args=["campaign", "load", "ordos_2022"]).output
    assert "新载入 0 项" in runner.invoke(args=["campaign", "load", "ordos_2022"]).output
    refused = runner.invoke(args=["campaign", "load", "nowhere"])
    assert refused.exit_code == 1
    assert "shuozhou_2022" in refused.output
    assert "datong_2023" in runner.invoke(args=["campaign", "list"]).output
