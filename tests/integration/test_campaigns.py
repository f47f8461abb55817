"""Task lists: loaded, given to units, reported on, each by those to whom it falls."""

from datetime import date
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from services.campaigns import (
    ReportProgress,
    assign_task,
    first_changed_progress,
    load_campaign,
    report_progress,
)
from services.database import reading, transaction
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.models.campaign import CampaignProgress, CampaignTask
from services.queries.campaigns import (
    Board,
    TaskPage,
    get_board,
    get_task_page,
    list_boards,
    list_possible_owners,
)
from services.reference.campaigns import task_lists
from tests.builders import World
from workflows.campaigns import CampaignRefusedError, TaskState

KEY = "shuozhou_2022"


def load(world: World, key: str = KEY) -> int:
    with transaction(world.engine) as session:
        return load_campaign(session, task_lists()[key], world.now)


def assign(world: World, name: str, owner: str | None, number: int = 1) -> None:
    with transaction(world.engine) as session:
        owner_id = world.ids[owner] if owner else None
        assign_task(world.frame(session, name), KEY, number, owner_id)


def report(
    world: World,
    name: str,
    *,
    number: int = 1,
    shown: int = 0,
    state: TaskState = TaskState.UNDER_WAY,
    text: str = "已印发调整文件",
    evidence: str = "",
) -> None:
    command = ReportProgress(
        key=KEY, number=number, shown=shown, state=state, text=text, evidence=evidence
    )
    with transaction(world.engine) as session:
        report_progress(world.frame(session, name), command)


def board(world: World, key: str = KEY) -> Board:
    with reading(world.engine) as session:
        return get_board(session, key)


def task(world: World, number: int = 1) -> TaskPage:
    with reading(world.engine) as session:
        return get_task_page(session, KEY, number)


def test_all_five_lists_are_loaded_whole_and_only_once(each_world: World) -> None:
    added = {key: load(each_world, key) for key in task_lists()}
    assert added == {key: len(found.tasks) for key, found in task_lists().items()}
    assert [load(each_world, key) for key in task_lists()] == [0] * 5
    with reading(each_world.engine) as session:
        boards = {found.key: len(found.tasks) for found in list_boards(session)}
    assert boards == {
        "shuozhou_2022": 58,
        "xinzhou_2024": 45,
        "ordos_2022": 66,
        "macun_2022": 58,
        "datong_2023": 48,
    }


def test_what_is_loaded_is_what_the_file_says(world: World) -> None:
    load(world)
    for row, listed in zip(board(world).tasks, task_lists()[KEY].tasks, strict=True):
        assert (row.number, row.text, row.units_text) == (
            listed.number,
            listed.text,
            listed.units_text,
        )
        assert (row.due_on, row.standing, row.deadline_text, row.frequencies) == (
            listed.due_on,
            listed.standing,
            listed.deadline_text,
            listed.frequencies,
        )


def test_loading_again_mends_the_wording_and_keeps_owner_and_reports(world: World) -> None:
    load(world)
    assign(world, "committee_officer", "department")
    report(world, "case_officer")
    with transaction(world.engine) as session:
        row = session.scalars(sa.select(CampaignTask).where(CampaignTask.number == 1)).one()
        row.text = "录入有误"
    assert load(world) == 0
    found = task(world)
    assert found.task.text == task_lists()[KEY].tasks[0].text
    assert (found.task.owner_id, len(found.reports)) == (world.ids["department"], 1)


def test_a_list_that_was_never_loaded_is_not_found(world: World) -> None:
    with pytest.raises(RecordNotFoundError):
        board(world)
    load(world)
    with pytest.raises(RecordNotFoundError):
        task(world, 59)
    with pytest.raises(RecordNotFoundError):
        report(world, "committee_officer", number=59)


@pytest.mark.parametrize("name", ["committee_officer", "office_head"])
def test_the_committees_office_gives_a_task_to_a_unit(each_world: World, name: str) -> None:
    load(each_world)
    assign(each_world, name, "department")
    assign(each_world, name, "department")
    assign(each_world, name, None)
    found = task(each_world)
    assert found.task.owner_id is None
    assert [row.owner_name == "" for row in found.assignments] == [True, False]


@pytest.mark.parametrize("name", ["case_officer", "department_head", "government_officer"])
def test_nobody_else_gives_tasks_to_units(world: World, name: str) -> None:
    load(world)
    with pytest.raises(CampaignRefusedError) as refused:
        assign(world, name, "department")
    assert refused.value.detail["reason"] == "not_committee"
    assert task(world).assignments == ()


def test_a_supervised_party_never_owns_a_task(world: World) -> None:
    load(world)
    with pytest.raises(InvalidCommandError):
        assign(world, "committee_officer", "mine")
    with reading(world.engine) as session:
        owners = list_possible_owners(session)
    assert world.ids["mine"] not in owners
    assert {world.ids[key] for key in ("department", "county", "office")} <= set(owners)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("department", "case_officer"),
        ("department", "second_officer"),
        ("department", "department_head"),
        ("county", "government_officer"),
        ("department", "committee_officer"),
        (None, "office_head"),
    ],
)
def test_the_owners_officers_and_the_committees_office_report(
    world: World, owner: str | None, name: str
) -> None:
    load(world)
    assign(world, "committee_officer", owner)
    report(world, name)
    assert [row.state for row in task(world).reports] == [TaskState.UNDER_WAY]


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("department", "other_officer"),
        ("department", "government_officer"),
        ("county", "case_officer"),
        (None, "case_officer"),
        ("department", "reviewer"),
        ("department", "safety_officer"),
        ("department", "leader"),
    ],
)
def test_nobody_else_reports(world: World, owner: str | None, name: str) -> None:
    load(world)
    assign(world, "committee_officer", owner)
    with pytest.raises(CampaignRefusedError) as refused:
        report(world, name)
    assert refused.value.detail["reason"] == "not_owner"
    assert task(world).reports == ()


def test_reports_are_added_and_the_latest_tells_the_state(each_world: World) -> None:
    load(each_world)
    report(each_world, "committee_officer")
    first = task(each_world).latest_id
    done = {"state": TaskState.DONE, "text": "已调整完毕", "evidence": "朔安发文件"}
    report(each_world, "committee_officer", shown=first, **done)  # type: ignore[arg-type]
    found = task(each_world)
    assert [row.text for row in found.reports] == ["已调整完毕", "已印发调整文件"]
    assert (found.task.state, found.task.report) == (TaskState.DONE, "已调整完毕")
    assert board(each_world).states == {
        TaskState.NOT_BEGUN: 56,
        TaskState.UNDER_WAY: 0,
        TaskState.DONE: 1,
    }


def test_a_report_sent_twice_counts_once_and_another_persons_is_not_overlooked(
    each_world: World,
) -> None:
    load(each_world)
    assign(each_world, "committee_officer", "department")
    report(each_world, "case_officer")
    report(each_world, "case_officer")
    assert len(task(each_world).reports) == 1
    with pytest.raises(ShownChangedError):
        report(each_world, "second_officer")
    with pytest.raises(ShownChangedError):
        report(each_world, "case_officer", text="另一份报告")
    assert len(task(each_world).reports) == 1


def test_of_two_reports_at_once_one_counts_and_the_other_is_told(each_world: World) -> None:
    load(each_world)
    start, said = Barrier(2), []

    def run(name: str) -> None:
        start.wait()
        try:
            report(each_world, name, text=name)
            said.append("taken")
        except ShownChangedError:
            said.append("overtaken")

    threads = [Thread(target=run, args=(name,)) for name in ("committee_officer", "office_head")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["overtaken", "taken"]
    assert len(task(each_world).reports) == 1


@pytest.mark.parametrize(
    ("state", "text", "evidence", "field"),
    [
        (TaskState.UNDER_WAY, "  ", "", "text"),
        (TaskState.UNDER_WAY, "字" * 2001, "", "text"),
        (TaskState.UNDER_WAY, "进展", "字" * 501, "evidence"),
        (TaskState.DONE, "已完成", " ", "evidence"),
    ],
)
def test_what_is_missing_in_a_report_is_named(
    world: World, state: TaskState, text: str, evidence: str, field: str
) -> None:
    load(world)
    with pytest.raises(InvalidCommandError) as refused:
        report(world, "committee_officer", state=state, text=text, evidence=evidence)
    assert set(refused.value.fields) == {field}


def test_a_task_is_overdue_after_its_day_until_it_is_done(world: World) -> None:
    load(world)
    assert not task(world).task.is_overdue(date(2022, 5, 31))
    assert task(world).task.is_overdue(date(2022, 6, 1))
    assert not task(world, 2).task.is_overdue(date(2026, 6, 1))  # standing
    assert board(world).count_overdue(date(2022, 6, 1)) == 7
    report(world, "committee_officer", state=TaskState.DONE, evidence="文件")
    assert not task(world).task.is_overdue(date(2022, 6, 1))
    assert board(world).count_overdue(date(2022, 6, 1)) == 6


def test_the_supervision_of_listed_hazards_is_counted_and_not_reported(world: World) -> None:
    load(world)
    assert [row.number for row in board(world).tasks if row.counts_cases] == [27]
    with pytest.raises(CampaignRefusedError) as refused:
        report(world, "committee_officer", number=27)
    assert refused.value.detail["reason"] == "counted"


def test_a_report_changed_behind_the_pages_is_found(each_world: World) -> None:
    load(each_world)
    report(each_world, "committee_officer")
    with transaction(each_world.engine) as session:
        assert first_changed_progress(session) is None
        row = session.scalars(sa.select(CampaignProgress)).one()
        row.text = "改过"
        session.flush()
        assert first_changed_progress(session) == row.id
