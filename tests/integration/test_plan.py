"""The plan's lead and steps with their evidence, and the versions of the five-in-place list."""

from datetime import timedelta

import pytest

from services.database import transaction
from services.errors import InvalidCommandError
from services.plan import PlanStep
from services.queries.case_page import CasePage, get_case_page
from tests.builders import PHOTO, World
from web.views.plan import Change, PlanView, plan_view
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Outcome

PLAN, REPORT, UPDATE = Action.SUBMIT_PLAN, Action.REPORT_PROGRESS, Action.UPDATE_FIVE_IN_PLACE


def _steps(world: World) -> tuple[PlanStep, ...]:
    today = world.now.date()
    return (
        PlanStep("拆除旧装置", today + timedelta(days=5), "乙某"),
        PlanStep("安装新装置", today + timedelta(days=20), "丙某"),
    )


def _rectifying(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, PLAN, steps=_steps(world))
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    return case_id


def _page(world: World, case_id: int) -> CasePage:
    actor = world.actor("case_officer")
    with transaction(world.engine) as session:
        return get_case_page(session, actor, case_id, world.office.profile)


def _view(world: World, case_id: int) -> PlanView:
    return plan_view(_page(world, case_id), world.now)


@pytest.mark.parametrize("missing", ["rectification_lead", "lead_post"])
def test_a_plan_names_who_leads(world: World, missing: str) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("safety_officer", case_id, PLAN, **{missing: ""})  # type: ignore[arg-type]
    assert refused.value.fields == {missing: "required"}


def test_every_lead_that_was_named_is_kept(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN, outcome=Outcome.RETURNED, opinion="改")
    world.later(days=1)
    world.do("safety_officer", case_id, PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN, outcome=Outcome.RETURNED, opinion="改")
    world.do("safety_officer", case_id, PLAN, rectification_lead="乙某", lead_post="总经理")
    assert [lead for lead, _at in _view(world, case_id).leads] == ["甲某（矿长）", "乙某（总经理）"]


def test_steps_with_one_name_or_beyond_the_end_are_refused(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    first, second = _steps(world)
    late = PlanStep("收尾", world.now.date() + timedelta(days=31), "丙某")
    for steps, code in (((first, first), "step_twice"), ((second, late), "step_after_end")):
        with pytest.raises(InvalidCommandError) as refused:
            world.do("safety_officer", case_id, PLAN, steps=steps)
        assert refused.value.fields == {"steps": code}


def test_each_step_shows_its_report_its_review_and_its_evidence(world: World) -> None:
    case_id = _rectifying(world)
    world.later(days=6)
    first, second = _view(world, case_id).steps
    assert (first.done_at, first.is_late, second.is_late) == (None, True, False)
    world.do("safety_officer", case_id, REPORT, steps_done=("拆除旧装置",), uploads=(PHOTO,))
    first, second = _view(world, case_id).steps
    assert (first.done_at, first.reviewed, first.is_late) == (world.now, None, True)
    assert [file.file_name for file in first.files] == ["现场照片.png"]
    assert second.done_at is None
    world.do(
        "case_officer", case_id, Action.REVIEW_PROGRESS, outcome=Outcome.RETURNED, opinion="残留"
    )
    assert _view(world, case_id).steps[0].reviewed is Outcome.RETURNED


def test_a_step_is_reported_with_evidence_and_stands_in_the_plan(world: World) -> None:
    case_id = _rectifying(world)
    for changes, fields in (
        ({"steps_done": ("拆除旧装置",)}, {"uploads": "required"}),
        ({"steps_done": ("不存在",), "uploads": (PHOTO,)}, {"steps_done": "choice"}),
    ):
        with pytest.raises(InvalidCommandError) as refused:
            world.do("safety_officer", case_id, REPORT, **changes)
        assert refused.value.fields == fields


def test_each_change_of_the_five_in_place_list_is_a_version(each_world: World) -> None:
    world = each_world
    case_id = _rectifying(world)
    world.complete_double_report(case_id)
    world.do("safety_officer", case_id, UPDATE)
    world.do("principal", case_id, UPDATE, funds="100万元。")
    first, second, third = _view(world, case_id).versions
    assert (first.number, first.changes) == (1, ())
    assert [change.part for change in second.changes] == ["整改措施", "整改资金"]
    assert third.changes == (Change("整改资金", "95万元。", "100万元。"),)


def test_a_version_that_changes_nothing_or_says_not_why_is_refused(world: World) -> None:
    case_id = _rectifying(world)
    world.do("safety_officer", case_id, UPDATE)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("safety_officer", case_id, UPDATE)
    assert refused.value.fields == {"measures": "unchanged"}
    for missing in ("funds", "opinion"):
        with pytest.raises(InvalidCommandError) as refused:
            world.do("safety_officer", case_id, UPDATE, **{missing: ""})  # type: ignore[arg-type]
        assert refused.value.fields == {missing: "required"}
    with pytest.raises(PermissionRefusedError):
        world.do("case_officer", case_id, UPDATE, funds="1万元。")
