"""Handled as if an accident: no closing before a finding, or a reasoned no, has been approved."""

from typing import Any

import pytest
import sqlalchemy as sa

from services.database import reading, transaction
from services.errors import InvalidCommandError
from services.models.deadline import Deadline
from services.models.organisation import Post, PostSector
from services.models.process import definition_file
from services.queries.case_page import get_case_page
from services.queries.facts import INQUIRY_FILE
from tests.builders import SECTOR, World
from tests.integration.test_substitutions import add_post
from web.views.case_page import case_head
from workflows.permissions import NEVER_TOLD_ACTS, PermissionRefusedError
from workflows.vocabulary import (
    Action,
    HazardSource,
    InquiryKind,
    InquiryStage,
    Outcome,
    Role,
    Track,
)

PROPOSE, CONFIRM = Action.PROPOSE_INQUIRY, Action.CONFIRM_INQUIRY
FIND, APPROVE = Action.RECORD_INQUIRY_FINDING, Action.APPROVE_INQUIRY
FROM_ABOVE: dict[str, Any] = {
    "source": HazardSource.HIGHER_INSPECTION,
    "finder": "省督导检查组",
    "finder_reference": "示例督〔2026〕3号",
}
NO_INQUIRY: dict[str, object] = {
    "inquiry_kind": InquiryKind.NOT_OPENED,
    "inquiry_ground": "原因清楚，已由另案调查。",
    "inquiry_members": "",
}
RETURNED: dict[str, object] = {"outcome": Outcome.RETURNED, "opinion": "请补充。"}


def found_above(world: World, track: Track = Track.TRACKED) -> int:
    case_id = world.register(**FROM_ABOVE)
    world.to_listing(case_id, track=track)
    return case_id


def to_closing(world: World, case_id: int) -> None:
    world.do("case_officer", case_id, Action.ANSWER_FINDER)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)


def read(world: World, name: str, case_id: int) -> Any:
    with reading(world.engine) as session:
        return get_case_page(session, world.actor(name), case_id, world.office.profile)


def stage(world: World, case_id: int) -> InquiryStage:
    found: InquiryStage = read(world, "case_officer", case_id).inquiry
    return found


def missing(world: World, name: str, case_id: int, action: Action) -> str:
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do(name, case_id, action)
    return str(refusal.value.detail["missing"])


def clocks(world: World, case_id: int) -> dict[str, str | None]:
    with reading(world.engine) as session:
        rows = session.scalars(sa.select(Deadline).where(Deadline.case_id == case_id))
        return {row.rule_id: row.ended_as for row in rows}


def test_a_tracked_case_is_closed_after_the_finding_and_not_before(each_world: World) -> None:
    world = each_world
    case_id = found_above(world)
    assert clocks(world, case_id)["inquiry_due"] is None
    to_closing(world, case_id)
    close = Action.CLOSE_TRACKED_CASE
    stages = []
    for name, action in (
        ("case_officer", PROPOSE),
        ("office_head", CONFIRM),
        ("case_officer", FIND),
        ("leader", APPROVE),
    ):
        stages.append(stage(world, case_id))
        assert missing(world, "department_head", case_id, close) == "inquiry_settled"
        world.do(name, case_id, action)
    assert [*stages, stage(world, case_id)] == list(InquiryStage)
    assert clocks(world, case_id)["inquiry_due"] == "met"
    world.do("department_head", case_id, close)
    assert read(world, "department_head", case_id).ending


def test_a_listed_case_is_not_delisted_before_the_finding(world: World) -> None:
    case_id = found_above(world, Track.LISTED)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    to_closing(world, case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    assert missing(world, "signatory", case_id, Action.APPROVE_DELISTING) == "inquiry_settled"
    world.inquire(case_id)
    world.do("signatory", case_id, Action.APPROVE_DELISTING)


def test_a_case_listed_above_is_not_petitioned_before_the_finding(world: World) -> None:
    case_id = found_above(world, Track.EXTERNAL_LISTING)
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_LISTING)
    world.to_handed_over_after_service(case_id)
    to_closing(world, case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    assert missing(world, "office_head", case_id, Action.PETITION_DELISTING) == "inquiry_settled"


def test_a_hazard_missing_from_the_units_list_calls_for_it_too(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    assert missing(world, "case_officer", case_id, PROPOSE) == "inquiry_called_for"
    source = HazardSource.REGULATOR_FINDING
    found = {"source": source, "finder": "", "finder_reference": ""}
    world.do("case_officer", case_id, Action.ADD_FINDING, 0, on_units_list="not_listed", **found)
    assert clocks(world, case_id)["further_inquiry_due"] is None
    world.do("case_officer", case_id, PROPOSE)


def test_that_there_is_no_inquiry_is_reasoned_and_approved(each_world: World) -> None:
    world = each_world
    case_id = found_above(world)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, PROPOSE, 0, **{**NO_INQUIRY, "inquiry_ground": ""})
    assert refusal.value.fields == {"inquiry_ground": "required"}
    world.do("case_officer", case_id, PROPOSE, 0, **NO_INQUIRY)
    world.do("office_head", case_id, CONFIRM)
    assert FIND not in world.open_steps(case_id)
    world.do("leader", case_id, APPROVE, 0, **RETURNED)
    assert stage(world, case_id) is InquiryStage.NONE
    world.do("case_officer", case_id, PROPOSE, 0, **NO_INQUIRY)
    world.do("office_head", case_id, CONFIRM)
    world.do("leader", case_id, APPROVE)
    assert stage(world, case_id) is InquiryStage.SETTLED
    to_closing(world, case_id)
    world.do("department_head", case_id, Action.CLOSE_TRACKED_CASE)


@pytest.mark.parametrize(
    ("kind", "left"),
    [(InquiryKind.OPENED, InquiryStage.SETTLED), (InquiryKind.NOT_OPENED, InquiryStage.NONE)],
)
def test_a_further_finding_leaves_a_finding_and_ends_a_waiver(
    world: World, kind: InquiryKind, left: InquiryStage
) -> None:
    case_id = found_above(world)
    if kind is InquiryKind.OPENED:
        world.inquire(case_id)
    else:
        world.do("case_officer", case_id, PROPOSE, 0, **NO_INQUIRY)
        world.do("office_head", case_id, CONFIRM)
        world.do("leader", case_id, APPROVE)
    world.do("case_officer", case_id, Action.ADD_FINDING)
    assert stage(world, case_id) is left


def test_what_is_returned_is_proposed_or_written_again(world: World) -> None:
    case_id = found_above(world)
    world.do("case_officer", case_id, PROPOSE)
    world.do("office_head", case_id, CONFIRM, 0, **RETURNED)
    assert stage(world, case_id) is InquiryStage.NONE
    world.do("committee_officer", case_id, PROPOSE)
    world.do("office_head", case_id, CONFIRM)
    world.do("committee_officer", case_id, FIND)
    world.do("leader", case_id, APPROVE, 0, **RETURNED)
    assert stage(world, case_id) is InquiryStage.UNDER_WAY
    world.do("committee_officer", case_id, FIND)
    world.do("leader", case_id, APPROVE)


@pytest.mark.parametrize("members", ["丙某（监察科）", "丙某（监察科）\n丙某（督办科）", ""])
def test_at_least_two_inquire(world: World, members: str) -> None:
    case_id = found_above(world)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, PROPOSE, 0, inquiry_members=members)
    assert refusal.value.fields == {"inquiry_members": "too_few:2"}


@pytest.mark.parametrize("judged", ["safety_officer", "group_head", "private_principal"])
def test_nobody_of_the_judged_side_inquires(world: World, judged: str) -> None:
    case_id = found_above(world)
    if judged == "private_principal":  # of another party now, and acted for this one before
        world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT)
        add_post(world, judged, "mine", Role.ENTERPRISE_SAFETY_OFFICER)
        world.do(judged, case_id, Action.RECORD_WORKFORCE_REPORT)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, PROPOSE, 0, inquiry_members=f"丙某（局）\n{judged}（矿）")
    assert refusal.value.fields == {"inquiry_members": f"judged_side:{judged}"}


def test_no_inquiry_has_no_members(world: World) -> None:
    case_id = found_above(world)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, PROPOSE, 0, **{**NO_INQUIRY, "inquiry_members": "丙某"})
    assert refusal.value.fields == {"inquiry_members": "no_inquiry"}


@pytest.mark.parametrize("empty", ["inquiry_cause", "unit_responsibility", "inquiry_measures"])
def test_a_finding_says_cause_responsibility_and_measures(world: World, empty: str) -> None:
    case_id = found_above(world)
    world.do("case_officer", case_id, PROPOSE)
    world.do("office_head", case_id, CONFIRM)
    nothing: dict[str, object] = {empty: ""}
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, FIND, 0, **nothing)
    assert refusal.value.fields == {empty: "required"}
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, FIND, uploads=())
    assert refusal.value.fields == {"uploads": "upload_required"}


@pytest.mark.parametrize(
    ("name", "organisation", "role", "action"),
    [
        ("case_officer", "office", Role.COMMITTEE_OFFICE_HEAD, CONFIRM),
        ("case_officer", "committee", Role.LEADER_IN_CHARGE, APPROVE),
        ("office_head", "committee", Role.LEADER_IN_CHARGE, APPROVE),
        ("committee_officer", "committee", Role.LEADER_IN_CHARGE, APPROVE),
    ],
)
def test_proposer_decider_writer_and_approver_are_kept_apart(
    world: World, name: str, organisation: str, role: Role, action: Action
) -> None:
    case_id = found_above(world)
    add_post(world, name, organisation, role)
    with transaction(world.engine) as session:
        post = session.scalars(sa.select(Post).order_by(Post.id.desc()).limit(1)).one()
        post.sectors = [PostSector(sector=SECTOR)]
    world.do("case_officer", case_id, PROPOSE)
    if action is APPROVE:
        world.do("office_head", case_id, CONFIRM)
        world.do("committee_officer", case_id, FIND)
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do(name, case_id, action)
    assert refusal.value.detail["reason"] == "separation_of_duties"


def test_an_inquiry_under_way_bars_an_early_end(world: World) -> None:
    case_id = found_above(world)
    world.do("case_officer", case_id, Action.ANSWER_FINDER)
    world.do("case_officer", case_id, PROPOSE)
    world.do("case_officer", case_id, Action.WITHDRAW_CASE)
    confirm = Action.CONFIRM_WITHDRAWAL
    assert missing(world, "department_head", case_id, confirm) == "no_inquiry_pending"


def test_nobody_outside_learns_of_an_inquiry(world: World) -> None:
    case_id = found_above(world)
    for name in ("principal", "group_head", "government_officer"):
        before = seen(world, name, case_id)
        assert not NEVER_TOLD_ACTS & before
    world.inquire(case_id)
    for name in ("principal", "group_head", "government_officer"):
        assert not NEVER_TOLD_ACTS & seen(world, name, case_id)
        assert read(world, name, case_id).inquiry is None
    for name in ("case_officer", "leader", "office_head", "signatory"):
        assert seen(world, name, case_id) >= NEVER_TOLD_ACTS


def seen(world: World, name: str, case_id: int) -> set[str]:
    page = read(world, name, case_id)
    return {
        *(act.action for act in page.acts),
        *(row.task.step for row in page.open_steps),
        *(row.rule_id for row in page.deadlines),
    }


def test_the_page_says_with_the_flag_what_is_missing(world: World) -> None:
    case_id = found_above(world)
    assert "尚未提出是否开展调查；结论批准之前不得销号" in notices(world, "case_officer", case_id)
    assert "结论批准之前" not in notices(world, "principal", case_id)
    world.inquire(case_id)
    assert "不再因此限制销号" in notices(world, "case_officer", case_id)


def notices(world: World, name: str, case_id: int) -> str:
    head = case_head(read(world, name, case_id), world.now)
    return "".join(notice for _flag, notice in head.flags)


def test_a_case_on_a_diagram_without_an_inquiry_is_closed_as_before(each_world: World) -> None:
    world = each_world
    case_id = found_above(world)
    to_closing(world, case_id)
    with transaction(world.engine) as session:
        older = definition_file.c.name == INQUIRY_FILE
        session.connection().execute(sa.update(definition_file).where(older).values(name="older"))
    assert read(world, "case_officer", case_id).inquiry is None
    world.do("department_head", case_id, Action.CLOSE_TRACKED_CASE)
