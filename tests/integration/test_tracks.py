"""The other ways a hazard goes: tracks, bodies that list, parties, sources, and early ends."""

from typing import Any

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.case import Act, CaseParty, SupervisionCase
from services.models.deadline import Deadline
from services.models.document import Document, NumberEntry
from services.models.organisation import Organisation
from services.queries.duties import list_duties
from services.queries.listing_bodies import list_bodies
from tests.builders import MINE_CODE, World
from workflows.credit_code import check_character
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import (
    Action,
    CaseEnding,
    CaseFlag,
    HazardSource,
    Outcome,
    PartyKind,
    Phase,
    Track,
    WithdrawalGround,
)


def case_of(world: World, case_id: int) -> SupervisionCase:
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        session.refresh(case)
        session.expunge(case)
        return case


def refused(world: World, name: str, case_id: int, action: Action, **changes: Any) -> str:
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do(name, case_id, action, 0, **changes)
    return str(refusal.value.detail["missing"])


def rules_open(world: World, case_id: int) -> dict[str, int | None]:
    with transaction(world.engine) as session:
        rows = session.scalars(
            sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.ended_at.is_(None))
        )
        return {row.rule_id: row.holder_id for row in rows}


# ------------------------------------------------------------------ tracks


def test_a_tracked_hazard_is_closed_by_its_department(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    assert Action.PROPOSE_LISTING not in world.open_steps(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    assert case_of(world, case_id).phase == Phase.CLOSURE
    assert "close_tracked_case" in rules_open(world, case_id)
    missing = refused(world, "department_head", case_id, Action.CLOSE_TRACKED_CASE)
    assert missing == "double_report_complete"
    world.complete_double_report(case_id)
    world.do("department_head", case_id, Action.CLOSE_TRACKED_CASE)
    case = case_of(world, case_id)
    assert (case.ending, case.phase, case.track) == (
        CaseEnding.TRACKED_CLOSED,
        Phase.DELISTED,
        Track.TRACKED,
    )
    assert case.case_number is None
    # Its documents can still be corrected.
    assert world.open_steps(case_id) == [Action.ARCHIVE_CASE, Action.PROPOSE_CORRECTION]
    with pytest.raises(PermissionRefusedError):
        world.do("committee_officer", case_id, Action.ARCHIVE_CASE)
    world.do("case_officer", case_id, Action.ARCHIVE_CASE)
    assert case_of(world, case_id).phase == Phase.ARCHIVED


def test_a_mine_that_reported_itself_and_stopped_lists_and_closes_itself(world: World) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, 0, production_stopped=True)
    world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
    world.do("department_head", case_id, Action.CONFIRM_VERDICT, 0, track=Track.OWN_LISTING)
    assert case_of(world, case_id).phase == Phase.LISTING
    world.do("principal", case_id, Action.LIST_OWN_HAZARD)
    world.do("principal", case_id, Action.ACCEPT_OWN_RECTIFICATION)
    world.do("group_head", case_id, Action.CLOSE_OWN_LISTING)
    missing = refused(world, "case_officer", case_id, Action.CHECK_OWN_CLOSURE)
    assert missing == "double_report_complete"
    world.complete_double_report(case_id)
    returned = {"outcome": Outcome.RETURNED, "opinion": "现场仍有隐患。"}
    world.do("case_officer", case_id, Action.CHECK_OWN_CLOSURE, 0, **returned)
    assert case_of(world, case_id).round_number == 2
    world.do("principal", case_id, Action.ACCEPT_OWN_RECTIFICATION)
    world.do("group_head", case_id, Action.CLOSE_OWN_LISTING)
    world.do("case_officer", case_id, Action.CHECK_OWN_CLOSURE)
    assert case_of(world, case_id).ending == CaseEnding.OWN_LISTING_CLOSED


@pytest.mark.parametrize("begun", ["report_without_stopping", "found_by_the_regulator"])
def test_own_listing_is_for_mines_that_reported_themselves_and_stopped(
    world: World, begun: str
) -> None:
    reported = begun == "report_without_stopping"
    case_id = world.file_report() if reported else world.register()
    world.confirm_criterion(case_id)
    stopped = not reported
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, 0, production_stopped=stopped)
    verdict = {"track": Track.OWN_LISTING}
    missing = refused(world, "department_head", case_id, Action.CONFIRM_VERDICT, **verdict)
    assert missing == "may_list_itself"


def test_a_listing_by_a_body_above_is_recorded_and_its_delisting_asked_for(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.EXTERNAL_LISTING)
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_LISTING)
    case = case_of(world, case_id)
    assert case.case_number is not None
    assert case.phase == Phase.HANDOVER
    for name in ("government_officer", "case_officer"):
        world.do(name, case_id, Action.ACKNOWLEDGE_HANDOVER)
    for name in ("government_officer", "case_officer"):
        world.do(name, case_id, Action.REPORT_HANDOVER_RESULT)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    assert Action.APPROVE_DELISTING not in world.open_steps(case_id)
    world.do("office_head", case_id, Action.PETITION_DELISTING)
    again = {"outcome": Outcome.RETURN_TO_ACCEPTANCE, "opinion": "上级要求重新验收。", "kind": None}
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_DELISTING, 0, **again)
    assert case_of(world, case_id).round_number == 2
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    world.do("office_head", case_id, Action.PETITION_DELISTING)
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_DELISTING)
    assert case_of(world, case_id).ending == CaseEnding.DELISTED
    with transaction(world.engine) as session:
        kinds = set(session.scalars(sa.select(Document.kind)))
    assert not {"listing_notice", "delisting_notice"} & kinds


# ------------------------------------------------------------------ bodies that list


@pytest.mark.parametrize(
    ("body", "officer", "head", "leader", "signatory"),
    [
        (
            "department",
            "case_officer",
            "department_head",
            "department_leader",
            "department_signatory",
        ),
        ("group", "group_officer", "group_principal", "group_leader", "group_signatory"),
    ],
)
def test_whoever_lists_drafts_signs_and_delists(
    each_world: World, body: str, officer: str, head: str, leader: str, signatory: str
) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id, listing_body_id=world.ids[body])
    with pytest.raises((PermissionRefusedError, CaseNotFoundError)):
        world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.walk(
        case_id,
        (officer, Action.PROPOSE_LISTING),
        (head, Action.REVIEW_DRAFT),
        (leader, Action.COUNTERSIGN_LISTING),
        (signatory, Action.SIGN_LISTING),
    )
    with transaction(world.engine) as session:
        number = session.scalars(
            sa.select(NumberEntry.text).where(NumberEntry.series == "listing_notice")
        ).one()
    assert number == f"{body}督〔2026〕1号"
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    with pytest.raises((PermissionRefusedError, CaseNotFoundError)):
        world.do("signatory", case_id, Action.APPROVE_DELISTING)
    world.do(signatory, case_id, Action.APPROVE_DELISTING)
    assert case_of(world, case_id).ending == CaseEnding.DELISTED


def test_a_body_that_cannot_sign_is_not_taken(world: World) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do(
            "department_head",
            case_id,
            Action.CONFIRM_VERDICT,
            0,
            listing_body_id=world.ids["county"],
        )
    assert refusal.value.fields == {"listing_body_id": "choice"}


def test_a_body_without_a_mark_of_its_own_is_not_offered(world: World) -> None:
    case_id = world.file_report()
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["group"]).mark = None
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        offered = {body.organisation_id for body in list_bodies(session, case, world.now.date())}
    assert offered == {world.ids["committee"], world.ids["department"]}


def test_a_body_chosen_before_a_return_is_not_kept_for_another_track(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id, listing_body_id=world.ids["group"])
    assert case_of(world, case_id).listing_body_id == world.ids["group"]
    other_id = world.register()
    world.to_listing(other_id, track=Track.TRACKED, listing_body_id=world.ids["group"])
    assert case_of(world, other_id).listing_body_id == world.ids["committee"]


@pytest.mark.parametrize(
    ("comes_back", "next_step"),
    [("step_by_step", Action.REVIEW_DRAFT), ("straight", Action.SIGN_LISTING)],
)
def test_a_returned_draft_comes_back_as_chosen(
    world: World, comes_back: str, next_step: Action
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    for name, action in (
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
    ):
        world.do(name, case_id, action)
    returned = {"outcome": Outcome.RETURNED, "opinion": "期限有误。", "comes_back": comes_back}
    world.do("signatory", case_id, Action.SIGN_LISTING, 0, **returned)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    on_draft = {Action.REVIEW_DRAFT, Action.COUNTERSIGN_LISTING, Action.SIGN_LISTING}
    assert on_draft & set(world.open_steps(case_id)) == {next_step}


# ------------------------------------------------------------------ sources


def test_a_finding_from_above_is_answered_on_the_clock(each_world: World) -> None:
    world = each_world
    case_id = world.register(
        source=HazardSource.HIGHER_INSPECTION,
        finder="省督导检查组",
        finder_reference="示例督〔2026〕3号",
    )
    assert rules_open(world, case_id)["answer_to_finder"] == world.ids["department"]
    world.to_listing(case_id)
    assert CaseFlag.LIKE_ACCIDENT in case_of(world, case_id).flags
    world.do("case_officer", case_id, Action.WITHDRAW_CASE)
    missing = refused(world, "department_head", case_id, Action.CONFIRM_WITHDRAWAL)
    assert missing == "no_answer_owed"
    world.do("case_officer", case_id, Action.ANSWER_FINDER)
    assert "answer_to_finder" not in rules_open(world, case_id)
    missing = refused(world, "case_officer", case_id, Action.ANSWER_FINDER)
    assert missing == "answer_owed"
    world.do("case_officer", case_id, Action.ADD_FINDING)
    assert "answer_to_further_finder" in rules_open(world, case_id)


@pytest.mark.parametrize("found_at_first", [True, False])
def test_an_answer_owed_is_a_duty_with_a_date(world: World, *, found_at_first: bool) -> None:
    if found_at_first:
        source = HazardSource.HIGHER_INSPECTION
        world.register(source=source, finder="省督导检查组", finder_reference="示例督〔2026〕3号")
    else:
        world.do("case_officer", world.file_report(), Action.ADD_FINDING)
    actor = world.actor("case_officer")
    with transaction(world.engine) as session:
        duties = list_duties(session, actor, 50)
    answers = [duty for duty in duties if duty.step is Action.ANSWER_FINDER]
    assert [duty.due_at is not None for duty in answers] == [True]


def test_a_tip_says_nothing_of_who_gave_it(world: World) -> None:
    with pytest.raises(InvalidCommandError) as refusal:
        world.register(source=HazardSource.VERIFIED_TIP, finder="某职工")
    assert refusal.value.fields == {"finder": "no_informant"}
    case_id = world.register(source=HazardSource.VERIFIED_TIP, on_units_list="not_listed")
    world.to_listing(case_id)
    assert set(case_of(world, case_id).flags) == {CaseFlag.LIKE_ACCIDENT, CaseFlag.UNLISTED}


@pytest.mark.parametrize(
    "source",
    [
        HazardSource.HIGHER_INSPECTION,
        HazardSource.GROUP_HEADQUARTERS,
        HazardSource.MONITORING_ALARM,
    ],
)
def test_other_finders_are_named(world: World, source: HazardSource) -> None:
    with pytest.raises(InvalidCommandError) as refusal:
        world.register(source=source)
    assert refusal.value.fields == {"finder": "required"}


# ------------------------------------------------------------------ parties


def test_a_new_party_is_registered_with_its_hazard(world: World) -> None:
    code = "92140602MA0000001" + check_character("92140602MA0000001")
    with pytest.raises(InvalidCommandError) as refusal:
        world.register(
            responsible_party_id=None,
            new_party_name="新小店",
            new_party_code=code[:17] + ("A" if code[17] != "A" else "B"),
            party_kind=PartyKind.SOLE_TRADER,
        )
    assert refusal.value.fields == {"new_party_code": "check_digit"}
    case_id = world.register(
        responsible_party_id=None,
        new_party_name="新小店",
        new_party_code=code,
        party_kind=PartyKind.SOLE_TRADER,
    )
    case = case_of(world, case_id)
    assert case.party_kind == PartyKind.SOLE_TRADER
    with transaction(world.engine) as session:
        party = session.get_one(Organisation, case.responsible_party_id)
        assert (party.name, party.credit_code) == ("新小店", code)
        assert party.supervised_by_id == world.ids["department"]


def test_a_code_that_is_anothers_is_refused(world: World) -> None:
    with pytest.raises(InvalidCommandError) as refusal:
        world.register(
            responsible_party_id=None, new_party_name="冒名煤业", new_party_code=MINE_CODE
        )
    assert refusal.value.fields == {"new_party_code": "other_party"}


def test_a_sole_trader_is_endorsed_by_the_territory(world: World) -> None:
    case_id = world.register(responsible_party_id=world.ids["trader"])
    assert Action.SUPPLEMENT_REPORT in world.open_steps(case_id)
    world.to_listing(case_id, track=Track.TRACKED)
    world.walk(
        case_id,
        ("trader_principal", Action.SUBMIT_PLAN),
        ("case_officer", Action.REVIEW_PLAN),
        ("trader_principal", Action.APPLY_FOR_ACCEPTANCE),
        ("government_principal", Action.ENDORSE_AS_PARENT_COMPANY_HEAD),
    )
    assert case_of(world, case_id).phase == Phase.ACCEPTANCE


def test_several_owners_see_and_report(world: World) -> None:
    with pytest.raises(InvalidCommandError) as refusal:
        world.register(party_kind=PartyKind.SEVERAL_OWNERS)
    assert refusal.value.fields == {"co_owners": "required"}
    case_id = world.register(
        party_kind=PartyKind.SEVERAL_OWNERS, co_owners="示例民营煤业\n未登记的业主"
    )
    with transaction(world.engine) as session:
        parties = session.scalars(sa.select(CaseParty).order_by(CaseParty.id)).all()
        assert [(row.name, row.organisation_id) for row in parties] == [
            ("示例民营煤业", world.ids["private_mine"]),
            ("未登记的业主", None),
        ]
    world.to_listing(case_id, track=Track.TRACKED)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    world.do("private_principal", case_id, Action.REPORT_PROGRESS)
    with pytest.raises(CaseNotFoundError):
        world.do("rival_principal", case_id, Action.REVIEW_PROGRESS)


def test_the_parties_of_a_contract_are_all_on_record(world: World) -> None:
    with pytest.raises(InvalidCommandError) as refusal:
        world.register(party_kind=PartyKind.CONTRACT_PARTIES)
    assert refusal.value.fields == {"client": "required", "contractor": "required"}
    world.register(
        party_kind=PartyKind.CONTRACT_PARTIES,
        client="示例煤业",
        contractor="某施工公司",
        manager="某监理公司",
    )
    with transaction(world.engine) as session:
        roles = list(session.scalars(sa.select(CaseParty.role).order_by(CaseParty.id)))
    assert roles == ["client", "contractor", "manager"]


def test_an_illegal_site_is_the_governments(world: World) -> None:
    case_id = world.register(
        responsible_party_id=world.ids["county"],
        party_kind=PartyKind.ILLEGAL_SITE,
        illegal_operators="不明",
    )
    assert Action.SUPPLEMENT_REPORT not in world.open_steps(case_id)
    world.later(minutes=1)
    with pytest.raises(InvalidCommandError) as refusal:
        world.register(party_kind=PartyKind.ILLEGAL_SITE)
    assert refusal.value.fields == {"party_kind": "not_this_party"}


def test_another_party_takes_over_with_every_date_unchanged(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    world.do("case_officer", case_id, Action.CHANGE_RESPONSIBLE_PARTY)
    with transaction(world.engine) as session:
        before = {row.id: row.due_at for row in session.scalars(sa.select(Deadline))}
    world.do("department_head", case_id, Action.CONFIRM_PARTY_CHANGE)
    case = case_of(world, case_id)
    assert case.responsible_party_id == world.ids["private_mine"]
    assert case.parent_company_id is None
    assert world.ids["mine"] not in rules_open(world, case_id).values()
    assert rules_open(world, case_id)["submit_plan"] == world.ids["private_mine"]
    with transaction(world.engine) as session:
        after = {row.id: row.due_at for row in session.scalars(sa.select(Deadline))}
    assert {key: after[key] for key in before} == before
    with pytest.raises(CaseNotFoundError):
        world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("private_officer", case_id, Action.SUBMIT_PLAN)


def test_an_enterprise_does_not_become_a_government(world: World) -> None:
    case_id = world.file_report()
    with pytest.raises(InvalidCommandError) as refusal:
        world.do(
            "case_officer",
            case_id,
            Action.CHANGE_RESPONSIBLE_PARTY,
            0,
            new_party_id=world.ids["county"],
        )
    assert refusal.value.fields == {"new_party_id": "other_sort_of_party"}


# ------------------------------------------------------------------ early ends, stoppage, accident


def test_whoever_asks_for_the_end_does_not_decide_it(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.WITHDRAW_CASE)
    assert "confirm_withdrawal" in rules_open(world, case_id)
    with pytest.raises(PermissionRefusedError):
        world.do("case_officer", case_id, Action.CONFIRM_WITHDRAWAL)
    kept = {"outcome": Outcome.RETURNED, "opinion": "理由不充分。"}
    world.do("department_head", case_id, Action.CONFIRM_WITHDRAWAL, 0, **kept)
    assert case_of(world, case_id).ending is None
    assert Action.WITHDRAW_CASE in world.open_steps(case_id)


def test_a_revoked_listing_voids_its_notice(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    revoked = {"ground": WithdrawalGround.LISTING_REVOKED}
    world.do("committee_officer", case_id, Action.WITHDRAW_CASE, 0, **revoked)
    with pytest.raises(PermissionRefusedError):
        world.do("department_head", case_id, Action.CONFIRM_WITHDRAWAL)
    world.do("signatory", case_id, Action.CONFIRM_WITHDRAWAL)
    assert case_of(world, case_id).ending == CaseEnding.LISTING_REVOKED
    with transaction(world.engine) as session:
        states = set(
            session.scalars(sa.select(Document.state).where(Document.kind == "listing_notice"))
        )
    assert states == {"void"}


def test_two_cases_of_one_hazard_become_one_and_every_source_is_kept(each_world: World) -> None:
    world = each_world
    kept_id = world.file_report()
    other_id = world.register(source=HazardSource.VERIFIED_TIP)
    world.to_listing(kept_id, track=Track.TRACKED)
    number = case_of(world, kept_id).intake_number
    with pytest.raises(InvalidCommandError) as refusal:
        world.withdraw(other_id, ground=WithdrawalGround.MERGED, merged_into="没有这个号")
    assert refusal.value.fields == {"merged_into": "no_such_case"}
    world.withdraw(other_id, ground=WithdrawalGround.MERGED, merged_into=number)
    other, kept = case_of(world, other_id), case_of(world, kept_id)
    assert (other.ending, other.merged_into_id) == (CaseEnding.MERGED, kept_id)
    assert kept.ending is None
    with transaction(world.engine) as session:
        finding = session.scalars(
            sa.select(Act).where(Act.case_id == kept_id, Act.action == Action.ADD_FINDING)
        ).one()
    assert finding.content["source"] == HazardSource.VERIFIED_TIP
    # The next act of the case that goes on reads the new source.
    world.do("safety_officer", kept_id, Action.SUBMIT_PLAN)
    assert CaseFlag.LIKE_ACCIDENT in case_of(world, kept_id).flags


def test_an_objection_is_decided_by_somebody_who_did_not_judge(world: World) -> None:
    case_id = world.file_report()
    missing = refused(world, "principal", case_id, Action.OBJECT_TO_VERDICT)
    assert missing == "verdict_is_major"
    world.to_listing(case_id)
    world.do("principal", case_id, Action.OBJECT_TO_VERDICT)
    with pytest.raises(PermissionRefusedError):
        world.do("department_head", case_id, Action.DECIDE_OBJECTION)
    world.do("office_head", case_id, Action.DECIDE_OBJECTION)
    case = case_of(world, case_id)
    assert (case.ending, world.open_steps(case_id)) == (CaseEnding.OBJECTION_UPHELD, [])


def test_a_stopped_plant_is_still_on_the_clock(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    before = rules_open(world, case_id)
    world.do("safety_officer", case_id, Action.REPORT_STOPPAGE)
    assert case_of(world, case_id).flags == []
    world.do("case_officer", case_id, Action.CONFIRM_STOPPAGE)
    assert case_of(world, case_id).flags == [CaseFlag.STOPPED]
    assert rules_open(world, case_id) == before
    world.do("case_officer", case_id, Action.REPORT_RESTART)
    assert case_of(world, case_id).flags == []


def test_whoever_reported_the_stoppage_does_not_confirm_it(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.REPORT_STOPPAGE)
    with pytest.raises(PermissionRefusedError):
        world.do("case_officer", case_id, Action.CONFIRM_STOPPAGE)
    world.do("second_officer", case_id, Action.CONFIRM_STOPPAGE)


def test_an_accident_bars_acceptance_and_every_end(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.walk(
        case_id,
        ("safety_officer", Action.EVALUATE_EFFECT),
        ("reviewer", Action.INSPECT_RECTIFICATION),
        ("second_reviewer", Action.INSPECT_RECTIFICATION),
        ("case_officer", Action.RECORD_ACCIDENT),
        ("department_head", Action.CONFIRM_ACCIDENT),
    )
    assert case_of(world, case_id).flags == [CaseFlag.LEGAL_HOLD]
    assert refused(world, "department_head", case_id, Action.APPROVE_ACCEPTANCE) == "no_legal_hold"
    world.do("case_officer", case_id, Action.WITHDRAW_CASE)
    missing = refused(world, "department_head", case_id, Action.CONFIRM_WITHDRAWAL)
    assert missing == "no_legal_hold"
    world.do("office_head", case_id, Action.LIFT_LEGAL_HOLD)
    world.do("department_head", case_id, Action.APPROVE_ACCEPTANCE)
    world.do("department_head", case_id, Action.CLOSE_TRACKED_CASE)
    assert case_of(world, case_id).ending == CaseEnding.TRACKED_CLOSED
