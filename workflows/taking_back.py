"""Which acts may be taken back by the person who did them, and why all others stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.errors import RuleError
from workflows.permissions import (
    Actor,
    CaseStanding,
    PermissionRefusedError,
    PostRecord,
    stands_so,
    ways,
)
from workflows.vocabulary import Action, Outcome


class Stays(StrEnum):
    """Why an act cannot be taken back, whoever did it."""

    BEGAN_THE_CASE = "began_the_case"
    ISSUED_A_DOCUMENT = "issued_a_document"
    ENDED_THE_CASE = "ended_the_case"
    MEASURES = "measures"
    SERVED = "served"
    RECEIVED = "received"
    WITH_OTHERS = "with_others"
    TOLD_TO_OTHERS = "told_to_others"
    PARTY_CHANGED = "party_changed"
    LEGAL_HOLD = "legal_hold"
    OUTSIDE_THE_DIAGRAM = "outside_the_diagram"
    NOT_FORESEEN = "not_foreseen"


class TakeBackRefusedError(RuleError):
    """The act stays as it is; `detail["reason"]` says why."""

    code = "take_back_refused"


@dataclass(frozen=True)
class DoneAct:
    """An act as the rules of taking back see it; `receiver_id` only for a step of a handover."""

    action: Action
    outcome: Outcome
    person_id: int
    receiver_id: int | None = None


_A, _O = Action, Outcome
_REVIEWED = (_O.ACCEPTED, _O.RETURNED)
# Nothing that is not named here is taken back: nothing of it has left the office, taken a number,
# or ended the case.
CAN_BE_TAKEN_BACK: Mapping[Action, tuple[Outcome, ...]] = {
    _A.SUPPLEMENT_REPORT: (_O.DONE,),
    _A.RECORD_WORKFORCE_REPORT: (_O.DONE,),
    _A.SIGN_DOUBLE_REPORT: (_O.DONE,),
    _A.VERIFY_HAZARD: (_O.MAJOR, _O.ORDINARY),
    _A.CONFIRM_VERDICT: (_O.MAJOR, _O.RETURNED),
    _A.PROPOSE_LISTING: (_O.DONE,),
    _A.REVIEW_DRAFT: _REVIEWED,
    _A.COUNTERSIGN_LISTING: _REVIEWED,
    _A.SIGN_LISTING: (_O.RETURNED,),
    _A.REPORT_HANDOVER_RESULT: (_O.DONE,),
    _A.SUBMIT_PLAN: (_O.DONE,),
    _A.REVIEW_PLAN: _REVIEWED,
    _A.REPORT_PROGRESS: (_O.DONE,),
    _A.UPDATE_FIVE_IN_PLACE: (_O.DONE,),
    _A.REQUEST_COORDINATION: (_O.DONE,),
    _A.PROPOSE_ESCALATION: (_O.DONE,),
    _A.CONFIRM_ESCALATION: (_O.RETURNED,),
    _A.APPROVE_ESCALATION: (_O.RETURNED,),
    _A.RECORD_TALK: (_O.DONE,),
    _A.ANSWER_ESCALATION: (_O.DONE,),
    _A.REVIEW_ESCALATION_ANSWER: _REVIEWED,
    _A.PROPOSE_SUSPENSION: (_O.DONE,),
    _A.REVIEW_LEGALITY: (_O.RETURNED,),
    _A.REVIEW_AFTER_HEARING: _REVIEWED,
    _A.ANSWER_PENALTY_NOTICE: (_O.STATED, _O.HEARING_ASKED, _O.WAIVED),
    _A.RECORD_NO_ANSWER: (_O.DONE,),
    _A.RECORD_HEARING: (_O.DONE,),
    _A.DECIDE_SUSPENSION: (_O.NOT_IMPOSED,),
    _A.RECORD_REFUSAL: (_O.DONE,),
    _A.CONFIRM_REFUSAL: (_O.RETURNED,),
    _A.PROPOSE_CORRECTION: (_O.DONE,),
    _A.SIGN_CORRECTION: (_O.RETURNED,),
    _A.PROPOSE_ORDER: (_O.DONE,),
    _A.REVIEW_ORDER: (_O.RETURNED,),
    _A.APPROVE_ORDER: (_O.RETURNED,),
    _A.DECIDE_CLOSURE: (_O.RETURNED,),
    _A.LIFT_ORDER: (_O.DONE,),
    _A.CONFIRM_ORDER_LIFTING: (_O.RETURNED,),
    _A.DECIDE_CLOSURE_LIFTING: (_O.RETURNED,),
    _A.PROPOSE_INQUIRY: (_O.DONE,),
    _A.CONFIRM_INQUIRY: _REVIEWED,
    _A.RECORD_INQUIRY_FINDING: (_O.DONE,),
    _A.APPROVE_INQUIRY: _REVIEWED,
    _A.PROPOSE_RAISE: (_O.DONE,),
    _A.CONFIRM_RAISE: _REVIEWED,
    _A.REQUEST_EXTENSION: (_O.DONE,),
    _A.REVIEW_EXTENSION: _REVIEWED,
    _A.REVIEW_PROGRESS: _REVIEWED,
    _A.APPLY_FOR_ACCEPTANCE: (_O.DONE,),
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: _REVIEWED,
    _A.EVALUATE_EFFECT: (_O.DONE,),
    _A.INSPECT_RECTIFICATION: (_O.PASSED, _O.FAILED),
    _A.APPROVE_ACCEPTANCE: (_O.PASSED, _O.FAILED),
    _A.ENDORSE_AS_LEADER_IN_CHARGE: (
        _O.ACCEPTED,
        _O.RETURN_TO_RECTIFICATION,
        _O.RETURN_TO_ACCEPTANCE,
    ),
    _A.APPROVE_DELISTING: (_O.RETURN_TO_RECTIFICATION, _O.RETURN_TO_ACCEPTANCE),
    _A.APPLY_FOR_RESUMPTION: (_O.DONE,),
    _A.INSPECT_RESUMPTION: (_O.PASSED, _O.FAILED),
    _A.APPROVE_RESUMPTION: (_O.RETURNED,),
    _A.SIGN_RESUMPTION: (_O.RETURNED,),
    _A.WITHDRAW_CASE: (_O.DONE,),
    _A.CONFIRM_WITHDRAWAL: (_O.RETURNED,),
    _A.OBJECT_TO_VERDICT: (_O.DONE,),
    _A.DECIDE_OBJECTION: (_O.RETURNED,),
    _A.ADD_FINDING: (_O.DONE,),
    _A.CHANGE_RESPONSIBLE_PARTY: (_O.DONE,),
    _A.CONFIRM_PARTY_CHANGE: (_O.RETURNED,),
    _A.REPORT_STOPPAGE: (_O.DONE,),
    _A.CONFIRM_STOPPAGE: _REVIEWED,
    _A.REPORT_RESTART: (_O.DONE,),
    _A.ACCEPT_OWN_RECTIFICATION: (_O.DONE,),
    _A.CLOSE_OWN_LISTING: _REVIEWED,
    _A.CHECK_OWN_CLOSURE: (_O.RETURNED,),
}
_STAYS: Mapping[Action, Stays] = {
    _A.FILE_FIRST_REPORT: Stays.BEGAN_THE_CASE,
    _A.REGISTER_HAZARD: Stays.BEGAN_THE_CASE,
    _A.CONFIRM_CRITERION: Stays.OUTSIDE_THE_DIAGRAM,
    _A.ENDORSE_MONTHLY_PROGRESS: Stays.OUTSIDE_THE_DIAGRAM,
    _A.TAKE_BACK: Stays.OUTSIDE_THE_DIAGRAM,
    _A.ORDER_IMMEDIATE_MEASURES: Stays.MEASURES,
    _A.LIFT_IMMEDIATE_MEASURES: Stays.MEASURES,
    _A.ISSUE_RECTIFICATION_ORDER: Stays.ISSUED_A_DOCUMENT,
    _A.CONFIRM_VERDICT: Stays.ENDED_THE_CASE,
    _A.SIGN_LISTING: Stays.ISSUED_A_DOCUMENT,
    _A.SERVE_LISTING_NOTICE: Stays.SERVED,
    _A.SERVE_ON_NEW_PARTY: Stays.SERVED,
    _A.ACKNOWLEDGE_HANDOVER: Stays.RECEIVED,
    _A.APPROVE_DELISTING: Stays.ENDED_THE_CASE,
    _A.CONFIRM_WITHDRAWAL: Stays.ENDED_THE_CASE,
    _A.DECIDE_OBJECTION: Stays.ENDED_THE_CASE,
    _A.CLOSE_TRACKED_CASE: Stays.ENDED_THE_CASE,
    _A.CHECK_OWN_CLOSURE: Stays.ENDED_THE_CASE,
    _A.ARCHIVE_CASE: Stays.ENDED_THE_CASE,
    _A.ANSWER_COORDINATION: Stays.TOLD_TO_OTHERS,
    _A.CONFIRM_ESCALATION: Stays.ISSUED_A_DOCUMENT,
    _A.APPROVE_ESCALATION: Stays.ISSUED_A_DOCUMENT,
    _A.SERVE_ESCALATION: Stays.SERVED,
    _A.REVIEW_LEGALITY: Stays.ISSUED_A_DOCUMENT,
    _A.SERVE_PENALTY_NOTICE: Stays.SERVED,
    _A.DECIDE_SUSPENSION: Stays.ISSUED_A_DOCUMENT,
    _A.SERVE_SUSPENSION: Stays.SERVED,
    _A.LIFT_SUSPENSION: Stays.MEASURES,
    _A.CONFIRM_REFUSAL: Stays.TOLD_TO_OTHERS,
    _A.SIGN_CORRECTION: Stays.ISSUED_A_DOCUMENT,
    _A.LIFT_REFUSAL: Stays.TOLD_TO_OTHERS,
    _A.PETITION_RAISE: Stays.WITH_OTHERS,
    _A.RECORD_RAISE_ANSWER: Stays.WITH_OTHERS,
    _A.REVIEW_ORDER: Stays.ISSUED_A_DOCUMENT,
    _A.HEAR_PARTY: Stays.SERVED,
    _A.APPROVE_ORDER: Stays.ISSUED_A_DOCUMENT,
    _A.DECIDE_CLOSURE: Stays.MEASURES,
    _A.SERVE_ORDER: Stays.SERVED,
    _A.RECORD_ORDER_RECEIPT: Stays.WITH_OTHERS,
    _A.CONFIRM_ORDER_LIFTING: Stays.ISSUED_A_DOCUMENT,
    _A.DECIDE_CLOSURE_LIFTING: Stays.MEASURES,
    _A.RECORD_RESTORATION: Stays.MEASURES,
    _A.APPROVE_RESUMPTION: Stays.TOLD_TO_OTHERS,
    _A.RECORD_RESUMPTION_CONSENT: Stays.WITH_OTHERS,
    _A.SIGN_RESUMPTION: Stays.ISSUED_A_DOCUMENT,
    _A.SERVE_RESUMPTION: Stays.SERVED,
    _A.DECIDE_EXTENSION: Stays.TOLD_TO_OTHERS,
    _A.PETITION_EXTENSION: Stays.WITH_OTHERS,
    _A.RECORD_EXTERNAL_EXTENSION: Stays.WITH_OTHERS,
    _A.ANSWER_FINDER: Stays.WITH_OTHERS,
    _A.RESOLVE_COMPETENCE_DISPUTE: Stays.TOLD_TO_OTHERS,
    _A.REVIEW_PLAN: Stays.TOLD_TO_OTHERS,
    _A.INVITE_EXPERT: Stays.TOLD_TO_OTHERS,
    _A.RECALL_EXPERT: Stays.TOLD_TO_OTHERS,
    _A.GIVE_EXPERT_OPINION: Stays.TOLD_TO_OTHERS,
    _A.RECORD_VISIT: Stays.TOLD_TO_OTHERS,
    _A.RECORD_SPOT_CHECK: Stays.TOLD_TO_OTHERS,
    _A.RECORD_EXTERNAL_LISTING: Stays.WITH_OTHERS,
    _A.PETITION_DELISTING: Stays.WITH_OTHERS,
    _A.RECORD_EXTERNAL_DELISTING: Stays.WITH_OTHERS,
    _A.LIST_OWN_HAZARD: Stays.WITH_OTHERS,
    _A.CONFIRM_PARTY_CHANGE: Stays.PARTY_CHANGED,
    _A.RECORD_ACCIDENT: Stays.LEGAL_HOLD,
    _A.CONFIRM_ACCIDENT: Stays.LEGAL_HOLD,
    _A.LIFT_LEGAL_HOLD: Stays.LEGAL_HOLD,
}


def why_it_stays(action: Action, outcome: Outcome) -> Stays | None:
    """The reason why such an act is never taken back, or None."""
    if outcome in CAN_BE_TAKEN_BACK.get(action, ()):
        return None
    return _STAYS.get(action, Stays.NOT_FORESEEN)


def check_taking_back(actor: Actor, act: DoneAct, case: CaseStanding) -> PostRecord:
    """The post under which the actor takes the act back: one that may still do its step.

    Whether somebody has acted since is for the caller to ask. Raises PermissionRefusedError for
    another person's act or a post no longer held, TakeBackRefusedError for an act that stays.
    """
    if act.person_id != actor.person_id:
        raise PermissionRefusedError(action=Action.TAKE_BACK, reason="act_of_another", missing="")
    stays = why_it_stays(act.action, act.outcome)
    if stays is not None:
        raise TakeBackRefusedError(reason=stays.value, action=act.action)
    for row, post in ways(actor, act.action):
        if stands_so(post, row.relation, case, act.receiver_id) and post.covers(act.action):
            return post
    raise PermissionRefusedError(action=act.action, reason="post_left", missing="")
