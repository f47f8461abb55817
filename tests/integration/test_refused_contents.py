"""What an act refuses in its own content: named field by field, and nothing kept."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.case import Act
from services.settings import Settings, SettingsInvalidError
from tests.builders import World
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, ServiceMethod


def _refused(world: World, name: str, case_id: int, action: Action, **changes: object) -> object:
    with transaction(world.engine) as session:
        before = session.execute(sa.select(sa.func.count(Act.id))).scalar_one()
    with pytest.raises(InvalidCommandError) as refusal:
        world.do(name, case_id, action, **changes)  # type: ignore[arg-type]
    with transaction(world.engine) as session:
        assert session.execute(sa.select(sa.func.count(Act.id))).scalar_one() == before
    return refusal.value.fields


def test_intake_refuses(world: World) -> None:
    case_id, today = world.file_report(), world.now.date()
    order, verify = Action.ISSUE_RECTIFICATION_ORDER, Action.VERIFY_HAZARD
    for action, changes, fields in (
        (order, {"limit_on": today}, {"limit_on": "not_in_future"}),
        (order, {"limit_on": today + timedelta(days=400)}, {"limit_on": "over_one_year"}),
        (order, {"co_officer": "case_officer（证号001）"}, {"co_officer": "own_name"}),
        (order, {"requirements": ""}, {"requirements": "required"}),
        (verify, {"verified_on": today - timedelta(days=9)}, {"verified_on": "before_finding"}),
        (verify, {"findings": "字" * 10_001}, {"findings": "too_long:10000"}),
        (verify, {"findings": "字\n" * 301}, {"findings": "too_many_lines:300"}),
    ):
        assert _refused(world, "case_officer", case_id, action, **changes) == fields


def test_the_report_to_the_workforce_refuses(world: World) -> None:
    case_id, today = world.file_report(), world.now.date()
    for field, value, code in (
        ("meeting_kind", "notice_board", "choice"),
        ("uploads", (), "required"),
        ("held_on", today + timedelta(days=1), "in_future"),
    ):
        action, change = Action.RECORD_WORKFORCE_REPORT, {field: value}
        assert _refused(world, "principal", case_id, action, **change) == {field: code}


def test_a_hazard_without_a_clause_is_not_found_to_be_major(world: World) -> None:
    case_id = world.file_report(criterion=None, uploads=())
    fields = _refused(world, "case_officer", case_id, Action.VERIFY_HAZARD)
    assert fields == {"criterion": "required"}


def test_a_party_that_another_department_supervises_is_refused(world: World) -> None:
    with pytest.raises(PermissionRefusedError):
        world.register(responsible_party_id=world.ids["rival"])
    with pytest.raises(InvalidCommandError):
        world.register(responsible_party_id=9999)


def test_listing_and_service_refuse(world: World) -> None:
    case_id, today = world.file_report(), world.now.date()
    world.to_listing(case_id)
    serve = Action.SERVE_LISTING_NOTICE
    world.to_signed(case_id)
    for changes, expected in (
        ({"served_on": today - timedelta(days=1)}, {"served_on": "before_issue"}),
        ({"method": ServiceMethod.LEFT_AT_PREMISES}, {"opinion": "required"}),
    ):
        assert _refused(world, "committee_officer", case_id, serve, **changes) == expected


def test_rectification_and_acceptance_refuse(world: World) -> None:
    case_id, today = world.file_report(), world.now.date()
    world.to_listing(case_id)
    late = {"finish_on": today + timedelta(days=300)}
    fields = _refused(world, "safety_officer", case_id, Action.SUBMIT_PLAN, **late)
    assert fields == {"finish_on": "beyond_limit"}
    world.later(days=3)
    world.rectify(case_id)
    fields = _refused(world, "safety_officer", case_id, Action.EVALUATE_EFFECT, evaluator="agency")
    unqualified = ("agency", "qualification_number", "qualification_scope")
    assert fields == dict.fromkeys(unqualified, "required")
    unnamed = {"technicians": "", "experts": ""}
    fields = _refused(world, "safety_officer", case_id, Action.EVALUATE_EFFECT, **unnamed)
    assert fields == {"technicians": "required", "experts": "required"}
    fields = _refused(world, "safety_officer", case_id, Action.EVALUATE_EFFECT, evaluator="me")
    assert fields == {"evaluator": "choice"}
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    early = {"inspected_on": today}
    fields = _refused(world, "reviewer", case_id, Action.INSPECT_RECTIFICATION, **early)
    assert fields == {"inspected_on": "before_application"}


def test_progress_is_a_share_of_a_hundred(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id, ("safety_officer", Action.SUBMIT_PLAN), ("case_officer", Action.REVIEW_PLAN)
    )
    fields = _refused(world, "principal", case_id, Action.REPORT_PROGRESS, percent=101)
    assert fields == {"percent": "range"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"PORT": "0"},
        {"PORT": "x"},
        {"DATABASE_URL": "mysql://x"},
        {"GUAPAI_PROXY_HOPS": "9"},
        {"GUAPAI_SECOND_FACTOR": "none"},
    ],
)
def test_a_setting_that_cannot_be_used_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsInvalidError, match=next(iter(wrong))):
        Settings.from_environment(wrong)
