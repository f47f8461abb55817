"""Raised supervision: the level above is asked, answers on paper, and then delists itself."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from services.database import reading, transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation
from services.queries.case_page import get_case_page
from services.queries.ledger import LedgerFilter, list_ledger
from services.queries.superiors import list_superiors
from tests.builders import World
from tests.integration.test_substitutions import add_post
from web.views.deadlines import waits_of
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, CaseFlag, OrganisationKind, Outcome, Role, Track

PROPOSE, CONFIRM = Action.PROPOSE_RAISE, Action.CONFIRM_RAISE
PETITION, ANSWER = Action.PETITION_RAISE, Action.RECORD_RAISE_ANSWER
NOT_ABOVE: dict[str, object] = {"outcome": Outcome.NOT_TAKEN_OVER, "opinion": "仍由市级督办。"}


def listed(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    return case_id


def petitioned(world: World, case_id: int, **proposal: object) -> None:
    world.do("committee_officer", case_id, PROPOSE, 0, **proposal)
    world.do("office_head", case_id, CONFIRM)
    world.do("committee_officer", case_id, PETITION)


def add_office(world: World, key: str, division: str) -> int:
    """A committee's office with an officer, a head, and somebody without a part in this."""
    with transaction(world.engine) as session:
        office = Organisation(
            key=key, kind=OrganisationKind.COMMITTEE_OFFICE, name=key, division_code=division
        )
        session.add(office)
        session.flush()
        world.ids[key] = office.id
    for name, role in (
        ("officer", Role.COMMITTEE_OFFICER),
        ("head", Role.COMMITTEE_OFFICE_HEAD),
        ("admin", Role.SYSTEM_ADMIN),
    ):
        add_post(world, f"{key}_{name}", key, role)
    return world.ids[key]


def read(world: World, name: str, case_id: int) -> Any:
    with reading(world.engine) as session:
        return get_case_page(session, world.actor(name), case_id, world.office.profile)


def missing(world: World, name: str, case_id: int, action: Action, **changes: object) -> str:
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do(name, case_id, action, 0, **changes)
    return str(refusal.value.detail["missing"])


def limits(world: World, case_id: int) -> dict[str, date]:
    with reading(world.engine) as session:
        rows = session.scalars(
            sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.ended_at.is_(None))
        )
        return {row.rule_id: row.due_on for row in rows}


def to_endorsement(world: World, case_id: int) -> None:
    world.complete_double_report(case_id)
    world.to_handed_over(case_id)
    world.rectify(case_id)
    world.accept(case_id)


def test_taken_over_the_level_above_supervises_and_the_history_stays(each_world: World) -> None:
    world = each_world
    case_id = listed(world)
    before = limits(world, case_id)
    petitioned(world, case_id)
    assert read(world, "principal", case_id).raised_to is None
    world.do("committee_officer", case_id, ANSWER)
    page = read(world, "principal", case_id)
    assert page.flags == (CaseFlag.RAISED,)
    assert page.raised_to.name == "示例省安全生产委员会"
    assert page.raised_to.since == world.now.date()
    assert page.raised_to.paper_number == "示例省安办函〔2026〕8号"
    assert page.listing_body_name == "示例市安全生产委员会"
    assert limits(world, case_id).items() >= before.items()
    assert missing(world, "committee_officer", case_id, PROPOSE) == "raisable"


def test_who_raised_delists(each_world: World) -> None:
    world = each_world
    case_id = listed(world)
    to_endorsement(world, case_id)
    world.raise_case(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    assert Action.APPROVE_DELISTING not in world.open_steps(case_id)
    world.do("office_head", case_id, Action.PETITION_DELISTING)
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_DELISTING)
    assert read(world, "principal", case_id).ending


def test_an_extension_of_what_is_raised_is_decided_above(world: World) -> None:
    case_id = listed(world)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    world.do("principal", case_id, Action.REQUEST_EXTENSION)
    world.do("case_officer", case_id, Action.REVIEW_EXTENSION)
    world.raise_case(case_id)
    assert missing(world, "signatory", case_id, Action.DECIDE_EXTENSION) == "not_raised"
    returned: dict[str, object] = {"outcome": Outcome.RETURNED, "granted_until": None}
    world.do("signatory", case_id, Action.DECIDE_EXTENSION, 0, opinion="由上级决定。", **returned)
    world.do("principal", case_id, Action.REQUEST_EXTENSION)
    world.do("case_officer", case_id, Action.REVIEW_EXTENSION)
    assert Action.PETITION_EXTENSION in world.open_steps(case_id)


@pytest.mark.parametrize(
    "answer",
    [
        NOT_ABOVE,
        {
            "outcome": Outcome.PETITION_WITHDRAWN,
            "opinion": "不再需要。",
            "paper_number": "",
            "decided_on": None,
            "uploads": (),
        },
    ],
)
def test_declined_or_withdrawn_the_case_stays_here(world: World, answer: dict[str, object]) -> None:
    case_id = listed(world)
    to_endorsement(world, case_id)
    petitioned(world, case_id)
    endorse = Action.ENDORSE_AS_LEADER_IN_CHARGE
    assert missing(world, "leader", case_id, endorse) == "no_raise_pending"
    world.do("committee_officer", case_id, ANSWER, 0, **answer)
    assert read(world, "principal", case_id).raised_to is None
    assert read(world, "principal", case_id).flags == ()
    world.close(case_id)


@pytest.mark.parametrize("empty", ["paper_number", "decided_on", "uploads"])
def test_an_answer_has_number_day_and_scan(world: World, empty: str) -> None:
    case_id = listed(world)
    petitioned(world, case_id)
    nothing = {"paper_number": "", "decided_on": None, "uploads": ()}[empty]
    changes: dict[str, object] = {empty: nothing}
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("committee_officer", case_id, ANSWER, 0, **changes)
    assert set(refusal.value.fields) == {empty}
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("committee_officer", case_id, ANSWER, 0, **{**NOT_ABOVE, "opinion": ""})
    assert set(refusal.value.fields) == {"opinion"}


def test_only_what_was_listed_here_is_raised(world: World) -> None:
    tracked = world.file_report()
    world.to_listing(tracked, track=Track.TRACKED)
    assert missing(world, "committee_officer", tracked, PROPOSE) == "raisable"
    world.later(minutes=1)
    above = world.file_report()
    world.to_listing(above, track=Track.EXTERNAL_LISTING)
    world.do("committee_officer", above, Action.RECORD_EXTERNAL_LISTING)
    assert missing(world, "committee_officer", above, PROPOSE) == "raisable"


def test_nobody_agrees_to_what_the_same_person_proposed(world: World) -> None:
    case_id = listed(world)
    add_post(world, "committee_officer", "office", Role.COMMITTEE_OFFICE_HEAD)
    world.do("committee_officer", case_id, PROPOSE)
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do("committee_officer", case_id, CONFIRM)
    assert refusal.value.detail["reason"] == "separation_of_duties"
    world.do("office_head", case_id, CONFIRM, outcome=Outcome.RETURNED, opinion="先行约谈。")
    assert PROPOSE in world.open_steps(case_id)


def test_no_raise_comes_between_endorsement_and_delisting(world: World) -> None:
    case_id = listed(world)
    to_endorsement(world, case_id)
    world.do("committee_officer", case_id, PROPOSE)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    assert missing(world, "office_head", case_id, CONFIRM) == "delisting_not_open"
    world.do(
        "signatory",
        case_id,
        Action.APPROVE_DELISTING,
        outcome=Outcome.RETURN_TO_ACCEPTANCE,
        opinion="须报上级。",
    )
    world.do("office_head", case_id, CONFIRM)


@pytest.mark.parametrize("taken_over", [False, True])
def test_what_is_or_may_be_supervised_above_is_not_ended_here(
    world: World, *, taken_over: bool
) -> None:
    case_id = listed(world)
    petitioned(world, case_id)
    if taken_over:
        world.do("committee_officer", case_id, ANSWER)
    need = "not_raised" if taken_over else "no_raise_pending"
    world.do("committee_officer", case_id, Action.WITHDRAW_CASE)
    assert missing(world, "signatory", case_id, Action.CONFIRM_WITHDRAWAL) == need
    world.do("principal", case_id, Action.OBJECT_TO_VERDICT)
    assert missing(world, "office_head", case_id, Action.DECIDE_OBJECTION) == need


def test_the_wait_for_the_answer_is_told_beside_the_limit(world: World) -> None:
    case_id = listed(world)
    world.do("principal", case_id, Action.REQUEST_COORDINATION)
    asked_at = world.now
    world.later(days=1)
    petitioned(world, case_id)
    petitioned_at = world.now
    world.later(days=2)
    waits = waits_of(read(world, "principal", case_id).counting_acts)
    assert [(wait.asked, wait.since, wait.until) for wait in waits] == [
        (Action.REQUEST_COORDINATION, asked_at, None),
        (PETITION, petitioned_at, None),
    ]
    world.do("committee_officer", case_id, ANSWER)
    waits = waits_of(read(world, "principal", case_id).counting_acts)
    assert [wait.until for wait in waits] == [None, world.now]


# ------------------------------------------------------------------ who sees it


def test_both_levels_see_the_case_once_it_is_taken_over(each_world: World) -> None:
    world = each_world
    case_id = listed(world)
    above = add_office(world, "province", "140000")
    add_office(world, "other_province", "150000")
    petitioned(world, case_id, superior_office_id=above, superior_name="")
    outsiders = ("other_province_officer", "other_province_head", "province_admin", "other_officer")
    for name in ("province_officer", "province_head", *outsiders):
        with pytest.raises(CaseNotFoundError):
            read(world, name, case_id)
    world.do("committee_officer", case_id, ANSWER)
    with reading(world.engine) as session:
        assert session.get_one(SupervisionCase, case_id).superior_office_id == above
    for name in ("province_officer", "province_head"):
        page = read(world, name, case_id)
        assert page.raised_to.name == "province"
        assert page.is_inside
        assert not [step for step in page.open_steps if step.is_mine]
        assert rows_of(world, name) == [case_id]
    for name in outsiders:
        with pytest.raises(CaseNotFoundError):
            read(world, name, case_id)
        assert rows_of(world, name) == []
    for name in ("committee_officer", "case_officer", "principal", "government_officer"):
        assert read(world, name, case_id).raised_to.name == "province"


def test_the_level_above_sees_no_other_case(world: World) -> None:
    raised = listed(world)
    world.later(minutes=1)
    other = listed(world)
    above = add_office(world, "province", "140000")
    world.raise_case(raised, superior_office_id=above, superior_name="")
    with pytest.raises(CaseNotFoundError):
        read(world, "province_officer", other)
    assert rows_of(world, "province_officer") == [raised]


def test_declined_the_level_above_sees_nothing(world: World) -> None:
    case_id = listed(world)
    above = add_office(world, "province", "140000")
    petitioned(world, case_id, superior_office_id=above, superior_name="")
    world.do("committee_officer", case_id, ANSWER, 0, **NOT_ABOVE)
    with pytest.raises(CaseNotFoundError):
        read(world, "province_officer", case_id)


def rows_of(world: World, name: str) -> list[int]:
    with reading(world.engine) as session:
        rows = list_ledger(session, world.actor(name), LedgerFilter(), 10).rows
    return [row.case_id for row in rows]


def test_the_party_reads_that_it_was_raised_and_not_why(world: World) -> None:
    case_id = listed(world)
    world.raise_case(case_id, reason="内部理由金丝雀")
    assert "内部理由金丝雀" not in str(
        [(act.content, act.opinion) for act in read(world, "principal", case_id).acts]
    )


def test_only_an_office_above_is_asked(world: World) -> None:
    case_id = listed(world)
    above = add_office(world, "province", "140000")
    county = add_office(world, "county_office", "140602")
    other = add_office(world, "other_province", "150000")
    with reading(world.engine) as session:
        offered = list_superiors(session, session.get_one(SupervisionCase, case_id))
    assert offered == [(above, "province")]
    for wrong in (county, other, world.ids["office"]):
        with pytest.raises(InvalidCommandError) as refusal:
            world.do(
                "committee_officer",
                case_id,
                PROPOSE,
                superior_office_id=wrong,
                superior_name="",
            )
        assert refusal.value.fields == {"superior_office_id": "choice"}
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("committee_officer", case_id, PROPOSE, superior_office_id=above)
    assert refusal.value.fields == {"superior_name": "superior_twice"}
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("committee_officer", case_id, PROPOSE, superior_name="")
    assert refusal.value.fields == {"superior_name": "required"}


@pytest.mark.parametrize(
    ("body", "offered"),
    [("county", ["office", "province"]), ("department", ["office", "province"])],
)
def test_what_a_county_or_a_department_listed_may_go_to_the_city(
    world: World, body: str, offered: list[str]
) -> None:
    case_id = listed(world)
    add_office(world, "province", "140000")
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        case.listing_body_id = world.ids[body]
        session.flush()
        session.refresh(case)
        found = [number for number, _name in list_superiors(session, case)]
    assert found == [world.ids[key] for key in offered]
