"""The SQL scope and the table of permissions say the same about every person and case."""

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.models.case import SupervisionCase
from services.queries.duties import count_duties, list_duties
from services.queries.facts import load_record, standing_of
from services.queries.scope import visible_to
from services.queries.tasks import list_open_tasks
from services.step import receiver_of
from tests.builders import PEOPLE, World
from workflows.permissions import holds_duty, may_view
from workflows.vocabulary import Action


@pytest.fixture
def busy_world(each_world: World) -> World:
    """Cases of two enterprises in several positions."""
    world = each_world
    world.file_report("private_principal")
    world.later(hours=1)
    listed = world.file_report()
    world.to_listing(listed)
    world.to_signed(listed)
    world.walk(listed, ("committee_officer", Action.SERVE_LISTING_NOTICE))
    world.later(hours=1)
    inspected = world.register()
    world.to_listing(inspected)
    world.rectify(inspected)
    world.do("safety_officer", inspected, Action.EVALUATE_EFFECT)
    world.do("reviewer", inspected, Action.INSPECT_RECTIFICATION)
    return world


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_scope_and_duties_equal_the_table(busy_world: World, person: str) -> None:
    world, actor = busy_world, busy_world.actor(person)
    with transaction(world.engine) as session:
        cases = session.scalars(sa.select(SupervisionCase)).all()
        visible = set(session.scalars(sa.select(SupervisionCase.id).where(visible_to(actor))))
        listed = {row.task_id for row in list_duties(session, actor, limit=100)}
        expected_cases, expected_duties = set(), set()
        for case in cases:
            standing = standing_of(session, case, load_record(session, case, 2))
            if may_view(actor, standing):
                expected_cases.add(case.id)
            for task in list_open_tasks(session, case.id):
                receiver = receiver_of(session, case.id, task.process_id, task.position)
                if not task.standing and holds_duty(actor, task.step, standing, receiver):
                    expected_duties.add(task.task_id)
        assert visible == expected_cases
        assert listed == expected_duties
        assert count_duties(session, actor) == len(listed)


def test_the_busy_world_is_worth_the_test(busy_world: World) -> None:
    with transaction(busy_world.engine) as session:
        duties = {
            name: len(list_duties(session, busy_world.actor(name), limit=100)) for name in PEOPLE
        }
    assert duties["discipline_receiver"] == duties["rival_principal"] == 0
    assert min(duties[name] for name in ("case_officer", "government_officer", "principal")) > 0
    assert duties["reviewer"] < duties["second_reviewer"]
