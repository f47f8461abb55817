"""What can be signed on paper, who registers it, and who is the second person."""

from dataclasses import replace
from itertools import product

import pytest

from tests.unit.test_permissions import ORGANISATION, PERSON, _actor, _standing
from workflows.outcomes import OUTCOMES
from workflows.paper import (
    REGISTRIES,
    SIGNED_ON_PAPER,
    SUPERVISING,
    PaperInQuestion,
    check_confirmer,
    may_confirm,
    may_register,
    registering_post,
)
from workflows.permissions import (
    PERMISSIONS,
    SUPERVISED_SIDE_ACTS,
    PermissionRefusedError,
    PostRecord,
)
from workflows.vocabulary import Action, Role

_A = Action
COUNTY = ORGANISATION["county"]
PEOPLE = (
    "safety_officer",
    "principal",
    "group_head",
    "group_officer",
    "case_officer",
    "second_officer",
    "department_head",
    "reviewer",
    "other_officer",
    "committee_officer",
    "office_head",
    "leader",
    "signatory",
    "government_officer",
    "rival_principal",
    "discipline_receiver",
)
# Written from the description, not from the table: who registers what was signed on paper.
REGISTER: dict[Action, set[str]] = {
    _A.SIGN_DOUBLE_REPORT: {"safety_officer"},
    _A.VERIFY_HAZARD: {"case_officer", "second_officer"},
    _A.CONFIRM_VERDICT: {"case_officer", "second_officer"},
    _A.REVIEW_DRAFT: {"committee_officer"},
    _A.COUNTERSIGN_LISTING: {"committee_officer"},
    _A.SIGN_LISTING: {"committee_officer"},
    _A.ACKNOWLEDGE_HANDOVER: {"government_officer"},
    _A.RESOLVE_COMPETENCE_DISPUTE: {"committee_officer"},
    _A.REVIEW_PLAN: {"case_officer", "second_officer"},
    _A.GIVE_EXPERT_OPINION: {"case_officer", "second_officer"},
    _A.RECORD_SPOT_CHECK: {"committee_officer"},
    _A.REVIEW_PROGRESS: {"case_officer", "second_officer"},
    _A.ANSWER_COORDINATION: {"committee_officer"},
    _A.CONFIRM_ESCALATION: {"case_officer", "second_officer", "committee_officer"},
    _A.APPROVE_ESCALATION: {"committee_officer"},
    _A.REVIEW_ESCALATION_ANSWER: {"case_officer", "second_officer", "committee_officer"},
    _A.REVIEW_LEGALITY: {"case_officer", "second_officer"},
    _A.ANSWER_PENALTY_NOTICE: {"safety_officer"},
    _A.REVIEW_AFTER_HEARING: {"case_officer", "second_officer"},
    _A.DECIDE_SUSPENSION: {"case_officer", "second_officer"},
    _A.CONFIRM_REFUSAL: {"case_officer", "second_officer"},
    _A.SIGN_CORRECTION: {"case_officer", "second_officer", "committee_officer"},
    _A.REVIEW_ORDER: {"case_officer", "second_officer"},
    _A.APPROVE_ORDER: {"case_officer", "second_officer"},
    _A.DECIDE_CLOSURE: {"case_officer", "second_officer"},
    _A.CONFIRM_ORDER_LIFTING: {"case_officer", "second_officer"},
    _A.DECIDE_CLOSURE_LIFTING: {"case_officer", "second_officer"},
    _A.CONFIRM_INQUIRY: {"committee_officer"},
    _A.APPROVE_INQUIRY: {"committee_officer"},
    _A.CONFIRM_RAISE: {"committee_officer"},
    _A.RECORD_RAISE_ANSWER: {"committee_officer"},
    _A.INSPECT_RESUMPTION: {"case_officer", "second_officer"},
    _A.APPROVE_RESUMPTION: {"case_officer", "second_officer"},
    _A.RECORD_RESUMPTION_CONSENT: {"case_officer", "second_officer"},
    _A.SIGN_RESUMPTION: {"case_officer", "second_officer"},
    _A.SERVE_RESUMPTION: {"case_officer", "second_officer"},
    _A.REVIEW_EXTENSION: {"case_officer", "second_officer"},
    _A.DECIDE_EXTENSION: {"case_officer", "second_officer", "committee_officer"},
    _A.RECORD_EXTERNAL_EXTENSION: {"committee_officer"},
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: {"group_officer"},
    _A.INSPECT_RECTIFICATION: {"case_officer", "second_officer"},
    _A.APPROVE_ACCEPTANCE: {"case_officer", "second_officer"},
    _A.ENDORSE_AS_LEADER_IN_CHARGE: {"committee_officer"},
    _A.APPROVE_DELISTING: {"committee_officer"},
    _A.RECORD_EXTERNAL_DELISTING: {"committee_officer"},
    _A.PETITION_DELISTING: {"committee_officer"},
    _A.CLOSE_TRACKED_CASE: {"case_officer", "second_officer"},
    _A.LIST_OWN_HAZARD: {"safety_officer"},
    _A.ACCEPT_OWN_RECTIFICATION: {"safety_officer"},
    _A.CLOSE_OWN_LISTING: {"group_officer"},
    _A.CHECK_OWN_CLOSURE: {"case_officer", "second_officer"},
    _A.CONFIRM_WITHDRAWAL: {"case_officer", "second_officer", "committee_officer"},
    _A.DECIDE_OBJECTION: {"committee_officer"},
    _A.CONFIRM_PARTY_CHANGE: {"case_officer", "second_officer"},
    _A.CONFIRM_STOPPAGE: {"case_officer", "second_officer"},
    _A.CONFIRM_ACCIDENT: {"case_officer", "second_officer"},
    _A.LIFT_LEGAL_HOLD: {"committee_officer"},
}
OFFICE_DRAFTS = {"body_drafts_listing": False}
REGISTRAR, SIGNER = 801, 802


def _paper(action: Action, organisation: str) -> PaperInQuestion:
    return PaperInQuestion(action, REGISTRAR, SIGNER, ORGANISATION[organisation])


def test_every_decision_and_every_sign_off_can_be_signed_on_paper() -> None:
    decisions = {action for action, outcomes in OUTCOMES.items() if len(outcomes) > 1}
    sign_offs = {
        _A.SIGN_DOUBLE_REPORT,
        _A.PETITION_DELISTING,
        _A.CLOSE_TRACKED_CASE,
        _A.LIST_OWN_HAZARD,
        _A.ACCEPT_OWN_RECTIFICATION,
        _A.LIFT_LEGAL_HOLD,
    }
    assert decisions | sign_offs == SIGNED_ON_PAPER


def test_a_department_or_a_group_that_lists_keeps_its_own_paper() -> None:
    standing = replace(
        _standing(office_drafts_listing=False, body_drafts_listing=True),
        listing_body_id=ORGANISATION["department"],
    )
    assert may_register(_actor("case_officer"), _A.SIGN_LISTING, standing)
    assert not may_register(_actor("committee_officer"), _A.SIGN_LISTING, standing)
    group = replace(standing, listing_body_id=ORGANISATION["group"])
    assert may_register(_actor("group_officer"), _A.SIGN_LISTING, group)
    assert may_confirm(_actor("group_officer"), _paper(_A.SIGN_LISTING, "group"), group)
    assert not may_confirm(_actor("safety_officer"), _paper(_A.SIGN_LISTING, "group"), group)


def test_every_holder_has_somebody_who_registers() -> None:
    relations = {row.relation for row in PERMISSIONS if row.action in SIGNED_ON_PAPER}
    assert relations <= set(REGISTRIES)


@pytest.mark.parametrize(("action", "name"), list(product(Action, PEOPLE)))
def test_exactly_the_expected_people_register(action: Action, name: str) -> None:
    expected = name in REGISTER.get(action, set())
    assert may_register(_actor(name), action, _standing(**OFFICE_DRAFTS), COUNTY) == expected


def test_a_refusal_to_register_says_that_it_is_about_paper() -> None:
    with pytest.raises(PermissionRefusedError) as refusal:
        registering_post(_actor("signatory"), _A.SIGN_LISTING, _standing())
    assert refusal.value.detail["reason"] == "paper_registrar"


def test_registering_is_no_decision_and_bars_nobody() -> None:
    officer = _actor("committee_officer")
    acted = {_A.PROPOSE_LISTING: frozenset({officer.person_id})}
    standing = replace(_standing(**OFFICE_DRAFTS), acted=acted)
    assert may_register(officer, _A.SIGN_LISTING, standing)


@pytest.mark.parametrize(
    ("action", "organisation", "expected"),
    [
        (_A.SIGN_LISTING, "office", {"committee_officer", "office_head"}),
        (
            _A.APPROVE_ACCEPTANCE,
            "department",
            {"case_officer", "second_officer", "department_head"},
        ),
        (_A.SIGN_DOUBLE_REPORT, "mine", {"safety_officer", "principal"}),
        (_A.ENDORSE_AS_PARENT_COMPANY_HEAD, "group", {"group_officer", "group_head"}),
    ],
)
def test_officers_and_heads_of_the_registering_organisation_confirm(
    action: Action, organisation: str, expected: set[str]
) -> None:
    paper = _paper(action, organisation)
    assert {name for name in PEOPLE if may_confirm(_actor(name), paper, _standing())} == expected


def test_nobody_confirms_what_he_registered_not_even_as_signer() -> None:
    officer = _actor("committee_officer")
    paper = replace(_paper(_A.SIGN_LISTING, "office"), registrar_id=officer.person_id)
    for signer in (SIGNER, officer.person_id):
        with pytest.raises(PermissionRefusedError) as refusal:
            check_confirmer(officer, replace(paper, signer_id=signer), _standing())
        assert refusal.value.detail["reason"] == "paper_same_person"


def test_the_signer_confirms_wherever_the_post_is() -> None:
    paper = replace(_paper(_A.SIGN_LISTING, "office"), signer_id=PERSON["signatory"])
    assert may_confirm(_actor("signatory"), paper, _standing())
    assert not may_confirm(_actor("leader"), paper, _standing())


def test_supervising_acts_are_those_that_bar_the_other_side() -> None:
    assert {_A.SIGN_LISTING, _A.REVIEW_PLAN, _A.APPROVE_DELISTING} <= SUPERVISING
    assert not SUPERVISING & {*SUPERVISED_SIDE_ACTS, _A.SIGN_DOUBLE_REPORT}


@pytest.mark.parametrize("done", sorted(SUPERVISED_SIDE_ACTS))
def test_whoever_acted_for_the_supervised_side_confirms_no_supervising_act(done: Action) -> None:
    head = _actor("office_head")
    standing = replace(_standing(), acted={done: frozenset({head.person_id})})
    assert not may_confirm(head, _paper(_A.SIGN_LISTING, "office"), standing)
    assert may_confirm(head, _paper(_A.SIGN_LISTING, "office"), _standing())


@pytest.mark.parametrize("organisation", ["mine", "group"])
def test_a_second_post_on_the_supervised_side_bars_from_supervising_acts(organisation: str) -> None:
    head = _actor("office_head")
    post = PostRecord(990, Role.ENTERPRISE_PRINCIPAL, ORGANISATION[organisation])
    both = replace(head, posts=(*head.posts, post))
    with pytest.raises(PermissionRefusedError) as refusal:
        check_confirmer(both, _paper(_A.SIGN_LISTING, "office"), _standing())
    assert refusal.value.detail["reason"] == "paper_other_side"
