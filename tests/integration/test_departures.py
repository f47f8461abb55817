"""A leaver hands everything over by one deed, and no clock stops."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.assignments import claim_step
from services.database import transaction
from services.drafts import find_draft, save_draft
from services.errors import InvalidCommandError
from services.models.deadline import Deadline
from services.models.organisation import Post
from services.models.process import open_task
from services.models.succession import Departure
from services.queries.duties import list_duties
from services.queries.duty_groups import DutyGroup
from services.queries.form_key import FormKey
from services.succession.deeds import (
    DeedNotFoundError,
    DeedRefusedError,
    DeedSettledError,
    first_changed_deed,
)
from services.succession.departures import (
    PrepareDeparture,
    confirm_departure,
    prepare_departure,
    revoke_departure,
)
from tests.builders import PEOPLE, World
from tests.integration.test_substitutions import _group_of, add_post, arrange
from workflows.vocabulary import Action, Role


def prepare(
    world: World, leaver: str, successors: dict[str, str | None], by: str = "keeper", **changes: Any
) -> int:
    """`successors` by role; without a name the others of that role take over."""
    if "keeper" not in world.person_ids:
        add_post(world, "keeper", "office", Role.SYSTEM_ADMIN)
    person_id = world.person_ids[leaver]
    with transaction(world.engine) as session:
        posts = session.execute(
            sa.select(Post.id, Post.role).where(Post.person_id == person_id)
        ).all()
    chosen = {
        post.id: world.person_ids[name] if (name := successors.get(post.role)) else None
        for post in posts
    }
    values = {"last_on": world.now.date(), "successors": chosen, **changes}
    nonce = f"{leaver}-{world.now.timestamp()}-{by}"
    command = PrepareDeparture(nonce=nonce, person_id=person_id, **values)
    with transaction(world.engine) as session:
        return prepare_departure(world.frame(session, by), command)


def confirm(world: World, number: int, by: str = "department_head") -> None:
    with transaction(world.engine) as session:
        confirm_departure(world.frame(session, by), number)


def duties(world: World, name: str) -> set[str]:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return {row.task_id for row in list_duties(session, actor, 100)}


def clocks(world: World) -> list[tuple[object, ...]]:
    with transaction(world.engine) as session:
        rows = session.execute(
            sa.select(Deadline.id, Deadline.due_at, Deadline.ended_at, Deadline.holder_id).order_by(
                Deadline.id
            )
        )
        due = session.connection().execute(
            sa.select(open_task.c.task_id, open_task.c.due_at).order_by(open_task.c.task_id)
        )
        return [*map(tuple, rows), *map(tuple, due)]


def test_posts_end_with_the_day_and_the_successor_goes_on(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    add_post(world, "newcomer", "department", Role.TOWNSHIP_OFFICER)
    waiting, before = duties(world, "case_officer"), clocks(world)
    number = prepare(world, "case_officer", {"case_officer": "newcomer"})
    confirm(world, number)
    assert duties(world, "case_officer") == waiting
    assert duties(world, "newcomer") == set()
    world.later(days=1)
    assert world.actor("case_officer").posts == ()
    assert duties(world, "newcomer") == waiting
    assert clocks(world) == before
    world.do("newcomer", case_id, Action.VERIFY_HAZARD)


def test_the_deed_lists_what_stood_open(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    number = prepare(world, "case_officer", {"case_officer": None})
    confirm(world, number)
    world.confirm_criterion(case_id)
    world.do("second_officer", case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        row = session.get_one(Departure, number)
        assert row.content is not None
        listed = row.content["posts"][0]
        assert listed["others"] == ["second_officer"]
        assert Action.VERIFY_HAZARD in {step["action"] for step in listed["steps"]}
        assert [entry["event"] for entry in audit.deeds(session)] == ["proposed", "confirmed"]
        assert first_changed_deed(session) is None
        row.content = {**row.content, "posts": []}
        session.flush()
        assert first_changed_deed(session) == f"departure {number}"


def test_nobody_leaves_a_waiting_step_without_a_holder(world: World) -> None:
    case_id = world.file_report()
    world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT)
    assert prepare(world, "principal", {"enterprise_principal": "safety_officer"})
    world.later(minutes=1)
    with pytest.raises(InvalidCommandError) as refused:
        prepare(world, "principal", {})
    assert set(refused.value.fields) == {f"successor_{_post(world, 'principal')}"}
    assert next(iter(refused.value.fields.values())).startswith("nobody_left:")


def test_two_leavers_do_not_cover_for_each_other(world: World) -> None:
    world.file_report()
    confirm(world, prepare(world, "second_officer", {}, last_on=world.now.date() + timedelta(30)))
    with pytest.raises(InvalidCommandError):
        prepare(world, "case_officer", {})


def test_two_deeds_prepared_together_are_not_both_confirmed(each_world: World) -> None:
    each_world.file_report()
    first = prepare(each_world, "case_officer", {})
    second = prepare(each_world, "second_officer", {})
    confirm(each_world, first)
    with pytest.raises(InvalidCommandError):
        confirm(each_world, second)


def test_a_post_without_open_steps_may_become_vacant(world: World) -> None:
    number = prepare(world, "second_reviewer", {})
    confirm(world, number)
    world.later(days=1)
    assert world.actor("second_reviewer").posts == ()


def test_drafts_pass_to_the_successor_after_the_last_day(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    key = str(FormKey(Action.VERIFY_HAZARD, case_id, world.task_id(case_id, Action.VERIFY_HAZARD)))
    with transaction(world.engine) as session:
        person_id = world.person_ids["case_officer"]
        save_draft(session, person_id, key, {"findings": ["半页"]}, world.now)
        save_draft(session, person_id, "register_hazard", {"place": ["甲"]}, world.now)
    add_post(world, "newcomer", "department", Role.TOWNSHIP_OFFICER)
    with transaction(world.engine) as session:
        own = {"place": ["乙"]}
        save_draft(session, world.person_ids["newcomer"], "register_hazard", own, world.now)
    confirm(world, prepare(world, "case_officer", {"case_officer": "newcomer"}))
    world.work()
    assert _draft(world, "newcomer", key) is None
    world.later(days=1)
    world.work()
    assert _draft(world, "newcomer", key) == {"findings": ["半页"]}
    assert _draft(world, "newcomer", "register_hazard") == {"place": ["乙"]}
    assert _draft(world, "case_officer", "register_hazard") == {"place": ["甲"]}


def test_what_the_leaver_claimed_is_free_again(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        claim_step(world.frame(session, "case_officer"), case_id, task_id)
    number = prepare(world, "case_officer", {})
    confirm(world, number)
    with transaction(world.engine) as session:
        content = session.get_one(Departure, number).content
        assert content is not None
        steps = content["posts"][0]["steps"]
        assert [step["action"] for step in steps if step["claimed"]] == [Action.VERIFY_HAZARD]
    assert _group_of(world, "second_officer", task_id) is DutyGroup.OTHERS
    world.later(days=1)
    assert _group_of(world, "second_officer", task_id) is DutyGroup.MINE
    world.do("second_officer", case_id, Action.VERIFY_HAZARD)


def test_a_substitution_ends_with_the_post(world: World) -> None:
    arrange(world, "case_officer", "reviewer")
    confirm(world, prepare(world, "case_officer", {}))
    assert len(world.actor("reviewer").posts) == 2
    world.later(days=1)
    assert len(world.actor("reviewer").posts) == 1


@pytest.mark.parametrize(
    ("leaver", "role", "successor", "may"),
    [
        ("case_officer", "case_officer", "newcomer", {"department_head"}),
        # The head himself, or where the head takes over: those above.
        ("department_head", "department_head", "newcomer", {"office_head"}),
        ("case_officer", "case_officer", "department_head", {"office_head"}),
        (
            "principal",
            "enterprise_principal",
            "miner",
            {"group_head", "group_principal", "office_head"},
        ),
    ],
)
def test_the_second_person(
    world: World, leaver: str, role: str, successor: str, may: set[str]
) -> None:
    add_post(world, "newcomer", "department", Role.TOWNSHIP_OFFICER)
    add_post(world, "miner", "mine", Role.ENTERPRISE_SAFETY_OFFICER)
    number = prepare(world, leaver, {role: successor})
    for name in sorted({*PEOPLE, "keeper"} - may):
        with pytest.raises(DeedRefusedError):
            confirm(world, number, name)
    confirm(world, number, min(may))
    with pytest.raises(DeedSettledError):
        confirm(world, number, min(may))


def test_who_prepares(world: World) -> None:
    assert prepare(world, "second_officer", {}, by="department_head")
    for stranger in ("case_officer", "office_head", "principal"):
        with pytest.raises(DeedNotFoundError):
            prepare(world, "second_officer", {}, by=stranger)


@pytest.mark.parametrize("successor", ["principal", "second_officer", "case_officer", "keeper"])
def test_a_successor_must_fit(world: World, successor: str) -> None:
    add_post(world, "keeper", "office", Role.SYSTEM_ADMIN)
    with pytest.raises(InvalidCommandError) as refused:
        prepare(world, "case_officer", {"case_officer": successor})
    assert set(refused.value.fields.values()) == {"choice"}


def test_the_last_administrator_does_not_leave(world: World) -> None:
    add_post(world, "keeper", "department", Role.SYSTEM_ADMIN)
    with pytest.raises(InvalidCommandError) as refused:
        prepare(world, "keeper", {})
    assert set(refused.value.fields.values()) == {"nobody_left"}


def test_the_last_day_lies_not_before_an_act(world: World) -> None:
    for last_on, problem in (
        (world.now.date() - timedelta(days=2), "long_past"),
        (None, "required"),
    ):
        with pytest.raises(InvalidCommandError) as refused:
            prepare(world, "case_officer", {}, last_on=last_on)
        assert refused.value.fields == {"last_on": problem}
    world.register()
    with pytest.raises(InvalidCommandError) as refused:
        prepare(world, "case_officer", {}, last_on=world.now.date() - timedelta(days=1))
    assert refused.value.fields == {"last_on": "before_last_act"}


def test_a_waiting_deed_can_be_withdrawn_and_a_confirmed_one_cannot(world: World) -> None:
    number = prepare(world, "second_reviewer", {})
    with transaction(world.engine) as session, pytest.raises(DeedRefusedError):
        revoke_departure(world.frame(session, "second_reviewer"), number)
    with transaction(world.engine) as session:
        revoke_departure(world.frame(session, "keeper"), number)
    with pytest.raises(DeedSettledError):
        confirm(world, number)
    world.later(minutes=1)
    number = prepare(world, "second_reviewer", {})
    confirm(world, number)
    with transaction(world.engine) as session, pytest.raises(DeedSettledError):
        revoke_departure(world.frame(session, "keeper"), number)


def test_the_same_form_sent_twice_makes_one(each_world: World) -> None:
    numbers = {prepare(each_world, "second_reviewer", {}) for _ in range(2)}
    assert len(numbers) == 1


def _post(world: World, name: str) -> int:
    with transaction(world.engine) as session:
        return session.scalars(
            sa.select(Post.id).where(Post.person_id == world.person_ids[name])
        ).one()


def _draft(world: World, name: str, key: str) -> dict[str, list[str]] | None:
    with transaction(world.engine) as session:
        found = find_draft(session, world.person_ids[name], key)
        return dict(found.values) if found else None
