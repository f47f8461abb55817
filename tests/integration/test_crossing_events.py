"""Events that cross a case under way: another party, a merged case, an end from above."""

from datetime import date

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import (
    DraftOutdatedError,
    InvalidCommandError,
    ProposalOutdatedError,
    ShownChangedError,
    TargetBeingWithdrawnError,
)
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation, Post
from services.queries.listing_bodies import list_bodies
from services.queries.shown import find_listing_draft
from tests.builders import World
from tests.integration.test_tracks import case_of, refused, rules_open
from workflows.vocabulary import (
    Action,
    CaseFlag,
    HazardSource,
    Outcome,
    PartyKind,
    Track,
    WithdrawalGround,
)


def give_party_to(world: World, case_id: int, new_party: str) -> None:
    """Another party of the register takes over."""
    changed = {"new_party_id": world.ids[new_party]}
    world.do("case_officer", case_id, Action.CHANGE_RESPONSIBLE_PARTY, 0, **changed)
    world.do("department_head", case_id, Action.CONFIRM_PARTY_CHANGE)


def refused_field(world: World, name: str, case_id: int, action: Action, **changes: object) -> str:
    """What is wrong with the only wrong field."""
    with pytest.raises(InvalidCommandError) as refusal:
        world.do(name, case_id, action, 0, **changes)
    (problem,) = refusal.value.fields.values()
    return str(problem)


def bodies_offered(world: World, case_id: int) -> set[int]:
    """Who could list this hazard today."""
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        return {body.organisation_id for body in list_bodies(session, case, world.now.date())}


# ------------------------------------------------------------------ another party


def test_a_party_of_another_department_does_not_take_over(world: World) -> None:
    case_id = world.file_report()
    rival = {"new_party_id": world.ids["rival"]}
    problem = refused_field(
        world, "case_officer", case_id, Action.CHANGE_RESPONSIBLE_PARTY, **rival
    )
    assert problem == "other_department"


def test_a_hazard_that_an_enterprise_listed_itself_keeps_its_party(world: World) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, 0, production_stopped=True)
    world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
    # Proposed before the verdict, decided after it: nobody could close it for a sole trader.
    trader = {"new_party_id": world.ids["trader"]}
    world.do("case_officer", case_id, Action.CHANGE_RESPONSIBLE_PARTY, 0, **trader)
    world.do("department_head", case_id, Action.CONFIRM_VERDICT, 0, track=Track.OWN_LISTING)
    confirm = Action.CONFIRM_PARTY_CHANGE
    with pytest.raises(ProposalOutdatedError):
        world.do("department_head", case_id, confirm)
    returned = {"outcome": Outcome.RETURNED, "opinion": "企业自行挂牌，不能变更。"}
    world.do("department_head", case_id, confirm, 0, **returned)
    assert case_of(world, case_id).responsible_party_id == world.ids["mine"]


@pytest.mark.parametrize("new_party", ["private_mine", "group"])
def test_a_group_lists_only_its_own_companies_and_never_itself(
    world: World, new_party: str
) -> None:
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["group"]).supervised_by_id = world.ids["department"]
    case_id = world.file_report()
    world.to_listing(case_id, listing_body_id=world.ids["group"])
    changed = {"new_party_id": world.ids[new_party]}
    problem = refused_field(
        world, "case_officer", case_id, Action.CHANGE_RESPONSIBLE_PARTY, **changed
    )
    assert problem == "other_listing_body"


@pytest.mark.parametrize(
    ("new_party", "endorser"), [("private_mine", "private_mine"), ("trader", "county")]
)
def test_an_open_endorsement_waits_for_whoever_endorses_the_new_party(
    each_world: World, new_party: str, endorser: str
) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    world.walk(
        case_id,
        ("safety_officer", Action.SUBMIT_PLAN),
        ("case_officer", Action.REVIEW_PLAN),
        ("principal", Action.APPLY_FOR_ACCEPTANCE),
    )
    endorse = Action.ENDORSE_AS_PARENT_COMPANY_HEAD
    assert rules_open(world, case_id)[endorse] == world.ids["group"]
    give_party_to(world, case_id, new_party)
    holders = rules_open(world, case_id)
    assert holders[endorse] == world.ids[endorser]
    assert None not in holders.values()


def test_what_the_party_owed_does_not_pass_to_the_parent_of_its_former_parent(
    world: World,
) -> None:
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["group"]).supervised_by_id = world.ids["department"]
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    give_party_to(world, case_id, "group")
    assert rules_open(world, case_id)["submit_plan"] == world.ids["group"]
    assert rules_open(world, case_id)["rectification_limit"] == world.ids["group"]


def test_a_draft_written_to_the_former_party_can_only_be_returned(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
    )
    give_party_to(world, case_id, "private_mine")
    with pytest.raises(DraftOutdatedError):
        world.do("leader", case_id, Action.COUNTERSIGN_LISTING)
    returned = {"outcome": Outcome.RETURNED, "opinion": "责任单位已变更。"}
    world.do("leader", case_id, Action.COUNTERSIGN_LISTING, 0, **returned)
    world.to_signed(case_id)
    with transaction(world.engine) as session:
        notice = find_listing_draft(session, case_id)
    assert notice is not None
    assert notice.inputs["addressee"]["name"] == "示例民营煤业"


# ------------------------------------------------------------------ names


@pytest.mark.parametrize("written", ["他人 煤业", " 他人\u3000煤业"])
def test_a_name_with_blanks_is_still_another_departments_party(
    each_world: World, written: str
) -> None:
    with pytest.raises(InvalidCommandError) as refusal:
        each_world.register(responsible_party_id=None, new_party_name=written)
    assert refusal.value.fields == {"new_party_name": "other_department"}


def test_a_name_with_wide_brackets_is_the_registered_party(world: World) -> None:
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["mine"]).name = "示例煤业(朔州)公司"
    case_id = world.register(responsible_party_id=None, new_party_name="示例煤业（朔州）公司")
    assert case_of(world, case_id).responsible_party_id == world.ids["mine"]


# ------------------------------------------------------------------ merging


def test_a_merged_case_hands_on_every_source_and_circumstance(each_world: World) -> None:
    world = each_world
    kept_id = world.file_report()
    world.to_listing(kept_id, track=Track.TRACKED)
    other_id = world.register(on_units_list="not_listed")
    world.do("case_officer", other_id, Action.ADD_FINDING)
    world.do("case_officer", other_id, Action.ANSWER_FINDER)
    number = case_of(world, kept_id).intake_number
    world.withdraw(other_id, ground=WithdrawalGround.MERGED, merged_into=number)
    with transaction(world.engine) as session:
        found = session.scalars(
            sa.select(Act)
            .where(Act.case_id == kept_id, Act.action == Action.ADD_FINDING)
            .order_by(Act.id)
        ).all()
    assert [act.content["source"] for act in found] == [
        HazardSource.REGULATOR_FINDING,
        HazardSource.HIGHER_INSPECTION,
    ]
    assert found[1].content["finder"] == "省督导检查组"
    assert set(case_of(world, kept_id).flags) == {CaseFlag.LIKE_ACCIDENT, CaseFlag.UNLISTED}
    assert refused(world, "case_officer", kept_id, Action.ANSWER_FINDER) == "answer_owed"


def numbers_of(world: World, *case_ids: int) -> list[str]:
    """Their intake numbers."""
    return [case_of(world, case_id).intake_number for case_id in case_ids]


def test_two_cases_do_not_go_into_each_other(world: World) -> None:
    first_id, second_id = world.file_report(), world.register()
    first, second = numbers_of(world, first_id, second_id)
    asked = {"ground": WithdrawalGround.MERGED, "merged_into": second}
    world.do("case_officer", first_id, Action.WITHDRAW_CASE, 0, **asked)
    back = {"ground": WithdrawalGround.MERGED, "merged_into": first}
    with pytest.raises(TargetBeingWithdrawnError) as refusal:
        world.do("case_officer", second_id, Action.WITHDRAW_CASE, 0, **back)
    assert refusal.value.detail["number"] == first
    world.do("department_head", first_id, Action.CONFIRM_WITHDRAWAL)
    assert case_of(world, second_id).ending is None


def test_nothing_is_merged_into_a_case_whose_own_end_waits(each_world: World) -> None:
    world = each_world
    first_id, kept_id = world.file_report(), world.register()
    (number,) = numbers_of(world, kept_id)
    asked = {"ground": WithdrawalGround.MERGED, "merged_into": number}
    world.do("case_officer", first_id, Action.WITHDRAW_CASE, 0, **asked)
    world.do("case_officer", kept_id, Action.WITHDRAW_CASE)
    with pytest.raises(TargetBeingWithdrawnError):
        world.do("department_head", first_id, Action.CONFIRM_WITHDRAWAL)
    assert case_of(world, first_id).ending is None
    kept = {"outcome": Outcome.RETURNED, "opinion": "应当继续督办。"}
    world.do("department_head", kept_id, Action.CONFIRM_WITHDRAWAL, 0, **kept)
    world.do("department_head", first_id, Action.CONFIRM_WITHDRAWAL)
    assert case_of(world, first_id).merged_into_id == kept_id


def test_whoever_decides_an_end_has_seen_what_was_merged_in(world: World) -> None:
    first_id, kept_id = world.file_report(), world.register()
    (number,) = numbers_of(world, kept_id)
    end = world.command(kept_id, Action.WITHDRAW_CASE)
    world.withdraw(first_id, ground=WithdrawalGround.MERGED, merged_into=number)
    with pytest.raises(ShownChangedError):
        world.act("case_officer", end, Action.WITHDRAW_CASE)


# ------------------------------------------------------------------ ends and limits


def test_a_listing_that_does_not_exist_is_not_revoked(world: World) -> None:
    case_id = world.file_report()
    revoked = {"ground": WithdrawalGround.LISTING_REVOKED}
    problem = refused_field(world, "case_officer", case_id, Action.WITHDRAW_CASE, **revoked)
    assert problem == "not_listed"


def petitioned(world: World) -> int:
    """A hazard that a body above has listed and is asked to delist."""
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.EXTERNAL_LISTING)
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_LISTING)
    for step in (Action.ACKNOWLEDGE_HANDOVER, Action.REPORT_HANDOVER_RESULT):
        for name in ("government_officer", "case_officer"):
            world.do(name, case_id, step)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    world.do("office_head", case_id, Action.PETITION_DELISTING)
    return case_id


def test_an_accident_after_the_petition_bars_the_delisting_from_above(world: World) -> None:
    case_id = petitioned(world)
    world.do("case_officer", case_id, Action.RECORD_ACCIDENT)
    world.do("department_head", case_id, Action.CONFIRM_ACCIDENT)
    delist = Action.RECORD_EXTERNAL_DELISTING
    assert refused(world, "committee_officer", case_id, delist) == "no_legal_hold"
    world.do("office_head", case_id, Action.LIFT_LEGAL_HOLD)
    world.do("committee_officer", case_id, delist)
    assert case_of(world, case_id).ending is not None


def running_limits(world: World, case_id: int) -> list[date]:
    """The rectification limits that run now."""
    with transaction(world.engine) as session:
        rows = session.scalars(
            sa.select(Deadline).where(
                Deadline.case_id == case_id,
                Deadline.rule_id == "rectification_limit",
                Deadline.ended_at.is_(None),
            )
        )
        return [row.due_on for row in rows]


def test_the_limit_runs_on_when_the_body_above_sends_back_to_rectification(world: World) -> None:
    case_id = petitioned(world)
    assert running_limits(world, case_id) == []
    again = {
        "outcome": Outcome.RETURN_TO_RECTIFICATION,
        "opinion": "上级要求继续整改。",
        "kind": None,
    }
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_DELISTING, 0, **again)
    assert running_limits(world, case_id) == [case_of(world, case_id).rectification_limit_on]


def test_the_limit_of_an_own_listing_stops_at_acceptance_and_runs_on_when_refused(
    world: World,
) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, 0, production_stopped=True)
    world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
    world.do("department_head", case_id, Action.CONFIRM_VERDICT, 0, track=Track.OWN_LISTING)
    limit = case_of(world, case_id).rectification_limit_on
    world.do("principal", case_id, Action.LIST_OWN_HAZARD)
    assert running_limits(world, case_id) == [limit]
    world.do("principal", case_id, Action.ACCEPT_OWN_RECTIFICATION)
    assert running_limits(world, case_id) == []
    refusal = {"outcome": Outcome.RETURNED, "opinion": "未整改到位。", "kind": None}
    world.do("group_head", case_id, Action.CLOSE_OWN_LISTING, 0, **refusal)
    assert running_limits(world, case_id) == [limit]


def test_a_tip_starts_no_clock_while_another_finder_waits_for_an_answer(world: World) -> None:
    case_id = world.register(
        source=HazardSource.HIGHER_INSPECTION,
        finder="省督导检查组",
        finder_reference="示例督〔2026〕3号",
    )
    tip = {"source": HazardSource.VERIFIED_TIP, "finder": "", "finder_reference": "举12号"}
    world.do("case_officer", case_id, Action.ADD_FINDING, 0, **tip)
    assert "answer_to_finder" in rules_open(world, case_id)
    assert "answer_to_further_finder" not in rules_open(world, case_id)
    world.do("case_officer", case_id, Action.ADD_FINDING)
    assert "answer_to_further_finder" in rules_open(world, case_id)


# ------------------------------------------------------------------ verdict


def test_the_flags_follow_the_verdict_over_the_verification(world: World) -> None:
    case_id = world.register(source=HazardSource.VERIFIED_TIP)
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, 0, outcome=Outcome.ORDINARY)
    assert case_of(world, case_id).flags == []
    world.do("department_head", case_id, Action.CONFIRM_VERDICT, 0, track=Track.TRACKED)
    assert case_of(world, case_id).flags == [CaseFlag.LIKE_ACCIDENT]


def test_no_government_lists_a_hazard_for_which_it_answers(world: World) -> None:
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["county"]).mark = "示例区政"
        for name, role in (("leader", "leader_in_charge"), ("signatory", "authorised_signatory")):
            own = session.scalars(
                sa.select(Post).where(Post.person_id == world.person_ids[name], Post.role == role)
            ).one()
            own.organisation_id = world.ids["county"]
    ownerless = world.register(
        responsible_party_id=world.ids["county"],
        party_kind=PartyKind.OWNERLESS,
        designation="示例府〔2026〕1号",
        sector="coal_mine",
        division_code="140602",
    )
    world.later(minutes=1)
    assert world.ids["county"] in bodies_offered(world, world.register())
    assert world.ids["county"] not in bodies_offered(world, ownerless)


@pytest.mark.parametrize("missing", ["group_officer", "group_principal"])
def test_a_body_in_which_nobody_drafts_or_reviews_is_not_offered(
    world: World, missing: str
) -> None:
    case_id = world.file_report()
    assert world.ids["group"] in bodies_offered(world, case_id)
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id == world.person_ids[missing])
            .values(valid_to=date(2026, 1, 1))
        )
    assert world.ids["group"] not in bodies_offered(world, case_id)


def test_a_body_in_which_one_person_would_countersign_and_sign_is_not_offered(
    world: World,
) -> None:
    case_id = world.file_report()
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id == world.person_ids["group_signatory"])
            .values(person_id=world.person_ids["group_leader"])
        )
    assert world.ids["group"] not in bodies_offered(world, case_id)
