"""Spot checks after acceptance: what they find is answered by a new acceptance."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from tests.builders import World
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, CaseEnding, Outcome

CHECK, DELIST = Action.RECORD_SPOT_CHECK, Action.APPROVE_DELISTING
LEADER = Action.ENDORSE_AS_LEADER_IN_CHARGE


def _accepted(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    return case_id


def _fail(world: World, case_id: int) -> None:
    world.do(
        "committee_officer",
        case_id,
        CHECK,
        outcome=Outcome.FAILED,
        problems_found="装置未接入控制回路。",
    )


def _case(world: World, case_id: int) -> SupervisionCase:
    with transaction(world.engine) as session:
        return session.get_one(SupervisionCase, case_id)


def test_a_check_that_finds_nothing_holds_nothing_up(each_world: World) -> None:
    world = each_world
    case_id = _accepted(world)
    world.do("committee_officer", case_id, CHECK)
    world.do("committee_officer", case_id, CHECK)
    world.close(case_id)
    assert _case(world, case_id).ending == CaseEnding.DELISTED


@pytest.mark.parametrize(
    ("endorsed", "name", "action"), [(False, "leader", LEADER), (True, "signatory", DELIST)]
)
@pytest.mark.parametrize("back", [Outcome.RETURN_TO_ACCEPTANCE, Outcome.RETURN_TO_RECTIFICATION])
def test_problems_found_bar_the_closing_until_acceptance_has_passed_again(
    world: World, *, endorsed: bool, name: str, action: Action, back: Outcome
) -> None:
    case_id = _accepted(world)
    if endorsed:
        world.do("leader", case_id, LEADER)
    _fail(world, case_id)
    assert _case(world, case_id).round_number == 1
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do(name, case_id, action)
    assert refusal.value.detail["missing"] == "no_open_spot_check_problem"
    world.do(name, case_id, action, outcome=back, opinion="抽查发现问题。")
    assert _case(world, case_id).round_number == 2
    if back is Outcome.RETURN_TO_RECTIFICATION:
        world.rectify(case_id)
    world.accept(case_id)
    world.close(case_id)
    assert _case(world, case_id).ending == CaseEnding.DELISTED


def test_a_later_check_without_problems_does_not_undo_what_was_found(world: World) -> None:
    case_id = _accepted(world)
    _fail(world, case_id)
    world.do("committee_officer", case_id, CHECK)
    with pytest.raises(PermissionRefusedError):
        world.do("leader", case_id, LEADER)


def test_the_rectification_limit_never_starts_anew_through_all_rounds(world: World) -> None:
    case_id = _accepted(world)
    (limit,) = _limits(world, case_id)
    for number in (2, 3):
        world.later(days=3)
        _fail(world, case_id)
        values = {"outcome": Outcome.RETURN_TO_RECTIFICATION, "opinion": "抽查发现问题。"}
        world.do("leader", case_id, LEADER, **values)  # type: ignore[arg-type]
        (again,) = _limits(world, case_id)
        assert (again.due_on, again.started_at, again.ended_at) == (
            limit.due_on,
            limit.started_at,
            None,
        )
        assert _case(world, case_id).round_number == number
        world.rectify(case_id)
        world.accept(case_id)
    assert _case(world, case_id).rectification_limit_on == limit.due_on


def _limits(world: World, case_id: int) -> list[Deadline]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Deadline).where(
                    Deadline.case_id == case_id, Deadline.rule_id == "rectification_limit"
                )
            )
        )


def test_a_check_needs_two_people_a_day_and_what_was_found(world: World) -> None:
    case_id = _accepted(world)
    today = world.now.date()
    for changes, fields in (
        ({"co_officer": "committee_officer"}, {"co_officer": "own_name"}),
        ({"findings": ""}, {"findings": "required"}),
        ({"outcome": Outcome.FAILED}, {"problems_found": "required"}),
        ({"checked_on": today + timedelta(days=1)}, {"checked_on": "in_future"}),
        ({"checked_on": today - timedelta(days=1)}, {"checked_on": "before_acceptance"}),
    ):
        with pytest.raises(InvalidCommandError) as refused:
            world.do("committee_officer", case_id, CHECK, **changes)
        assert refused.value.fields == fields


def test_no_check_before_acceptance_has_passed(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    assert CHECK not in world.open_steps(case_id)
    world.accept(case_id)
    assert CHECK in world.open_steps(case_id)
