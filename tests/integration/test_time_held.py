"""Who held each step for how long, and with whom the time after a limit lies."""

from datetime import timedelta

from services.database import reading
from services.definitions import load_definition
from services.diagrams import standing_steps
from services.queries.assignments import list_deeds
from services.queries.calendar import current_calendar
from services.queries.case_page import get_case_page
from services.queries.passage import list_advances
from services.queries.time_held import TimeHeld, account_for_time
from tests.builders import World
from tests.integration.test_assignments import claim, release
from tests.integration.test_visits import _supervised
from workflows.time_held import working_time
from workflows.vocabulary import Action


def account(world: World, case_id: int, name: str = "case_officer") -> TimeHeld:
    with reading(world.engine) as session:
        frame = world.frame(session, name)
        page = get_case_page(session, frame.actor, case_id, world.office.profile)
        return account_for_time(
            page,
            list_advances(session, page),
            list_deeds(session, frame.actor, case_id, world.office.profile),
            standing_steps(load_definition(session, page.definition_digest)),
            current_calendar(session, world.office),
            frame.now,
        )


def held(account: TimeHeld, unit: str, holder: str = "") -> tuple[timedelta, timedelta]:
    rows = {(row.unit, row.holder): (row.worked, row.late) for row in account.holders}
    return rows.get((unit, holder), (timedelta(), timedelta()))


def test_a_step_counts_for_the_unit_until_somebody_takes_it(each_world: World) -> None:
    world = each_world
    case_id = world.register()
    world.later(hours=3)
    claim(world, "case_officer", case_id)
    world.later(hours=5)
    release(world, "case_officer", case_id)
    world.later(hours=1)
    claim(world, "second_officer", case_id)
    world.later(hours=2)
    unit = "示例市应急管理局"
    before = account(world, case_id)
    assert held(before, unit)[0] >= timedelta(hours=4)
    assert held(before, unit, "case_officer")[0] == timedelta(hours=5)
    assert held(before, unit, "second_officer")[0] == timedelta(hours=2)
    world.do("second_officer", case_id, Action.VERIFY_HAZARD)
    world.later(hours=4)
    after = account(world, case_id)
    assert held(after, unit, "second_officer")[0] == timedelta(hours=2)


def test_days_off_count_for_nobody_and_a_limit_divides_the_time(world: World) -> None:
    case_id = world.register()
    world.later(days=60)
    before = account(world, case_id)
    unit = "示例市应急管理局"
    worked, late = held(before, unit)
    steps = sum(row.steps for row in before.holders if row.unit == unit)
    with reading(world.engine) as session:
        calendar = current_calendar(session, world.office)
    whole = working_time(world.now - timedelta(days=60), world.now, calendar)
    assert worked == steps * whole < steps * timedelta(days=60)
    assert timedelta() < late < worked
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    assert held(account(world, case_id), unit)[1] >= late


def test_time_after_the_rectification_limit_lies_with_who_held_steps_then(world: World) -> None:
    case_id = _supervised(world)
    assert account(world, case_id).late_limits == ()
    world.later(days=200)
    limits = {row.name: row for row in account(world, case_id).late_limits}
    limit = limits["整改期限"]
    assert limit.ended_at is None
    units = {row.unit for row in limit.held_by}
    assert "示例煤业" in units
    for row in limit.held_by:
        assert row.worked == row.steps * limit.late  # held all the time since then
    assert timedelta(days=50) < limit.late < timedelta(days=140)


def test_standing_steps_are_nobodys_time(world: World) -> None:
    case_id = _supervised(world)
    with reading(world.engine) as session:
        page = get_case_page(session, world.actor("case_officer"), case_id, world.office.profile)
        standing = standing_steps(load_definition(session, page.definition_digest))
    assert ("rectification", Action.REPORT_PROGRESS) in standing
    assert all(
        (step.task.process_id, step.task.step.value) in standing
        for step in page.open_steps
        if step.task.standing
    )
    assert not any(
        (step.task.process_id, step.task.step.value) in standing
        for step in page.open_steps
        if not step.task.standing
    )
