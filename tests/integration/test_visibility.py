"""The SQL scope and the table of permissions say the same about every person and case."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import transaction
from services.models.case import SupervisionCase
from services.queries.duties import count_duties, list_duties
from services.queries.facts import load_record, standing_of
from services.queries.people import find_actor
from services.queries.scope import sources_seen_by, visible_to
from services.queries.tasks import list_open_tasks
from services.reference.profile import load_profile
from tests.builders import PEOPLE, World
from workflows.permissions import Actor, CaseStanding, holds_duty, may_view, sees_sources
from workflows.vocabulary import Action, PartyKind


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


def test_scope_and_duties_equal_the_table_for_everybody(busy_world: World) -> None:
    actors = [busy_world.actor(name) for name in PEOPLE]
    with transaction(busy_world.engine) as session:
        for actor in actors:
            visible = set(session.scalars(sa.select(SupervisionCase.id).where(visible_to(actor))))
            listed = {row.task_id for row in list_duties(session, actor, limit=100)}
            cases, duties = _by_the_table(session, actor)
            assert (actor.name, visible) == (actor.name, cases)
            assert (actor.name, listed) == (actor.name, duties)
            assert count_duties(session, actor) == len(listed)


def test_who_may_know_of_a_tip_is_the_same_in_both(busy_world: World) -> None:
    busy_world.later(hours=1)
    busy_world.register(
        party_kind=PartyKind.CONTRACT_PARTIES, client="示例民营煤业", contractor="示例小吃店"
    )
    told = dict.fromkeys(PEOPLE, 0)
    with transaction(busy_world.engine) as session:
        for name in PEOPLE:
            actor = find_actor(session, busy_world.person_ids[name], busy_world.now.date())
            assert actor is not None
            known = set(
                session.scalars(
                    sa.select(SupervisionCase.id).where(visible_to(actor), sources_seen_by(actor))
                )
            )
            by_the_table = {
                case.id
                for case in session.scalars(sa.select(SupervisionCase))
                if may_view(actor, standing := _standing(session, case))
                and sees_sources(actor, standing)
            }
            assert (name, known) == (name, by_the_table)
            told[name] = len(known)
    assert {told[name] for name in ("principal", "private_principal", "group_head")} == {0}
    assert min(told[name] for name in ("case_officer", "leader", "government_officer")) > 0


def _standing(session: Session, case: SupervisionCase) -> CaseStanding:
    return standing_of(session, case, load_record(session, case, load_profile("shuozhou")))


def _by_the_table(session: Session, actor: Actor) -> tuple[set[int], set[str]]:
    cases, duties = set[int](), set[str]()
    for case in session.scalars(sa.select(SupervisionCase)):
        standing = _standing(session, case)
        if may_view(actor, standing):
            cases.add(case.id)
        for task in list_open_tasks(session, case.id):
            receiver = standing.receiver_at(task.process_id, task.position)
            is_duty = not task.standing or task.due_at is not None
            if is_duty and holds_duty(actor, task.step, standing, receiver):
                duties.add(task.task_id)
    return cases, duties


def test_the_busy_world_is_worth_the_test(busy_world: World) -> None:
    actors = {name: busy_world.actor(name) for name in PEOPLE}
    with transaction(busy_world.engine) as session:
        duties = {
            name: len(list_duties(session, actor, limit=100)) for name, actor in actors.items()
        }
    assert duties["discipline_receiver"] == duties["rival_principal"] == 0
    assert min(duties[name] for name in ("case_officer", "government_officer", "principal")) > 0
    assert duties["reviewer"] < duties["second_reviewer"]
