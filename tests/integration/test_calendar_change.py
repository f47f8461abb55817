"""A new holiday notice: entered by two persons, limits move only when somebody accepts it."""

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.administration.change import Change
from services.administration.proposals import confirm, propose
from services.database import transaction
from services.errors import InvalidCommandError
from services.models.deadline import Deadline, DeadlineChange
from services.models.process import open_task
from services.queries.calendar import current_calendar
from services.queries.case_page import get_case_page
from services.recounting import MovedRow, RecountRefusedError, accept_moved, list_moved
from tests.builders import World
from workflows.administration import ChangeKind
from workflows.deadlines import SHANGHAI
from workflows.vocabulary import Action
from workflows.working_days import is_known, is_working_day

OFF = "2027-01-01 至 2027-01-05 元旦"
WORKED = "2027-01-09 元旦调休上班"


def notice(**changes: Any) -> Change:
    content = {
        "year": 2027,
        "notice_title": "关于2027年部分节假日安排的通知",
        "notice_number": "示例〔2026〕1号",
        "off_days": OFF,
        "make_up_days": WORKED,
        **changes,
    }
    return Change(ChangeKind.LOAD_HOLIDAYS, "国务院公报", content)


def load(world: World, **changes: Any) -> None:
    with transaction(world.engine) as session:
        number = propose(world.frame(session, "system_admin"), notice(**changes))
    with transaction(world.engine) as session:
        confirm(world.frame(session, "security_admin"), number)


def late_in_the_year(world: World) -> int:
    world.now = datetime(2026, 12, 30, 10, tzinfo=SHANGHAI)
    return world.file_report()


def limit(world: World, case_id: int, rule: str = "supplement_report") -> tuple[date, bool]:
    with transaction(world.engine) as session:
        row = session.scalars(
            sa.select(Deadline).where(
                Deadline.case_id == case_id,
                Deadline.rule_id == rule,
                Deadline.ended_at.is_(None),
            )
        ).one()
        return row.due_on, row.provisional


def moved(world: World, name: str = "office_head") -> list[MovedRow]:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return list_moved(session, actor, world.office)


def accept(world: World, *numbers: int, name: str = "office_head") -> int:
    with transaction(world.engine) as session:
        return accept_moved(world.frame(session, name), numbers)


def test_a_notice_counts_from_its_confirmation_and_moves_nothing_by_itself(
    each_world: World,
) -> None:
    world = each_world
    before = late_in_the_year(world)
    due_on, provisional = limit(world, before)
    assert provisional
    with transaction(world.engine) as session:
        number = propose(world.frame(session, "system_admin"), notice())
    assert moved(world) == []
    with transaction(world.engine) as session:
        assert not is_known(date(2027, 1, 4), current_calendar(session, world.office))
        confirm(world.frame(session, "security_admin"), number)
        calendar = current_calendar(session, world.office)
        assert is_known(date(2027, 1, 4), calendar)
        assert is_working_day(date(2027, 1, 9), calendar)
    assert limit(world, before) == (due_on, True)
    after = world.file_report(nonce="later")
    assert limit(world, after)[0] > due_on
    assert not limit(world, after)[1]


def test_a_person_accepts_what_moves_and_both_dates_stay(each_world: World) -> None:
    world = each_world
    case_id = late_in_the_year(world)
    due_on, _ = limit(world, case_id)
    load(world)
    rows = {row.name: row for row in moved(world)}
    row = rows["填报续报"]
    assert (row.case_id, row.due_on, row.was_provisional) == (case_id, due_on, True)
    assert row.new_due_on > due_on
    assert accept(world, row.deadline_id) == 1
    assert limit(world, case_id) == (row.new_due_on, False)
    with transaction(world.engine) as session:
        step_due = session.execute(
            sa.select(open_task.c.due_at).where(
                open_task.c.case_id == case_id,
                open_task.c.step_id == Action.SUPPLEMENT_REPORT,
            )
        ).scalar_one()
        change = session.scalars(sa.select(DeadlineChange)).one()
        assert (change.former_due_on, change.due_on) == (due_on, row.new_due_on)
        assert change.changed_by_id == world.person_ids["office_head"]
        assert change.former_computation["provisional"]
        assert session.get_one(Deadline, row.deadline_id).due_at == step_due
        assert audit.first_broken_link(session) is None
    assert row.deadline_id not in {other.deadline_id for other in moved(world)}
    assert {other.name for other in moved(world)} == rows.keys() - {"填报续报"}
    actor = world.actor("safety_officer")
    with transaction(world.engine) as session:
        page = get_case_page(session, actor, case_id, world.office.profile)
    told = next(line for line in page.deadlines if line.deadline_id == row.deadline_id)
    assert [(c.former_due_on, c.action, c.person_name) for c in told.changes] == [
        (due_on, None, "office_head")
    ]


def test_accepting_twice_or_without_the_post_moves_nothing(world: World) -> None:
    late_in_the_year(world)
    load(world)
    row = moved(world)[0]
    for name in ("department_head", "case_officer", "security_admin"):
        assert moved(world, name) == []
        with pytest.raises(RecountRefusedError):
            accept(world, row.deadline_id, name=name)
    with pytest.raises(RecountRefusedError):
        accept(world)
    accept(world, row.deadline_id)
    with pytest.raises(RecountRefusedError):
        accept(world, row.deadline_id)
    with transaction(world.engine) as session:
        assert session.scalar(sa.select(sa.func.count(DeadlineChange.id))) == 1


def test_a_notice_that_changes_nothing_asks_for_nothing(world: World) -> None:
    world.file_report()
    load(world)
    assert moved(world) == []


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("off_days", "", "required"),
        ("off_days", "元旦", "notice_line:元旦"),
        ("make_up_days", "2027-01-04 调休", "both_off_and_worked:2027-01-04"),
        ("make_up_days", "2027-01-08 调休", "make_up_on_a_weekday:2027-01-08"),
        ("year", 1999, "between:2021–2099"),
        ("notice_number", "", "required"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_at_once(
    world: World, field: str, value: object, problem: str
) -> None:
    with transaction(world.engine) as session, pytest.raises(InvalidCommandError) as refused:
        propose(world.frame(session, "system_admin"), notice(**{field: value}))
    assert refused.value.fields == {field: problem}
