"""What the grass roots cannot solve goes to the committee office; the clock shows the wait."""

from datetime import date

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.deadline import Deadline
from services.queries.case_page import get_case_page
from tests.builders import World
from tests.integration.test_substitutions import add_post
from web.views.deadlines import waits_of
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Outcome, Role

ASK, ANSWER = Action.REQUEST_COORDINATION, Action.ANSWER_COORDINATION


def admitted(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    return case_id


def limits(world: World, case_id: int) -> dict[str, date]:
    with transaction(world.engine) as session:
        rows = session.scalars(
            sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.ended_at.is_(None))
        )
        return {row.rule_id: row.due_on for row in rows}


@pytest.mark.parametrize("name", ["principal", "government_officer", "case_officer"])
def test_party_territory_and_department_ask_and_the_office_answers(
    each_world: World, name: str
) -> None:
    world = each_world
    case_id = admitted(world)
    before = limits(world, case_id)
    world.do(name, case_id, ASK)
    running = limits(world, case_id)
    assert running["answer_coordination"] > world.now.date()
    assert {rule: running[rule] for rule in before} == before
    with pytest.raises(PermissionRefusedError):
        world.do("department_head", case_id, ANSWER)
    world.do("office_head", case_id, ANSWER)
    assert "answer_coordination" not in limits(world, case_id)
    assert ASK in world.open_steps(case_id)


def test_a_refusal_is_an_answer_and_says_something(world: World) -> None:
    case_id = admitted(world)
    world.do("principal", case_id, ASK)
    with pytest.raises(InvalidCommandError):
        world.do("office_head", case_id, ANSWER, outcome=Outcome.RETURNED, decision="")
    world.do(
        "office_head", case_id, ANSWER, outcome=Outcome.RETURNED, decision="请向市能源局提出。"
    )
    world.do("principal", case_id, ASK)


def test_nobody_answers_what_the_same_person_asked(world: World) -> None:
    case_id = admitted(world)
    add_post(world, "case_officer", "office", Role.COMMITTEE_OFFICE_HEAD)
    world.do("case_officer", case_id, ASK)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("case_officer", case_id, ANSWER)
    assert refused.value.detail["reason"] == "separation_of_duties"


def test_the_wait_is_told_beside_the_limit(world: World) -> None:
    case_id = admitted(world)
    world.do("principal", case_id, ASK)
    asked_at = world.now
    world.later(days=3)
    world.do("office_head", case_id, ANSWER)
    answered_at = world.now
    world.later(days=1)
    world.do("principal", case_id, ASK)
    actor = world.actor("principal")
    with transaction(world.engine) as session:
        page = get_case_page(session, actor, case_id, world.office.profile)
    assert [(wait.since, wait.until) for wait in waits_of(page.counting_acts)] == [
        (asked_at, answered_at),
        (world.now, None),
    ]
