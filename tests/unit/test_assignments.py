"""Who may give which step to whom: the rule held against tables that were written apart from it."""

from itertools import product

import pytest

from workflows.assignments import (
    AssignmentRefusedError,
    DelegationRefusedError,
    StepAtHand,
    claiming_post,
    delegating_post,
    falls_to,
    releasing_post,
    transferring_post,
)
from workflows.permissions import Actor, CaseStanding, PermissionRefusedError, PostRecord
from workflows.vocabulary import Action, Role

_A, _R = Action, Role
MINE, GROUP, DEPARTMENT, COUNTY, COMMITTEE, OFFICE, ELSEWHERE = range(1, 8)
# name: organisation, role. Two of each who may share a duty.
PEOPLE: dict[str, tuple[int, Role]] = {
    "safety_officer": (MINE, _R.ENTERPRISE_SAFETY_OFFICER),
    "second_safety_officer": (MINE, _R.ENTERPRISE_SAFETY_OFFICER),
    "principal": (MINE, _R.ENTERPRISE_PRINCIPAL),
    "group_head": (GROUP, _R.PARENT_COMPANY_HEAD),
    "case_officer": (DEPARTMENT, _R.CASE_OFFICER),
    "second_officer": (DEPARTMENT, _R.CASE_OFFICER),
    "reviewer": (DEPARTMENT, _R.ACCEPTANCE_REVIEWER),
    "second_reviewer": (DEPARTMENT, _R.ACCEPTANCE_REVIEWER),
    "legality_reviewer": (DEPARTMENT, _R.LEGALITY_REVIEWER),
    "department_head": (DEPARTMENT, _R.DEPARTMENT_HEAD),
    "second_head": (DEPARTMENT, _R.DEPARTMENT_HEAD),
    "government_officer": (COUNTY, _R.GOVERNMENT_OFFICER),
    "second_government_officer": (COUNTY, _R.GOVERNMENT_OFFICER),
    "government_principal": (COUNTY, _R.GOVERNMENT_PRINCIPAL),
    "committee_officer": (OFFICE, _R.COMMITTEE_OFFICER),
    "second_committee_officer": (OFFICE, _R.COMMITTEE_OFFICER),
    "office_head": (OFFICE, _R.COMMITTEE_OFFICE_HEAD),
    "leader": (COMMITTEE, _R.LEADER_IN_CHARGE),
    "signatory": (COMMITTEE, _R.AUTHORISED_SIGNATORY),
    "second_signatory": (COMMITTEE, _R.AUTHORISED_SIGNATORY),
    "foreign_officer": (ELSEWHERE, _R.CASE_OFFICER),
    "foreign_head": (ELSEWHERE, _R.DEPARTMENT_HEAD),
    "administrator": (DEPARTMENT, _R.SYSTEM_ADMIN),
}
OFFICERS = {"case_officer", "second_officer"}
REVIEWERS = {"reviewer", "second_reviewer"}
CLERKS = {"committee_officer", "second_committee_officer"}
GOVERNMENT = {"government_officer", "second_government_officer"}
SAFETY = {"safety_officer", "second_safety_officer"}
HEADS = {"department_head", "second_head"}


def pairs(givers: set[str], takers: set[str]) -> set[tuple[str, str]]:
    return {(giver, taker) for giver in givers for taker in takers if giver != taker}


# Written from the description: who may hand each step to whom, and which head may assign it.
TRANSFERS: dict[Action, set[tuple[str, str]]] = {
    _A.VERIFY_HAZARD: pairs(OFFICERS, OFFICERS),
    _A.REVIEW_PLAN: pairs(OFFICERS, OFFICERS),
    _A.CONFIRM_VERDICT: pairs(HEADS, HEADS),
    _A.PROPOSE_LISTING: pairs(CLERKS, CLERKS),
    _A.REVIEW_DRAFT: set(),
    _A.COUNTERSIGN_LISTING: set(),
    _A.SIGN_LISTING: pairs({"signatory", "second_signatory"}, {"signatory", "second_signatory"}),
    _A.SERVE_LISTING_NOTICE: pairs(CLERKS, CLERKS) | pairs(OFFICERS, OFFICERS),
    _A.SUBMIT_PLAN: pairs(SAFETY | {"principal"}, SAFETY | {"principal"}),
    _A.APPLY_FOR_ACCEPTANCE: set(),
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: set(),
    _A.INSPECT_RECTIFICATION: pairs(REVIEWERS, REVIEWERS),
    _A.ACKNOWLEDGE_HANDOVER: pairs(GOVERNMENT, GOVERNMENT),
}
DELEGATIONS: dict[Action, set[tuple[str, str]]] = {
    _A.VERIFY_HAZARD: pairs(HEADS, OFFICERS),
    _A.REVIEW_PLAN: pairs(HEADS, OFFICERS),
    _A.CONFIRM_VERDICT: set(),
    _A.PROPOSE_LISTING: pairs({"office_head"}, CLERKS),
    _A.REVIEW_DRAFT: set(),
    _A.COUNTERSIGN_LISTING: set(),
    _A.SIGN_LISTING: set(),
    _A.SERVE_LISTING_NOTICE: pairs({"office_head"}, CLERKS) | pairs(HEADS, OFFICERS),
    _A.SUBMIT_PLAN: pairs({"principal"}, SAFETY),
    _A.APPLY_FOR_ACCEPTANCE: set(),
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: set(),
    _A.INSPECT_RECTIFICATION: pairs(HEADS, REVIEWERS),
    _A.ACKNOWLEDGE_HANDOVER: pairs({"government_principal"}, GOVERNMENT),
}


class _AllMet(dict[str, bool]):
    def __missing__(self, need: str) -> bool:
        return True


def actor(name: str) -> Actor:
    organisation, role = PEOPLE[name]
    sectors = frozenset({"coal_mine"}) if role is Role.LEADER_IN_CHARGE else frozenset[str]()
    number = list(PEOPLE).index(name) + 100
    return Actor(number, name, (PostRecord(number, role, organisation, sectors),))


def step(action: Action, *, is_duty: bool = True, **acted: str) -> StepAtHand:
    """A step of the mine's case; `acted` names who has done what in it: action=person."""
    done = {Action(name): frozenset({actor(person).person_id}) for name, person in acted.items()}
    case = CaseStanding(
        responsible_party_id=MINE,
        parent_company_id=GROUP,
        competent_department_id=DEPARTMENT,
        territorial_government_id=COUNTY,
        listing_body_id=COMMITTEE,
        listing_office_id=OFFICE,
        safety_committee_id=COMMITTEE,
        sector="coal_mine",
        receiver_ids=(COUNTY, DEPARTMENT),
        settled_receiver_ids=frozenset(),
        invited=None,
        needs_met=_AllMet({"no_parent_company": False, "no_enterprise": False}),
        acted=done,
        acted_this_round=done,
    )
    receiver = COUNTY if action is Action.ACKNOWLEDGE_HANDOVER else None
    return StepAtHand(action, case, receiver, is_duty)


def allowed(rule: object, at: StepAtHand, held_by: str | None = None) -> set[tuple[str, str]]:
    holder = actor(held_by) if held_by else None
    found = set()
    for giver, taker in product(PEOPLE, PEOPLE):
        try:
            rule(actor(giver), actor(taker), at, holder)  # type: ignore[operator]
        except (AssignmentRefusedError, DelegationRefusedError, PermissionRefusedError):
            continue
        found.add((giver, taker))
    return found


@pytest.mark.parametrize("action", list(TRANSFERS))
def test_exactly_the_expected_people_hand_a_step_to_exactly_the_expected(action: Action) -> None:
    assert allowed(transferring_post, step(action)) == TRANSFERS[action]


@pytest.mark.parametrize("action", list(DELEGATIONS))
def test_exactly_the_expected_heads_assign_a_step_to_exactly_the_expected(action: Action) -> None:
    assert allowed(delegating_post, step(action)) == DELEGATIONS[action]


def test_a_held_step_is_handed_on_by_its_holder_only() -> None:
    at = step(_A.VERIFY_HAZARD)
    assert allowed(transferring_post, at, "case_officer") == {("case_officer", "second_officer")}


def test_a_head_takes_from_the_own_people_and_gives_to_somebody_else() -> None:
    at = step(_A.VERIFY_HAZARD)
    assert allowed(delegating_post, at, "case_officer") == pairs(HEADS, {"second_officer"})


def test_a_head_may_assign_what_the_head_holds() -> None:
    at = step(_A.SUBMIT_PLAN)
    assert allowed(delegating_post, at, "principal") == pairs({"principal"}, SAFETY)


def test_what_another_house_holds_is_assigned_by_its_own_head_only() -> None:
    at = step(_A.SERVE_LISTING_NOTICE)
    assert allowed(delegating_post, at, "committee_officer") == {
        ("office_head", "second_committee_officer")
    }


def test_whoever_is_barred_by_an_earlier_act_is_given_nothing() -> None:
    at = step(_A.VERIFY_HAZARD, file_first_report="second_officer")
    assert allowed(transferring_post, at) == set()
    assert allowed(delegating_post, at) == pairs(HEADS, {"case_officer"})
    assert not falls_to(actor("second_officer"), at)


def test_whoever_inspected_this_round_is_given_no_second_inspection() -> None:
    at = step(_A.INSPECT_RECTIFICATION, inspect_rectification="reviewer")
    assert allowed(delegating_post, at) == pairs(HEADS, {"second_reviewer"})


@pytest.mark.parametrize("name", list(PEOPLE))
def test_a_free_step_is_claimed_by_those_whom_it_falls_to(name: str) -> None:
    at = step(_A.VERIFY_HAZARD)
    if name in OFFICERS:
        assert claiming_post(actor(name), at, None).role is Role.CASE_OFFICER
    else:
        with pytest.raises(PermissionRefusedError):
            claiming_post(actor(name), at, None)


def test_a_held_step_is_claimed_by_nobody_and_released_by_its_holder_only() -> None:
    at, holder = step(_A.VERIFY_HAZARD), actor("case_officer")
    with pytest.raises(AssignmentRefusedError):
        claiming_post(actor("second_officer"), at, holder)
    with pytest.raises(AssignmentRefusedError):
        releasing_post(actor("second_officer"), at, holder)
    with pytest.raises(AssignmentRefusedError):
        releasing_post(actor("second_officer"), at, None)
    assert releasing_post(holder, at, holder).role is Role.CASE_OFFICER


def test_what_is_nobodys_duty_is_neither_claimed_nor_given() -> None:
    at = step(_A.ORDER_IMMEDIATE_MEASURES, is_duty=False)
    with pytest.raises(AssignmentRefusedError):
        claiming_post(actor("case_officer"), at, None)
    assert allowed(transferring_post, at) == set()
    assert allowed(delegating_post, at) == set()
