"""What may be taken back, for every act and outcome, and by whom."""

from dataclasses import replace

import pytest

from tests.builders import SECTOR
from web.labels import ERRORS
from workflows.outcomes import OUTCOMES
from workflows.permissions import Actor, CaseStanding, PermissionRefusedError, PostRecord
from workflows.taking_back import (
    CAN_BE_TAKEN_BACK,
    DoneAct,
    Stays,
    TakeBackRefusedError,
    check_taking_back,
    why_it_stays,
)
from workflows.vocabulary import Action, Outcome, Role

_A, _O = Action, Outcome
# Written apart from the table of the rules: for each act, what of it stays and why.
EXPECTED: dict[Action, str | dict[Outcome, str]] = {
    _A.FILE_FIRST_REPORT: "began_the_case",
    _A.REGISTER_HAZARD: "began_the_case",
    _A.SUPPLEMENT_REPORT: {},
    _A.RECORD_WORKFORCE_REPORT: {},
    _A.SIGN_DOUBLE_REPORT: {},
    _A.CONFIRM_CRITERION: "outside_the_diagram",
    _A.ENDORSE_MONTHLY_PROGRESS: "outside_the_diagram",
    _A.ORDER_IMMEDIATE_MEASURES: "measures",
    _A.LIFT_IMMEDIATE_MEASURES: "measures",
    _A.ISSUE_RECTIFICATION_ORDER: "issued_a_document",
    _A.VERIFY_HAZARD: {},
    _A.CONFIRM_VERDICT: {_O.ORDINARY: "ended_the_case"},
    _A.PROPOSE_LISTING: {},
    _A.REVIEW_DRAFT: {},
    _A.COUNTERSIGN_LISTING: {},
    _A.SIGN_LISTING: {_O.ACCEPTED: "issued_a_document"},
    _A.SERVE_LISTING_NOTICE: "served",
    _A.ACKNOWLEDGE_HANDOVER: "received",
    _A.RESOLVE_COMPETENCE_DISPUTE: "told_to_others",
    _A.REPORT_HANDOVER_RESULT: {},
    _A.SUBMIT_PLAN: {},
    _A.REVIEW_PLAN: {_O.EXPERT_ASKED: "told_to_others"},
    _A.GIVE_EXPERT_OPINION: "told_to_others",
    _A.RECALL_EXPERT: "told_to_others",
    _A.INVITE_EXPERT: "told_to_others",
    _A.RECORD_VISIT: "told_to_others",
    _A.RECORD_SPOT_CHECK: "told_to_others",
    _A.UPDATE_FIVE_IN_PLACE: {},
    _A.REQUEST_COORDINATION: {},
    _A.ANSWER_COORDINATION: "told_to_others",
    _A.PROPOSE_ESCALATION: {},
    _A.CONFIRM_ESCALATION: {_O.ACCEPTED: "issued_a_document"},
    _A.APPROVE_ESCALATION: {_O.ACCEPTED: "issued_a_document"},
    _A.SERVE_ESCALATION: "served",
    _A.RECORD_TALK: {},
    _A.ANSWER_ESCALATION: {},
    _A.REVIEW_ESCALATION_ANSWER: {},
    _A.PROPOSE_SUSPENSION: {},
    _A.REVIEW_LEGALITY: {_O.ACCEPTED: "issued_a_document"},
    _A.SERVE_PENALTY_NOTICE: "served",
    _A.ANSWER_PENALTY_NOTICE: {},
    _A.RECORD_NO_ANSWER: {},
    _A.RECORD_HEARING: {},
    _A.REVIEW_AFTER_HEARING: {},
    _A.DECIDE_SUSPENSION: {_O.IMPOSED: "issued_a_document"},
    _A.SERVE_SUSPENSION: "served",
    _A.LIFT_SUSPENSION: "measures",
    _A.RECORD_REFUSAL: {},
    _A.CONFIRM_REFUSAL: {_O.ACCEPTED: "told_to_others"},
    _A.LIFT_REFUSAL: "told_to_others",
    _A.PROPOSE_CORRECTION: {},
    _A.SIGN_CORRECTION: {_O.ACCEPTED: "issued_a_document"},
    _A.PROPOSE_ORDER: {},
    _A.REVIEW_ORDER: {_O.ACCEPTED: "issued_a_document"},
    _A.HEAR_PARTY: "served",
    _A.APPROVE_ORDER: {_O.ACCEPTED: "issued_a_document"},
    _A.DECIDE_CLOSURE: {_O.ACCEPTED: "measures"},
    _A.SERVE_ORDER: "served",
    _A.RECORD_ORDER_RECEIPT: "with_others",
    _A.LIFT_ORDER: {},
    _A.CONFIRM_ORDER_LIFTING: {_O.ACCEPTED: "issued_a_document"},
    _A.DECIDE_CLOSURE_LIFTING: {_O.ACCEPTED: "measures"},
    _A.RECORD_RESTORATION: "measures",
    _A.PROPOSE_INQUIRY: {},
    _A.CONFIRM_INQUIRY: {},
    _A.RECORD_INQUIRY_FINDING: {},
    _A.APPROVE_INQUIRY: {},
    _A.PROPOSE_RAISE: {},
    _A.CONFIRM_RAISE: {},
    _A.PETITION_RAISE: "with_others",
    _A.RECORD_RAISE_ANSWER: "with_others",
    _A.APPLY_FOR_RESUMPTION: {},
    _A.INSPECT_RESUMPTION: {},
    _A.APPROVE_RESUMPTION: {_O.ACCEPTED: "told_to_others"},
    _A.RECORD_RESUMPTION_CONSENT: "with_others",
    _A.SIGN_RESUMPTION: {_O.ACCEPTED: "issued_a_document"},
    _A.SERVE_RESUMPTION: "served",
    _A.REQUEST_EXTENSION: {},
    _A.REVIEW_EXTENSION: {},
    _A.DECIDE_EXTENSION: "told_to_others",
    _A.PETITION_EXTENSION: "with_others",
    _A.RECORD_EXTERNAL_EXTENSION: "with_others",
    _A.REPORT_PROGRESS: {},
    _A.REVIEW_PROGRESS: {},
    _A.APPLY_FOR_ACCEPTANCE: {},
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: {},
    _A.EVALUATE_EFFECT: {},
    _A.INSPECT_RECTIFICATION: {},
    _A.APPROVE_ACCEPTANCE: {},
    _A.ENDORSE_AS_LEADER_IN_CHARGE: {},
    _A.APPROVE_DELISTING: {_O.ACCEPTED: "ended_the_case"},
    _A.WITHDRAW_CASE: {},
    _A.CONFIRM_WITHDRAWAL: {_O.ACCEPTED: "ended_the_case"},
    _A.OBJECT_TO_VERDICT: {},
    _A.DECIDE_OBJECTION: {_O.ACCEPTED: "ended_the_case"},
    _A.ADD_FINDING: {},
    _A.ANSWER_FINDER: "with_others",
    _A.CHANGE_RESPONSIBLE_PARTY: {},
    _A.CONFIRM_PARTY_CHANGE: {_O.ACCEPTED: "party_changed"},
    _A.SERVE_ON_NEW_PARTY: "served",
    _A.REPORT_STOPPAGE: {},
    _A.CONFIRM_STOPPAGE: {},
    _A.REPORT_RESTART: {},
    _A.RECORD_ACCIDENT: "legal_hold",
    _A.CONFIRM_ACCIDENT: "legal_hold",
    _A.LIFT_LEGAL_HOLD: "legal_hold",
    _A.CLOSE_TRACKED_CASE: "ended_the_case",
    _A.RECORD_EXTERNAL_LISTING: "with_others",
    _A.PETITION_DELISTING: "with_others",
    _A.RECORD_EXTERNAL_DELISTING: "with_others",
    _A.LIST_OWN_HAZARD: "with_others",
    _A.ACCEPT_OWN_RECTIFICATION: {},
    _A.CLOSE_OWN_LISTING: {},
    _A.CHECK_OWN_CLOSURE: {_O.ACCEPTED: "ended_the_case"},
    _A.ARCHIVE_CASE: "ended_the_case",
    _A.TAKE_BACK: "outside_the_diagram",
}
PAIRS = [(action, outcome) for action in Action for outcome in OUTCOMES[action]]


def _standing() -> CaseStanding:
    return CaseStanding(
        responsible_party_id=1,
        parent_company_id=2,
        competent_department_id=3,
        territorial_government_id=4,
        listing_body_id=5,
        listing_office_id=6,
        safety_committee_id=5,
        sector=SECTOR,
        receiver_ids=(4, 3),
        settled_receiver_ids=frozenset(),
        invited=None,
        needs_met={},
        acted={},
        acted_this_round={},
    )


def _actor(role: Role, organisation_id: int, person_id: int = 7) -> Actor:
    return Actor(person_id, "somebody", (PostRecord(9, role, organisation_id),))


@pytest.mark.parametrize(("action", "outcome"), PAIRS, ids=lambda item: item.value)
def test_exactly_the_expected_acts_can_be_taken_back(action: Action, outcome: Outcome) -> None:
    expected = EXPECTED[action]
    reason = expected if isinstance(expected, str) else expected.get(outcome)
    stays = why_it_stays(action, outcome)
    assert (stays.value if stays else None) == reason


def test_the_table_names_only_outcomes_that_exist() -> None:
    for action, outcomes in CAN_BE_TAKEN_BACK.items():
        assert set(outcomes) <= set(OUTCOMES[action])


def test_every_reason_has_its_own_sentence() -> None:
    assert {f"take_back_refused.{reason}" for reason in Stays} <= set(ERRORS)


def test_the_person_who_did_it_takes_it_back_under_the_post_that_does_the_step() -> None:
    act = DoneAct(Action.REVIEW_PLAN, Outcome.ACCEPTED, 7)
    assert check_taking_back(_actor(Role.CASE_OFFICER, 3), act, _standing()).post_id == 9


def test_nobody_else_does_not_even_in_the_same_post() -> None:
    act = DoneAct(Action.REVIEW_PLAN, Outcome.ACCEPTED, 7)
    with pytest.raises(PermissionRefusedError) as refusal:
        check_taking_back(_actor(Role.CASE_OFFICER, 3, person_id=8), act, _standing())
    assert refusal.value.detail["reason"] == "act_of_another"


@pytest.mark.parametrize(
    "actor",
    [
        _actor(Role.DEPARTMENT_HEAD, 3),
        _actor(Role.CASE_OFFICER, 99),
        Actor(7, "somebody", ()),
    ],
)
def test_who_has_left_the_post_does_not(actor: Actor) -> None:
    with pytest.raises(PermissionRefusedError) as refusal:
        check_taking_back(actor, DoneAct(Action.REVIEW_PLAN, Outcome.ACCEPTED, 7), _standing())
    assert refusal.value.detail["reason"] == "post_left"


def test_a_receiver_takes_back_only_its_own_result() -> None:
    act = DoneAct(Action.REPORT_HANDOVER_RESULT, Outcome.DONE, 7, receiver_id=4)
    check_taking_back(_actor(Role.GOVERNMENT_OFFICER, 4), act, _standing())
    with pytest.raises(PermissionRefusedError):
        check_taking_back(
            _actor(Role.GOVERNMENT_OFFICER, 4), replace(act, receiver_id=3), _standing()
        )


def test_an_act_that_stays_says_why() -> None:
    act = DoneAct(Action.SIGN_LISTING, Outcome.ACCEPTED, 7)
    with pytest.raises(TakeBackRefusedError) as refusal:
        check_taking_back(_actor(Role.AUTHORISED_SIGNATORY, 5), act, _standing())
    assert refusal.value.detail["reason"] == "issued_a_document"
