"""Supervision visits: by department, committee office and territory, each on its own clock."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.case import Act
from services.models.deadline import Deadline
from services.queries.case_page import get_case_page
from services.queries.duties import list_duties
from services.uploads import AcceptedUpload
from tests.builders import World
from workflows.errors import TaskNotReadyError
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Outcome

VISIT = Action.RECORD_VISIT
VISITORS = ("case_officer", "committee_officer", "government_officer")
SCAN = AcceptedUpload("督导记录.pdf", b"%PDF", "application/pdf")


def _supervised(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    return case_id


def _clocks(world: World, case_id: int) -> list[Deadline]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Deadline)
                .where(Deadline.case_id == case_id, Deadline.rule_id == "record_visit")
                .order_by(Deadline.id)
            )
        )


def test_each_visitor_owes_a_visit_from_the_day_supervision_begins(each_world: World) -> None:
    world = each_world
    case_id = _supervised(world)
    holders = [clock.holder_id for clock in _clocks(world, case_id)]
    assert holders == [world.ids[key] for key in ("department", "office", "county")]
    for name in VISITORS:
        actor = world.actor(name)
        with transaction(world.engine) as session:
            steps = [row.step for row in list_duties(session, actor, limit=20)]
        assert steps.count(VISIT) == 1


def test_a_visit_starts_the_visitors_own_clock_anew_and_no_other(world: World) -> None:
    case_id = _supervised(world)
    world.later(days=10)
    world.do("committee_officer", case_id, VISIT, 1)
    clocks = {clock.holder_id: clock for clock in _clocks(world, case_id) if not clock.ended_at}
    assert len(clocks) == 3
    started = {holder: clock.started_at for holder, clock in clocks.items()}
    assert started[world.ids["office"]] == world.now
    assert started[world.ids["department"]] == started[world.ids["county"]]
    assert started[world.ids["county"]] == world.now - timedelta(days=10)
    with transaction(world.engine) as session:
        (visit,) = session.scalars(sa.select(Act).where(Act.action == VISIT))
    assert visit.post.organisation_id == world.ids["office"]


def test_nobody_records_the_visit_of_another(world: World) -> None:
    case_id = _supervised(world)
    for position, name in enumerate(VISITORS):
        with pytest.raises(PermissionRefusedError):
            world.do(name, case_id, VISIT, (position + 1) % 3)
    with pytest.raises(PermissionRefusedError):
        world.do("safety_officer", case_id, VISIT)
    with pytest.raises(CaseNotFoundError):
        world.do("second_government_officer", case_id, VISIT, 2)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"co_officer": ""}, {"co_officer": "required"}),
        ({"co_officer": "case_officer"}, {"co_officer": "own_name"}),
        ({"findings": ""}, {"findings": "required"}),
        ({"visited_on": None}, {"visited_on": "required"}),
        ({"demands": ""}, {"demands": "required"}),
        ({"uploads": ()}, {"uploads": "photo_required"}),
        ({"uploads": (SCAN,)}, {"uploads": "photo_required"}),
    ],
)
def test_a_visit_without_what_makes_it_one_is_refused(
    world: World, changes: dict[str, Any], problems: dict[str, str]
) -> None:
    case_id = _supervised(world)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, VISIT, **changes)
    assert refused.value.fields == problems


def test_a_visit_lies_between_the_filing_and_today(world: World) -> None:
    case_id = _supervised(world)
    today = world.now.date()
    for day, code in (
        (today + timedelta(days=1), "in_future"),
        (today - timedelta(days=1), "before_filing"),
    ):
        with pytest.raises(InvalidCommandError) as refused:
            world.do("case_officer", case_id, VISIT, visited_on=day)
        assert refused.value.fields == {"visited_on": code}


def test_without_problems_no_demands_are_asked_for(world: World) -> None:
    case_id = _supervised(world)
    world.do("case_officer", case_id, VISIT, problems_found="", demands="")


def test_visits_end_with_the_case(world: World) -> None:
    case_id = _supervised(world)
    task_id = world.task_id(case_id, VISIT)
    command = world.command(case_id, VISIT)
    world.withdraw(case_id)
    assert VISIT not in world.open_steps(case_id)
    with pytest.raises(TaskNotReadyError):
        world.act("case_officer", command, VISIT)
    assert {clock.ended_as for clock in _clocks(world, case_id)} == {"ended"}
    assert task_id


def test_an_ordinary_hazard_is_not_visited(world: World) -> None:
    case_id = world.file_report(criterion=None, uploads=())
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, outcome=Outcome.ORDINARY)
    values: dict[str, Any] = {"outcome": Outcome.ORDINARY, "opinion": "不构成"}
    world.do("department_head", case_id, Action.CONFIRM_VERDICT, **values)
    assert _clocks(world, case_id) == []


def test_the_territory_responsible_for_an_ownerless_hazard_does_not_visit_itself(
    world: World,
) -> None:
    case_id = world.register(
        responsible_party_id=world.ids["county"], designation="指定文件〔2026〕1号"
    )
    world.to_listing(case_id)
    holders = [clock.holder_id for clock in _clocks(world, case_id)]
    assert holders == [world.ids["department"], world.ids["office"]]


def test_the_territory_sees_a_case_that_it_is_to_visit(world: World) -> None:
    case_id = _supervised(world)
    actor = world.actor("government_officer")
    with transaction(world.engine) as session:
        page = get_case_page(session, actor, case_id, world.office.profile)
    own = [step.task.step for step in page.open_steps if step.is_mine]
    assert own == [VISIT, Action.REQUEST_COORDINATION]
