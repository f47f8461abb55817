"""Monthly returns that come on paper: two persons, late by the day of the paper, or not at all."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services import accounts
from services.audit import first_broken_link
from services.database import reading, transaction
from services.errors import (
    InvalidCommandError,
    PaperDecidedError,
    PaperPendingError,
    RecordNotFoundError,
)
from services.queries.returns import count_owed, get_return, list_owed
from services.returns.paper import (
    RegisterPaperReturn,
    confirm_paper_return,
    first_changed_paper_return,
    refuse_paper_return,
    register_paper_return,
)
from services.returns.steps import first_changed_return_step
from tests.browser.conftest import small_png
from tests.builders import PHOTO, World
from tests.integration.test_case_pages import HASH, signed_in_to
from tests.integration.test_look_backs import token_of
from tests.integration.test_returns import opened_on, row_of, submit, take
from tests.public_rows import app_of
from workflows.errors import TaskNotReadyError
from workflows.returns import ReturnRefusedError, ReturnState, ReturnStep
from workflows.vocabulary import Outcome

DUE = date(2026, 3, 2)
TYPED: dict[str, Any] = {
    "received_on": DUE,
    "delivered_by": "区政府办 路人甲",
    "signed_by": "副区长 路人乙",
    "original_place": "2026年月报卷第3号",
    "uploads": (PHOTO,),
}


@pytest.fixture
def after(each_world: World) -> World:
    """Two days after the day on which returns are due."""
    opened_on(each_world)
    each_world.now = datetime(2026, 3, 4, 1, tzinfo=UTC)
    return each_world


def register(world: World, name: str = "committee_officer", **changes: Any) -> int:
    values = {"return_id": row_of(world).return_id, **TYPED, **changes}
    with transaction(world.engine) as session:
        return register_paper_return(world.frame(session, name), RegisterPaperReturn(**values))


def confirm(world: World, paper_id: int, name: str = "office_head") -> None:
    with transaction(world.engine) as session:
        confirm_paper_return(world.frame(session, name), paper_id)


def test_what_came_in_time_is_not_late_however_late_it_is_typed_in(after: World) -> None:
    paper_id = register(after)
    row = row_of(after)
    assert (row.state, row.next_step) == (ReturnState.UNDER_WAY, ReturnStep.CONFIRM_PAPER)
    assert row.first_submitted_at is None
    confirm(after, paper_id)
    row = row_of(after)
    assert (row.state, row.next_step, row.waiting_step) == (ReturnState.RECEIVED, None, None)
    assert row.days_late(after.now.date()) == 0
    assert (row.paper_received_on, row.received_at) == (DUE, after.now)
    assert row.came_first_on_paper
    with reading(after.engine) as session:
        page = get_return(session, after.actor("government_officer"), row.return_id)
        assert [step.step for step in page.steps] == [ReturnStep.CONFIRM_PAPER]
        assert [paper.decided_by for paper in page.papers] == ["office_head"]
        assert first_changed_paper_return(session) is None
        assert first_changed_return_step(session) is None
        assert first_broken_link(session) is None


def test_what_came_after_its_day_is_late_by_the_day_of_the_paper(after: World) -> None:
    confirm(after, register(after, received_on=date(2026, 3, 3)))
    assert row_of(after).days_late(after.now.date()) == 1


def test_what_was_sent_back_first_keeps_its_first_day(each_world: World) -> None:
    world = opened_on(each_world)
    submit(world)
    take(world, "committee_officer", ReturnStep.RECEIVE, Outcome.RETURNED, opinion="缺清单。")
    world.now = datetime(2026, 3, 4, 1, tzinfo=UTC)
    confirm(world, register(world, received_on=date(2026, 3, 4)))
    row = row_of(world)
    assert row.days_late(world.now.date()) == 0
    assert not row.came_first_on_paper


def test_nobody_confirms_what_the_same_person_registered(after: World) -> None:
    paper_id = register(after)
    with pytest.raises(ReturnRefusedError) as refused:
        confirm(after, paper_id, "committee_officer")
    assert refused.value.detail["reason"] == "took_part"
    for name, wrong in (("government_principal", ReturnRefusedError), ("principal", None)):
        with pytest.raises(wrong or RecordNotFoundError):
            confirm(after, paper_id, name)
    with reading(after.engine) as session:
        owed = [count_owed(session, after.actor(name)) for name in ("committee_officer",)]
        waits = list_owed(session, after.actor("office_head"))
    assert owed == [0]
    assert [row.next_step for row in waits] == [ReturnStep.CONFIRM_PAPER]


def test_a_registration_is_refused_with_a_reason_and_made_anew(after: World) -> None:
    paper_id = register(after)
    with pytest.raises(PaperPendingError):
        register(after, "office_head")
    with transaction(after.engine) as session:
        frame = after.frame(session, "office_head")
        with pytest.raises(InvalidCommandError):
            refuse_paper_return(frame, paper_id, " ")
        refuse_paper_return(frame, paper_id, "扫描件缺报表。")
    with pytest.raises(PaperDecidedError):
        confirm(after, paper_id)
    assert row_of(after).next_step is ReturnStep.PREPARE
    confirm(after, register(after, "office_head"), "committee_officer")
    assert row_of(after).state is ReturnState.RECEIVED


def test_what_the_unit_reported_meanwhile_comes_first(after: World) -> None:
    paper_id = register(after)
    submit(after)
    assert not row_of(after).paper_waits
    with pytest.raises(TaskNotReadyError):
        confirm(after, paper_id)
    with pytest.raises(TaskNotReadyError):
        register(after, "office_head")
    with reading(after.engine) as session:
        page = get_return(session, after.actor("office_head"), row_of(after).return_id)
    assert [paper.waits for paper in page.papers] == [False]


def test_what_lies_there_on_paper_is_not_closed_as_unreported(after: World) -> None:
    paper_id = register(after)
    with pytest.raises(ReturnRefusedError) as refused:
        take(after, "office_head", ReturnStep.CLOSE_UNREPORTED, opinion="没有报送。")
    assert refused.value.detail["reason"] == "paper_pending"
    confirm(after, paper_id)
    with pytest.raises(TaskNotReadyError):
        take(after, "office_head", ReturnStep.CLOSE_UNREPORTED, opinion="没有报送。")
    with pytest.raises(TaskNotReadyError):
        take(after, "office_head", ReturnStep.CONFIRM_PAPER)


WRONG = (
    ({"received_on": None}, {"received_on": "required"}),
    ({"received_on": date(2026, 3, 5)}, {"received_on": "in_future"}),
    ({"received_on": date(2026, 1, 31)}, {"received_on": "before_day:2026-02-01"}),
    ({"delivered_by": " "}, {"delivered_by": "required"}),
    ({"signed_by": "人" * 61}, {"signed_by": "too_long:60"}),
    ({"original_place": ""}, {"original_place": "required"}),
    ({"uploads": ()}, {"uploads": "paper_scan"}),
)


@pytest.mark.parametrize(("changes", "problems"), WRONG)
def test_what_is_missing_or_cannot_be_is_refused(
    world: World, changes: dict[str, Any], problems: dict[str, str]
) -> None:
    opened_on(world)
    world.now = datetime(2026, 3, 4, 1, tzinfo=UTC)
    with pytest.raises(InvalidCommandError) as wrong:
        register(world, **changes)
    assert wrong.value.fields == problems


def test_what_was_changed_afterwards_is_found(after: World) -> None:
    paper_id = register(after)
    with transaction(after.engine) as session:
        session.execute(sa.text("UPDATE paper_return SET received_on = '2026-02-27'"))
    with reading(after.engine) as session:
        assert first_changed_paper_return(session) == paper_id


def test_paper_goes_through_its_pages(world: World, tmp_path: Path) -> None:
    opened_on(world)
    world.now = datetime(2026, 3, 4, 1, tzinfo=UTC)
    people = ("committee_officer", "office_head", "government_officer", "other_officer")
    with transaction(world.engine) as session:
        for name in people:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = app_of(world, tmp_path)
    here = f"/returns/{row_of(world).return_id}"
    officer = signed_in_to(app, "committee_officer")
    assert f"{here}/paper" in officer.get(here).text
    token = token_of(officer.get(f"{here}/paper").text)
    sent = {
        "csrf_token": token,
        "received_on": "2026-03-02",
        "delivered_by": "路人甲",
        "signed_by": "路人乙",
        "uploads": (io.BytesIO(small_png()), "月报.png"),
    }
    refused = officer.post(f"{here}/paper", data=sent)
    assert refused.status_code == 422
    assert "路人甲" in refused.text
    assert "已收到 1 个文件" in refused.text
    sent |= {"original_place": "第3号", "uploads": (io.BytesIO(small_png()), "月报.png")}
    assert officer.post(f"{here}/paper", data=sent).status_code == 303
    assert "核对一致，确认" not in officer.get(here).text
    assert officer.get(f"{here}/paper").status_code == 404
    head = signed_in_to(app, "office_head")
    assert "复核纸质月报" in head.get("/returns").text
    page = head.get(here).text
    assert "核对一致，确认" in page
    scan = page.split(f'href="{here}/scans/')[1].split('"')[0]
    for name, status in (("government_officer", 200), ("other_officer", 404)):
        found = signed_in_to(app, name).get(f"{here}/scans/{scan}")
        assert found.status_code == status
    assert head.get(f"{here}/scans/{'0' * 64}").status_code == 404
    decide = f"{here}/paper/1"
    answer = head.post(decide, data={"csrf_token": token_of(page), "refuse": "yes"})
    assert answer.status_code == 422
    assert head.post("/returns/999/paper/1", data={"csrf_token": token_of(page)}).status_code == 404
    answer = head.post(decide, data={"csrf_token": token_of(page), "confirm": "yes"})
    assert answer.status_code == 303
    shown = signed_in_to(app, "government_officer").get(here).text
    assert "2026-03-02 收到示例区人民政府 2026-02 月份纸质报送材料" in shown
    assert "2026-03-02（纸质）" in head.get("/returns").text
