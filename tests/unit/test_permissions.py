"""Who may do what: the table held against one that was written apart from it, and each refusal."""

from dataclasses import replace
from itertools import product

import pytest

from tests.builders import PEOPLE, SECTOR
from workflows.facts import CaseRecord, needs_met
from workflows.outcomes import OUTCOME_NEEDS, unmet_need
from workflows.permissions import (
    PERMISSIONS,
    Actor,
    CaseStanding,
    PermissionRefusedError,
    PermissionRow,
    PostRecord,
    Relation,
    check,
    holder_of,
    may,
    may_view,
)
from workflows.vocabulary import Action, HazardSource, Outcome, Role

_A = Action
ORGANISATION = {
    name: number
    for number, name in enumerate(
        (
            "mine",
            "group",
            "private_mine",
            "rival",
            "department",
            "other_department",
            "fire_brigade",
            "office",
            "committee",
            "county",
            "second_county",
            "discipline",
            "city",
            "school",
            "trader",
            "pool",
        ),
        start=1,
    )
}
PERSON = {name: number for number, name in enumerate(PEOPLE, start=101)}
# Written from the description of the processes, not from the table: who may act on the mine's case.
EXPECTED: dict[Action, set[str]] = {
    _A.FILE_FIRST_REPORT: {"safety_officer", "principal"},
    _A.REGISTER_HAZARD: {"case_officer", "second_officer"},
    _A.SUPPLEMENT_REPORT: {"safety_officer", "principal"},
    _A.RECORD_WORKFORCE_REPORT: {"safety_officer", "principal"},
    _A.SIGN_DOUBLE_REPORT: {"principal"},
    _A.CONFIRM_CRITERION: {"case_officer", "second_officer", "department_head"},
    _A.ORDER_IMMEDIATE_MEASURES: {"case_officer", "second_officer"},
    _A.LIFT_IMMEDIATE_MEASURES: {"case_officer", "second_officer"},
    _A.ISSUE_RECTIFICATION_ORDER: {"case_officer", "second_officer"},
    _A.VERIFY_HAZARD: {"case_officer", "second_officer"},
    _A.CONFIRM_VERDICT: {"department_head"},
    _A.PROPOSE_LISTING: {"committee_officer"},
    _A.REVIEW_DRAFT: {"office_head"},
    _A.COUNTERSIGN_LISTING: {"leader"},
    _A.SIGN_LISTING: {"signatory"},
    _A.SERVE_LISTING_NOTICE: {"committee_officer", "case_officer", "second_officer"},
    _A.ACKNOWLEDGE_HANDOVER: {"government_officer"},
    _A.RESOLVE_COMPETENCE_DISPUTE: {"office_head"},
    _A.REPORT_HANDOVER_RESULT: {"government_officer"},
    _A.SUBMIT_PLAN: {"safety_officer", "principal"},
    _A.REVIEW_PLAN: {"case_officer", "second_officer"},
    _A.GIVE_EXPERT_OPINION: {"expert"},
    _A.RECALL_EXPERT: {"case_officer", "second_officer"},
    _A.INVITE_EXPERT: {"case_officer", "second_officer"},
    _A.REPORT_PROGRESS: {"safety_officer", "principal"},
    _A.REVIEW_PROGRESS: {"case_officer", "second_officer"},
    _A.RECORD_VISIT: {"government_officer"},
    _A.UPDATE_FIVE_IN_PLACE: {"safety_officer", "principal"},
    _A.REQUEST_COORDINATION: {
        "principal",
        "government_officer",
        "case_officer",
        "second_officer",
    },
    _A.ANSWER_COORDINATION: {"office_head"},
    _A.PROPOSE_ESCALATION: {"case_officer", "second_officer", "committee_officer"},
    _A.CONFIRM_ESCALATION: {"department_head", "office_head"},
    _A.APPROVE_ESCALATION: {"leader"},
    _A.SERVE_ESCALATION: {"case_officer", "second_officer", "committee_officer"},
    _A.RECORD_TALK: {"case_officer", "second_officer", "committee_officer"},
    _A.ANSWER_ESCALATION: {"principal", "government_officer", "case_officer", "second_officer"},
    _A.REVIEW_ESCALATION_ANSWER: {"case_officer", "second_officer", "committee_officer"},
    _A.PROPOSE_SUSPENSION: {"case_officer", "second_officer"},
    _A.REVIEW_LEGALITY: {"legality_reviewer"},
    _A.SERVE_PENALTY_NOTICE: {"case_officer", "second_officer"},
    _A.ANSWER_PENALTY_NOTICE: {"principal"},
    _A.RECORD_NO_ANSWER: {"case_officer", "second_officer"},
    _A.RECORD_HEARING: {"legality_reviewer", "case_officer", "second_officer"},
    _A.REVIEW_AFTER_HEARING: {"legality_reviewer"},
    _A.DECIDE_SUSPENSION: {"department_head"},
    _A.SERVE_SUSPENSION: {"case_officer", "second_officer"},
    _A.LIFT_SUSPENSION: {"department_head"},
    _A.RECORD_REFUSAL: {"case_officer", "second_officer"},
    _A.CONFIRM_REFUSAL: {"department_head"},
    _A.PROPOSE_CORRECTION: {"case_officer", "second_officer", "committee_officer"},
    # Of these, whoever signed what is corrected; here every need is met.
    _A.SIGN_CORRECTION: {
        "department_head",
        "office_head",
        "leader",
        "signatory",
        "government_principal",
    },
    _A.LIFT_REFUSAL: {"department_head"},
    _A.PROPOSE_ORDER: {"case_officer", "second_officer"},
    _A.REVIEW_ORDER: {"legality_reviewer"},
    _A.HEAR_PARTY: {"case_officer", "second_officer"},
    _A.APPROVE_ORDER: {"department_head"},
    _A.DECIDE_CLOSURE: {"government_principal"},
    _A.SERVE_ORDER: {"case_officer", "second_officer"},
    _A.RECORD_ORDER_RECEIPT: {"case_officer", "second_officer"},
    _A.LIFT_ORDER: {"case_officer", "second_officer"},
    _A.CONFIRM_ORDER_LIFTING: {"department_head"},
    _A.DECIDE_CLOSURE_LIFTING: {"government_principal"},
    _A.RECORD_RESTORATION: {"case_officer", "second_officer"},
    _A.PROPOSE_INQUIRY: {"case_officer", "second_officer", "committee_officer"},
    _A.CONFIRM_INQUIRY: {"office_head"},
    _A.RECORD_INQUIRY_FINDING: {"case_officer", "second_officer", "committee_officer"},
    _A.APPROVE_INQUIRY: {"leader"},
    _A.PROPOSE_RAISE: {"committee_officer"},
    _A.CONFIRM_RAISE: {"office_head"},
    _A.PETITION_RAISE: {"committee_officer"},
    _A.RECORD_RAISE_ANSWER: {"committee_officer"},
    _A.APPLY_FOR_RESUMPTION: {"safety_officer", "principal"},
    _A.INSPECT_RESUMPTION: {"reviewer", "second_reviewer"},
    _A.APPROVE_RESUMPTION: {"department_head"},
    _A.RECORD_RESUMPTION_CONSENT: {"case_officer", "second_officer"},
    _A.SIGN_RESUMPTION: {"government_principal"},
    _A.SERVE_RESUMPTION: {"case_officer", "second_officer"},
    _A.REQUEST_EXTENSION: {"principal"},
    _A.REVIEW_EXTENSION: {"case_officer", "second_officer"},
    _A.DECIDE_EXTENSION: {"department_head", "signatory"},
    _A.PETITION_EXTENSION: {"office_head"},
    _A.RECORD_EXTERNAL_EXTENSION: {"committee_officer"},
    _A.APPLY_FOR_ACCEPTANCE: {"principal"},
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: {"group_head"},
    _A.EVALUATE_EFFECT: {"safety_officer", "principal"},
    _A.INSPECT_RECTIFICATION: {"reviewer", "second_reviewer"},
    _A.APPROVE_ACCEPTANCE: {"department_head"},
    _A.ENDORSE_AS_LEADER_IN_CHARGE: {"leader"},
    _A.ENDORSE_MONTHLY_PROGRESS: {"leader", "group_head"},
    _A.RECORD_SPOT_CHECK: {"committee_officer"},
    _A.APPROVE_DELISTING: {"signatory"},
    _A.WITHDRAW_CASE: {"case_officer", "second_officer", "committee_officer"},
    _A.CONFIRM_WITHDRAWAL: {"department_head", "signatory"},
    _A.OBJECT_TO_VERDICT: {"principal"},
    _A.DECIDE_OBJECTION: {"office_head"},
    _A.ADD_FINDING: {"case_officer", "second_officer"},
    _A.ANSWER_FINDER: {"case_officer", "second_officer"},
    _A.CHANGE_RESPONSIBLE_PARTY: {"case_officer", "second_officer"},
    _A.CONFIRM_PARTY_CHANGE: {"department_head"},
    _A.SERVE_ON_NEW_PARTY: {"committee_officer", "case_officer", "second_officer"},
    _A.REPORT_STOPPAGE: {"safety_officer", "principal", "case_officer", "second_officer"},
    _A.CONFIRM_STOPPAGE: {"case_officer", "second_officer", "department_head"},
    _A.REPORT_RESTART: {"safety_officer", "principal", "case_officer", "second_officer"},
    _A.RECORD_ACCIDENT: {"case_officer", "second_officer", "committee_officer"},
    _A.CONFIRM_ACCIDENT: {"department_head"},
    _A.LIFT_LEGAL_HOLD: {"office_head"},
    _A.CLOSE_TRACKED_CASE: {"department_head"},
    _A.RECORD_EXTERNAL_LISTING: {"committee_officer"},
    _A.PETITION_DELISTING: {"office_head"},
    _A.RECORD_EXTERNAL_DELISTING: {"committee_officer"},
    _A.LIST_OWN_HAZARD: {"principal"},
    _A.ACCEPT_OWN_RECTIFICATION: {"principal"},
    _A.CLOSE_OWN_LISTING: {"group_head"},
    _A.CHECK_OWN_CLOSURE: {"case_officer", "second_officer"},
    _A.ARCHIVE_CASE: {"committee_officer"},
    _A.TAKE_BACK: set(),
}
OUTSIDERS = {
    "secrecy_reviewer",
    "private_officer",
    "private_principal",
    "controller",
    "rival_principal",
    "trader_principal",
    "group_principal",
    "group_leader",
    "group_signatory",
    "department_leader",
    "department_signatory",
    "other_officer",
    "fire_officer",
    "second_government_officer",
    "second_expert",
    "discipline_receiver",
    "system_admin",
    "security_admin",
    "audit_admin",
}


# Needs of cases of another kind: another party, another track, another body that lists.
_OF_OTHER_CASES = {
    "no_parent_company": False,
    "no_enterprise": False,
    "endorsed_by_government": False,
    "body_drafts_listing": False,
    "off_listed_track": False,
}


class _AllMet(dict[str, bool]):
    """Every need holds, except those named."""

    def __missing__(self, need: str) -> bool:
        return True


def _actor(name: str) -> Actor:
    organisation, role = PEOPLE[name]
    sectors = frozenset({SECTOR}) if role is Role.LEADER_IN_CHARGE else frozenset[str]()
    post = PostRecord(PERSON[name], role, ORGANISATION[organisation], sectors)
    return Actor(PERSON[name], name, (post,))


def _standing(**unmet: bool) -> CaseStanding:
    return CaseStanding(
        responsible_party_id=ORGANISATION["mine"],
        parent_company_id=ORGANISATION["group"],
        competent_department_id=ORGANISATION["department"],
        territorial_government_id=ORGANISATION["county"],
        listing_body_id=ORGANISATION["committee"],
        listing_office_id=ORGANISATION["office"],
        safety_committee_id=ORGANISATION["committee"],
        sector=SECTOR,
        receiver_ids=(ORGANISATION["county"], ORGANISATION["department"]),
        settled_receiver_ids=frozenset(),
        invited=(PERSON["expert"], ORGANISATION["pool"]),
        needs_met=_AllMet({**_OF_OTHER_CASES, **unmet}),
        acted={},
        acted_this_round={},
        departments_government_id=ORGANISATION["county"],
    )


@pytest.mark.parametrize(("action", "person"), list(product(Action, PEOPLE)))
def test_exactly_the_expected_people_may_act(action: Action, person: str) -> None:
    receiver = ORGANISATION["county"]
    assert may(_actor(person), action, _standing(), receiver) == (person in EXPECTED[action])


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_only_those_whom_the_case_concerns_may_view_it(person: str) -> None:
    assert may_view(_actor(person), _standing()) == (person not in OUTSIDERS)


@pytest.mark.parametrize(
    ("row", "need"), [(row, need) for row in PERMISSIONS for need in row.needs]
)
def test_an_unmet_need_refuses(row: PermissionRow, need: str) -> None:
    actor, standing = _entitled(row)
    assert check(actor, row.action, standing, ORGANISATION["county"]) == actor.posts[0]
    standing = replace(standing, needs_met=_AllMet({need: False}))
    with pytest.raises(PermissionRefusedError) as refusal:
        check(actor, row.action, standing, ORGANISATION["county"])
    assert refusal.value.detail["missing"] == need


@pytest.mark.parametrize(
    ("row", "done"), [(row, done) for row in PERMISSIONS for done in sorted(row.forbids)]
)
def test_whoever_did_what_must_be_kept_apart_is_refused(row: PermissionRow, done: Action) -> None:
    actor, standing = _entitled(row)
    standing = replace(standing, acted={done: frozenset({actor.person_id})})
    with pytest.raises(PermissionRefusedError) as refusal:
        check(actor, row.action, standing, ORGANISATION["county"])
    assert refusal.value.detail["reason"] == "separation_of_duties"


@pytest.mark.parametrize("row", PERMISSIONS)
def test_another_organisation_is_refused(row: PermissionRow) -> None:
    actor, standing = _entitled(row)
    stranger = replace(actor, posts=(replace(actor.posts[0], organisation_id=999),))
    assert not may(stranger, row.action, standing, ORGANISATION["county"])


def test_one_inspector_does_not_sign_twice_in_a_round() -> None:
    standing = replace(
        _standing(),
        acted_this_round={Action.INSPECT_RECTIFICATION: frozenset({PERSON["reviewer"]})},
    )
    assert not may(_actor("reviewer"), Action.INSPECT_RECTIFICATION, standing)
    assert may(_actor("second_reviewer"), Action.INSPECT_RECTIFICATION, standing)


def test_a_leader_of_another_sector_neither_signs_nor_sees() -> None:
    actor = _actor("leader")
    elsewhere = replace(actor, posts=(replace(actor.posts[0], sectors=frozenset({"fire"})),))
    assert not may(elsewhere, Action.ENDORSE_AS_LEADER_IN_CHARGE, _standing())
    assert not may_view(elsewhere, _standing())


def test_without_a_parent_the_actual_controller_endorses() -> None:
    standing = replace(
        _standing(has_parent_company=False, no_parent_company=True),
        responsible_party_id=ORGANISATION["private_mine"],
        parent_company_id=None,
    )
    assert may(_actor("controller"), Action.ENDORSE_AS_PARENT_COMPANY_HEAD, standing)
    assert not may(_actor("group_head"), Action.ENDORSE_AS_PARENT_COMPANY_HEAD, standing)
    assert (
        holder_of(Action.ENDORSE_AS_PARENT_COMPANY_HEAD, standing) == (ORGANISATION["private_mine"])
    )


def test_without_an_enterprise_the_government_principal_endorses() -> None:
    standing = _standing(has_parent_company=False, endorsed_by_government=True)
    assert may(_actor("government_principal"), Action.ENDORSE_AS_PARENT_COMPANY_HEAD, standing)


def test_a_body_that_drafts_its_own_notice_needs_no_committee_office() -> None:
    standing = replace(
        _standing(office_drafts_listing=False, body_drafts_listing=True),
        listing_body_id=ORGANISATION["group"],
    )
    assert may(_actor("group_officer"), Action.PROPOSE_LISTING, standing)
    assert may(_actor("group_principal"), Action.REVIEW_DRAFT, standing)
    assert may(_actor("group_leader"), Action.COUNTERSIGN_LISTING, standing)
    assert may(_actor("group_signatory"), Action.SIGN_LISTING, standing)
    assert not may(_actor("committee_officer"), Action.PROPOSE_LISTING, standing)
    assert not may(_actor("signatory"), Action.APPROVE_DELISTING, standing)
    # The endorsement is the government leader's, whoever listed.
    assert may(_actor("leader"), Action.ENDORSE_AS_LEADER_IN_CHARGE, standing)
    assert holder_of(Action.PROPOSE_LISTING, standing) == ORGANISATION["group"]


def test_a_case_off_the_listed_track_is_filed_by_its_department() -> None:
    standing = _standing(on_listed_track=False, off_listed_track=True)
    assert may(_actor("case_officer"), Action.ARCHIVE_CASE, standing)
    assert not may(_actor("committee_officer"), Action.ARCHIVE_CASE, standing)


def test_a_receiver_acts_only_on_its_own_handover() -> None:
    standing = _standing()
    officer, government = _actor("case_officer"), _actor("government_officer")
    department, county = ORGANISATION["department"], ORGANISATION["county"]
    assert may(officer, Action.ACKNOWLEDGE_HANDOVER, standing, department)
    assert not may(officer, Action.ACKNOWLEDGE_HANDOVER, standing, county)
    assert not may(government, Action.ACKNOWLEDGE_HANDOVER, standing, department)


def test_whom_the_committee_office_told_to_receive_disputes_no_more() -> None:
    county, department = ORGANISATION["county"], ORGANISATION["department"]
    standing = replace(_standing(), settled_receiver_ids=frozenset({county}))
    for outcome in (Outcome.PASSED_ON, Outcome.DISPUTED):
        action = Action.ACKNOWLEDGE_HANDOVER
        assert unmet_need(action, outcome, standing.needs_for(county)) == "competence_open"
        assert unmet_need(action, outcome, standing.needs_for(department)) is None
    assert unmet_need(action, Outcome.DONE, standing.needs_for(county)) is None


def test_each_visitor_records_its_own_visits() -> None:
    standing = _standing()
    visitors = [standing.receiver_at("supervision_visits", place) for place in range(3)]
    assert visitors == [ORGANISATION[name] for name in ("department", "office", "county")]
    for place, name in enumerate(("case_officer", "committee_officer", "government_officer")):
        for other in range(3):
            allowed = may(_actor(name), Action.RECORD_VISIT, standing, visitors[other])
            assert allowed == (other == place)


def test_every_action_has_a_row() -> None:
    # Taking back follows from the act: tests/unit/test_taking_back.py.
    assert {row.action for row in PERMISSIONS} == set(Action) - {Action.TAKE_BACK}


def _entitled(row: PermissionRow) -> tuple[Actor, CaseStanding]:
    """Somebody whom exactly this row lets act, and a case in which all its needs hold."""
    standing = replace(
        _standing(), needs_met=_AllMet(), co_party_ids=frozenset({ORGANISATION["rival"]})
    )
    organisation = {
        Relation.OWN: standing.responsible_party_id,
        Relation.PARENT: ORGANISATION["group"],
        Relation.COMPETENT_DEPARTMENT: ORGANISATION["department"],
        Relation.TERRITORY: standing.territorial_government_id,
        Relation.DEPARTMENTS_GOVERNMENT: ORGANISATION["county"],
        Relation.LISTING_BODY: standing.listing_body_id,
        Relation.LISTING_BODY_SECTOR: standing.listing_body_id,
        Relation.LISTING_OFFICE: standing.listing_office_id,
        Relation.COMMITTEE_SECTOR: ORGANISATION["committee"],
        Relation.CO_PARTY: ORGANISATION["rival"],
        Relation.RECEIVER: ORGANISATION["county"],
        Relation.VISITOR: ORGANISATION["county"],
        Relation.INVITED: ORGANISATION["pool"],
    }[row.relation]
    post = PostRecord(1, row.role, organisation, frozenset({SECTOR}))
    invited = (post.post_id, ORGANISATION["pool"])
    return Actor(7, "somebody", (post,)), replace(standing, invited=invited)


_SUPERVISED_SIDE = {
    _A.FILE_FIRST_REPORT,
    _A.SUPPLEMENT_REPORT,
    _A.SIGN_DOUBLE_REPORT,
    _A.RECORD_WORKFORCE_REPORT,
    _A.SUBMIT_PLAN,
    _A.REPORT_PROGRESS,
    _A.UPDATE_FIVE_IN_PLACE,
    _A.APPLY_FOR_ACCEPTANCE,
    _A.EVALUATE_EFFECT,
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD,
    _A.OBJECT_TO_VERDICT,
    _A.ANSWER_PENALTY_NOTICE,
    _A.APPLY_FOR_RESUMPTION,
    _A.LIST_OWN_HAZARD,
    _A.ACCEPT_OWN_RECTIFICATION,
    _A.CLOSE_OWN_LISTING,
}
_DECIDING = {
    _A.CONFIRM_CRITERION,
    _A.ORDER_IMMEDIATE_MEASURES,
    _A.LIFT_IMMEDIATE_MEASURES,
    _A.ISSUE_RECTIFICATION_ORDER,
    _A.VERIFY_HAZARD,
    _A.CONFIRM_VERDICT,
    _A.PROPOSE_LISTING,
    _A.REVIEW_DRAFT,
    _A.COUNTERSIGN_LISTING,
    _A.SIGN_LISTING,
    _A.RESOLVE_COMPETENCE_DISPUTE,
    _A.REVIEW_PLAN,
    _A.REVIEW_PROGRESS,
    _A.PROPOSE_ESCALATION,
    _A.CONFIRM_ESCALATION,
    _A.APPROVE_ESCALATION,
    _A.SERVE_ESCALATION,
    _A.RECORD_TALK,
    _A.REVIEW_ESCALATION_ANSWER,
    _A.PROPOSE_SUSPENSION,
    _A.REVIEW_LEGALITY,
    _A.SERVE_PENALTY_NOTICE,
    _A.RECORD_NO_ANSWER,
    _A.RECORD_HEARING,
    _A.REVIEW_AFTER_HEARING,
    _A.DECIDE_SUSPENSION,
    _A.SERVE_SUSPENSION,
    _A.LIFT_SUSPENSION,
    _A.RECORD_REFUSAL,
    _A.CONFIRM_REFUSAL,
    _A.PROPOSE_CORRECTION,
    _A.SIGN_CORRECTION,
    _A.LIFT_REFUSAL,
    _A.PROPOSE_ORDER,
    _A.REVIEW_ORDER,
    _A.HEAR_PARTY,
    _A.APPROVE_ORDER,
    _A.SERVE_ORDER,
    _A.RECORD_ORDER_RECEIPT,
    _A.LIFT_ORDER,
    _A.CONFIRM_ORDER_LIFTING,
    _A.RECORD_RESTORATION,
    _A.PROPOSE_INQUIRY,
    _A.CONFIRM_INQUIRY,
    _A.RECORD_INQUIRY_FINDING,
    _A.APPROVE_INQUIRY,
    _A.PROPOSE_RAISE,
    _A.CONFIRM_RAISE,
    _A.PETITION_RAISE,
    _A.RECORD_RAISE_ANSWER,
    _A.INSPECT_RESUMPTION,
    _A.APPROVE_RESUMPTION,
    _A.RECORD_RESUMPTION_CONSENT,
    _A.SIGN_RESUMPTION,
    _A.SERVE_RESUMPTION,
    _A.REVIEW_EXTENSION,
    _A.DECIDE_EXTENSION,
    _A.PETITION_EXTENSION,
    _A.RECORD_EXTERNAL_EXTENSION,
    _A.RECORD_SPOT_CHECK,
    _A.GIVE_EXPERT_OPINION,
    _A.RECALL_EXPERT,
    _A.INVITE_EXPERT,
    _A.RECORD_VISIT,
    _A.INSPECT_RECTIFICATION,
    _A.APPROVE_ACCEPTANCE,
    _A.ENDORSE_AS_LEADER_IN_CHARGE,
    _A.APPROVE_DELISTING,
    _A.WITHDRAW_CASE,
    _A.CONFIRM_WITHDRAWAL,
    _A.DECIDE_OBJECTION,
    _A.ADD_FINDING,
    _A.ANSWER_FINDER,
    _A.CHANGE_RESPONSIBLE_PARTY,
    _A.CONFIRM_PARTY_CHANGE,
    _A.CONFIRM_STOPPAGE,
    _A.RECORD_ACCIDENT,
    _A.CONFIRM_ACCIDENT,
    _A.LIFT_LEGAL_HOLD,
    _A.CLOSE_TRACKED_CASE,
    _A.RECORD_EXTERNAL_LISTING,
    _A.PETITION_DELISTING,
    _A.RECORD_EXTERNAL_DELISTING,
    _A.CHECK_OWN_CLOSURE,
}


@pytest.mark.parametrize(
    ("done", "action"), sorted(product(_SUPERVISED_SIDE, _DECIDING)), ids=lambda a: a.value
)
def test_nobody_acts_on_both_sides_of_a_case(done: Action, action: Action) -> None:
    for name in EXPECTED[action]:
        standing = replace(_standing(), acted={done: frozenset({PERSON[name]})})
        assert not may(_actor(name), action, standing, ORGANISATION["county"])


@pytest.mark.parametrize(
    ("done", "action"),
    sorted(product(_DECIDING | {_A.REGISTER_HAZARD}, _SUPERVISED_SIDE)),
    ids=lambda a: a.value,
)
def test_nobody_who_judged_acts_for_the_judged_afterwards(done: Action, action: Action) -> None:
    for name in EXPECTED[action]:
        standing = replace(_standing(), acted={done: frozenset({PERSON[name]})})
        with pytest.raises(PermissionRefusedError) as refusal:
            check(_actor(name), action, standing, ORGANISATION["county"])
        assert refusal.value.detail["reason"] == "separation_of_duties"


@pytest.mark.parametrize("done", [_A.REPORT_STOPPAGE, _A.ENDORSE_MONTHLY_PROGRESS])
def test_what_both_sides_do_bars_neither(done: Action) -> None:
    for action, name in (
        (_A.ENDORSE_AS_PARENT_COMPANY_HEAD, "group_head"),
        (_A.SUBMIT_PLAN, "principal"),
    ):
        standing = replace(_standing(), acted={done: frozenset({PERSON[name]})})
        assert may(_actor(name), action, standing)


def test_a_co_party_answers_for_nothing_that_its_people_judged() -> None:
    post = PostRecord(1, Role.ENTERPRISE_PRINCIPAL, ORGANISATION["rival"])
    actor = Actor(7, "somebody", (post,))
    standing = replace(_standing(), co_party_ids=frozenset({ORGANISATION["rival"]}))
    assert may(actor, _A.REPORT_PROGRESS, standing)
    judged = replace(standing, acted={_A.VERIFY_HAZARD: frozenset({7})})
    assert not may(actor, _A.REPORT_PROGRESS, judged)


def test_needs_are_known_by_name() -> None:
    record = CaseRecord(
        source=HazardSource.ENTERPRISE_REPORT,
        has_parent_company=True,
        acts=(),
        receiver_count=0,
        receivers_reported=0,
        visitor_count=3,
        inspector_count=2,
        criterion_on_record=False,
        criterion_confirmed=False,
    )
    known = {*needs_met(record), "competence_open"}
    assert {need for row in PERMISSIONS for need in row.needs} <= known
    assert {need for needs in OUTCOME_NEEDS.values() for need in needs} <= known
