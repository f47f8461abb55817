"""Monthly returns: opened for each unit, filled in, approved, received, late or never reported."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from services.database import reading, transaction
from services.documents.render import render_pdf
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.instances import shown_of
from services.models.monthly_return import MonthlyReturn, MonthlyReturnStep
from services.queries.months import Month
from services.queries.return_figures import Figure, list_figures
from services.queries.returns import (
    UnitReturn,
    count_owed,
    current_period,
    due_on_of,
    get_return,
    list_owed,
    list_period,
    list_returns,
)
from services.reference.profile import load_profile
from services.returns.opening import open_returns
from services.returns.printing import printed_return
from services.returns.steps import (
    ReturnCommand,
    first_changed_return_step,
    take_return_step,
)
from tests.builders import World
from tests.integration.test_render import text_of
from workflows.errors import TaskNotReadyError
from workflows.returns import ReturnRefusedError, ReturnState, ReturnStep
from workflows.vocabulary import Action, Outcome

FEBRUARY = Month(2026, 2)
TYPED = {"summary": "本月小结。", "measures": "第1项：推进中", "key_tasks": "无"}
OPENS = datetime(2026, 2, 24, 1, tzinfo=UTC)


@pytest.fixture
def opened(world: World) -> World:
    return opened_on(world)


def opened_on(world: World, now: datetime = OPENS) -> World:
    world.now = now
    open_returns(world.engine, world.office, world.now)
    return world


def row_of(world: World, unit: str = "county", period: Month = FEBRUARY) -> UnitReturn:
    with reading(world.engine) as session:
        rows = list_period(session, period)
    return next(row for row in rows if row.unit_id == world.ids[unit])


def take(
    world: World,
    name: str,
    step: ReturnStep,
    outcome: Outcome = Outcome.DONE,
    *,
    unit: str = "county",
    opinion: str = "",
    typed: Mapping[str, str] = TYPED,
    shown: str | None = None,
) -> None:
    return_id = row_of(world, unit).return_id
    with transaction(world.engine) as session:
        content = session.get_one(MonthlyReturn, return_id).content
        command = ReturnCommand(
            return_id=return_id,
            step=step,
            shown=shown_of(content) if shown is None else shown,
            outcome=outcome,
            opinion=opinion,
            typed=typed if step is ReturnStep.PREPARE else {},
        )
        take_return_step(world.frame(session, name), command)


def submit(world: World) -> None:
    take(world, "government_officer", ReturnStep.PREPARE)
    take(world, "government_principal", ReturnStep.APPROVE, Outcome.ACCEPTED)


def test_every_county_and_department_owes_one_a_week_before_its_day(each_world: World) -> None:
    assert opened_on(each_world, datetime(2026, 2, 22, 1, tzinfo=UTC)) is each_world
    with reading(each_world.engine) as session:
        assert [row.period for row in list_period(session, Month(2026, 1))] == []
        assert list_period(session, FEBRUARY) == ()
    opened_on(each_world, datetime(2026, 2, 23, 1, tzinfo=UTC))
    with reading(each_world.engine) as session:
        rows = list_period(session, FEBRUARY)
    units = ("county", "second_county", "department", "other_department", "fire_brigade")
    assert {row.unit_id for row in rows} == {each_world.ids[unit] for unit in units}
    assert {row.due_on for row in rows} == {date(2026, 3, 2)}
    assert {row.waiting_step for row in rows} == {ReturnStep.PREPARE}


def test_the_worker_opens_each_once_and_after_standing_still_every_month(opened: World) -> None:
    assert open_returns(opened.engine, opened.office, opened.now) == 0
    opened.later(days=70)
    assert open_returns(opened.engine, opened.office, opened.now) == 10
    assert row_of(opened, period=Month(2026, 4)).due_on == date(2026, 5, 2)


def test_a_new_installation_owes_nothing_that_is_late_already(world: World) -> None:
    assert open_returns(world.engine, world.office, datetime(2026, 3, 3, 1, tzinfo=UTC)) == 0


def test_two_workers_open_each_once(each_world: World) -> None:
    start, made = Barrier(2), []

    def work() -> None:
        start.wait()
        made.append(open_returns(each_world.engine, each_world.office, OPENS))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(made) == [0, 5]


def test_shuozhou_asks_for_the_month_before_and_datong_for_the_running_one(world: World) -> None:
    calendar = world.office.calendar
    shuozhou, datong = load_profile("shuozhou"), load_profile("datong")
    assert due_on_of(shuozhou, Month(2026, 12), calendar) == date(2027, 1, 2)
    assert due_on_of(datong, Month(2026, 12), calendar) == date(2026, 12, 27)
    assert current_period(datong, date(2026, 12, 16), calendar) == Month(2026, 11)
    assert current_period(datong, date(2026, 12, 17), calendar) == Month(2026, 12)
    assert current_period(shuozhou, date(2026, 12, 25), calendar) == Month(2026, 11)
    assert current_period(shuozhou, date(2026, 12, 26), calendar) == Month(2026, 12)


def test_a_return_goes_from_the_unit_to_the_office_and_gets_its_receipt(each_world: World) -> None:
    opened_on(each_world)
    submit(each_world)
    each_world.work()
    waiting = row_of(each_world)
    assert (waiting.waiting_step, waiting.is_late(date(2026, 3, 9))) == (ReturnStep.RECEIVE, False)
    take(each_world, "committee_officer", ReturnStep.RECEIVE, Outcome.ACCEPTED)
    row = row_of(each_world)
    assert (row.state, row.waiting_step) == (ReturnState.RECEIVED, None)
    assert (row.received_at, row.first_submitted_at) == (OPENS, OPENS)
    with reading(each_world.engine) as session:
        page = get_return(session, each_world.actor("government_officer"), row.return_id)
        assert first_changed_return_step(session) is None
    assert [step.step for step in page.steps] == [
        ReturnStep.PREPARE,
        ReturnStep.APPROVE,
        ReturnStep.RECEIVE,
    ]
    assert page.sha256 is not None


def test_what_is_sent_back_is_filled_in_again_and_keeps_its_first_day(opened: World) -> None:
    submit(opened)
    with pytest.raises(InvalidCommandError):
        take(opened, "committee_officer", ReturnStep.RECEIVE, Outcome.RETURNED)
    take(opened, "committee_officer", ReturnStep.RECEIVE, Outcome.RETURNED, opinion="缺小结。")
    opened.later(days=10)
    take(opened, "government_officer", ReturnStep.PREPARE)
    take(opened, "government_principal", ReturnStep.APPROVE, Outcome.ACCEPTED)
    row = row_of(opened)
    assert (row.first_submitted_at, row.submitted_at) == (OPENS, OPENS + timedelta(days=10))
    assert not row.is_late(date(2026, 3, 20))


def test_the_leader_sends_it_back_with_a_reason(opened: World) -> None:
    take(opened, "government_officer", ReturnStep.PREPARE)
    with pytest.raises(InvalidCommandError):
        take(opened, "government_principal", ReturnStep.APPROVE, Outcome.RETURNED)
    take(opened, "government_principal", ReturnStep.APPROVE, Outcome.RETURNED, opinion="补充。")
    assert row_of(opened).waiting_step is ReturnStep.PREPARE


def test_days_late_count_to_the_first_report_and_end_with_it(opened: World) -> None:
    opened.now = datetime(2026, 3, 5, 1, tzinfo=UTC)
    assert row_of(opened).days_late(date(2026, 3, 5)) == 3
    submit(opened)
    assert row_of(opened).days_late(date(2026, 4, 5)) == 3


def test_on_its_day_nothing_is_late_and_nothing_can_be_closed(opened: World) -> None:
    opened.now = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    assert not row_of(opened).is_late(date(2026, 3, 2))
    with pytest.raises(ReturnRefusedError) as refused:
        take(opened, "committee_officer", ReturnStep.CLOSE_UNREPORTED, opinion="未报。")
    assert refused.value.detail["reason"] == "not_overdue"


def test_the_office_closes_what_was_never_reported_with_a_reason(each_world: World) -> None:
    opened_on(each_world)
    each_world.now = datetime(2026, 3, 6, 1, tzinfo=UTC)
    with pytest.raises(InvalidCommandError):
        take(each_world, "committee_officer", ReturnStep.CLOSE_UNREPORTED)
    take(each_world, "committee_officer", ReturnStep.CLOSE_UNREPORTED, opinion="两次催报未报。")
    row = row_of(each_world)
    assert (row.state, row.is_unreported, row.waiting_step) == (ReturnState.UNREPORTED, True, None)
    assert row.days_late(date(2026, 9, 1)) == 4
    with pytest.raises(TaskNotReadyError):
        take(each_world, "government_officer", ReturnStep.PREPARE)


def test_what_lies_before_the_office_is_not_closed_as_unreported(opened: World) -> None:
    submit(opened)
    opened.now = datetime(2026, 3, 6, 1, tzinfo=UTC)
    with pytest.raises(TaskNotReadyError):
        take(opened, "committee_officer", ReturnStep.CLOSE_UNREPORTED, opinion="未报。")


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("government_principal", ReturnStep.PREPARE),
        ("government_officer", ReturnStep.APPROVE),
        ("government_officer", ReturnStep.CLOSE_UNREPORTED),
        ("committee_officer", ReturnStep.PREPARE),
    ],
)
def test_nobody_takes_a_step_that_is_not_theirs(opened: World, name: str, step: ReturnStep) -> None:
    if step is ReturnStep.APPROVE:
        take(opened, "government_officer", ReturnStep.PREPARE)
    opened.now = datetime(2026, 3, 6, 1, tzinfo=UTC)
    outcome = Outcome.ACCEPTED if step is ReturnStep.APPROVE else Outcome.DONE
    with pytest.raises(ReturnRefusedError):
        take(opened, name, step, outcome, opinion="代办。")


@pytest.mark.parametrize("name", ["second_government_officer", "case_officer", "principal"])
def test_nobody_learns_of_the_return_of_another_unit(opened: World, name: str) -> None:
    with pytest.raises(RecordNotFoundError):
        take(opened, name, ReturnStep.PREPARE)
    with reading(opened.engine) as session:
        seen = list_returns(session, opened.actor(name), FEBRUARY)
    assert all(row.unit_id != opened.ids["county"] for row in seen)


def test_nobody_approves_what_somebody_else_changed_meanwhile(opened: World) -> None:
    take(opened, "government_officer", ReturnStep.PREPARE)
    with pytest.raises(ShownChangedError):
        take(
            opened, "government_principal", ReturnStep.APPROVE, Outcome.ACCEPTED, shown=shown_of({})
        )


def test_every_part_that_the_notice_names_is_written(opened: World) -> None:
    with pytest.raises(InvalidCommandError) as refused:
        take(opened, "government_officer", ReturnStep.PREPARE, typed={"summary": " "})
    assert set(refused.value.fields) == {"summary", "measures", "key_tasks"}


def test_what_waits_is_counted_for_those_whose_turn_it_is(opened: World) -> None:
    def owed(name: str) -> int:
        with reading(opened.engine) as session:
            assert count_owed(session, opened.actor(name)) == len(
                list_owed(session, opened.actor(name))
            )
            return count_owed(session, opened.actor(name))

    assert (owed("government_officer"), owed("government_principal")) == (1, 0)
    take(opened, "government_officer", ReturnStep.PREPARE)
    assert (owed("government_officer"), owed("government_principal")) == (0, 1)
    take(opened, "government_principal", ReturnStep.APPROVE, Outcome.ACCEPTED)
    assert (owed("committee_officer"), owed("principal")) == (1, 0)


def test_figures_are_what_the_record_says_of_the_unit_and_the_month(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.later(days=1)
    with reading(world.engine) as session:
        lines = list_figures(session, world.ids["county"], Month(2026, 3), world.now)
        before = list_figures(session, world.ids["county"], FEBRUARY, world.now)
        other = list_figures(session, world.ids["second_county"], Month(2026, 3), world.now)
    found = {line.figure: (line.month, line.year) for line in lines}
    assert found == {
        Figure.REGISTERED: (1, 1),
        Figure.LISTED: (1, 1),
        Figure.DELISTED: (0, 0),
        Figure.HANDED_OVER: (1, 1),
        Figure.VISITED: (0, 0),
        Figure.UNDER_SUPERVISION: (1, None),
        Figure.PAST_LIMIT: (0, None),
        Figure.NOT_ACKNOWLEDGED: (1, None),
    }
    assert {line.month for line in (*before, *other)} == {0}


def test_a_step_that_was_changed_afterwards_is_found(opened: World) -> None:
    submit(opened)
    with transaction(opened.engine) as session:
        step = session.scalars(sa.select(MonthlyReturnStep)).first()
        assert step is not None
        step.opinion, changed = "改过。", step.id
    with reading(opened.engine) as session:
        assert first_changed_return_step(session) == changed


def test_the_pages_say_what_was_submitted_and_who_approved_it(opened: World) -> None:
    submit(opened)
    with reading(opened.engine) as session:
        step_id = session.scalars(
            sa.select(sa.func.max(MonthlyReturnStep.id)).where(
                MonthlyReturnStep.step == ReturnStep.APPROVE.value
            )
        ).one()
        inputs = printed_return(session, step_id)
    assert inputs is not None
    printed = text_of(render_pdf("monthly_return.html", inputs, fonts_folder=None))
    for words in (
        "示例区人民政府",
        "2026年2月份",
        "安全生产十五项措施落实清单",
        "本月小结。",
        "登记的重大事故隐患事项",
        "审签人：",
    ):
        assert words in printed
