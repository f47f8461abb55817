"""What each act may decide, and what a decision needs beyond the permission to take it."""

from collections.abc import Mapping

from workflows.orders import NO_ORDER_OPEN
from workflows.vocabulary import Action, Outcome

_A, _O = Action, Outcome
_DONE = (_O.DONE,)
_REVIEW = (_O.ACCEPTED, _O.RETURNED)
_CLOSING = (_O.ACCEPTED, _O.RETURN_TO_RECTIFICATION, _O.RETURN_TO_ACCEPTANCE)
_DECIDING: Mapping[Action, tuple[Outcome, ...]] = {
    _A.VERIFY_HAZARD: (_O.MAJOR, _O.ORDINARY),
    _A.CONFIRM_VERDICT: (_O.MAJOR, _O.ORDINARY, _O.RETURNED),
    _A.REVIEW_DRAFT: _REVIEW,
    _A.COUNTERSIGN_LISTING: _REVIEW,
    _A.SIGN_LISTING: _REVIEW,
    _A.ACKNOWLEDGE_HANDOVER: (_O.DONE, _O.PASSED_ON, _O.DISPUTED),
    _A.RESOLVE_COMPETENCE_DISPUTE: (_O.KEPT, _O.REASSIGNED),
    _A.REVIEW_PLAN: (*_REVIEW, _O.EXPERT_ASKED),
    _A.GIVE_EXPERT_OPINION: (_O.DONE, _O.DECLINED),
    _A.REVIEW_PROGRESS: _REVIEW,
    _A.REVIEW_EXTENSION: _REVIEW,
    _A.DECIDE_EXTENSION: _REVIEW,
    _A.RECORD_EXTERNAL_EXTENSION: _REVIEW,
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: _REVIEW,
    _A.INSPECT_RECTIFICATION: (_O.PASSED, _O.FAILED),
    _A.APPROVE_ACCEPTANCE: (_O.PASSED, _O.FAILED),
    _A.ENDORSE_AS_LEADER_IN_CHARGE: _CLOSING,
    _A.RECORD_SPOT_CHECK: (_O.PASSED, _O.FAILED),
    _A.APPROVE_DELISTING: _CLOSING,
    _A.RECORD_EXTERNAL_DELISTING: _CLOSING,
    _A.ANSWER_COORDINATION: _REVIEW,
    _A.CONFIRM_ESCALATION: _REVIEW,
    _A.APPROVE_ESCALATION: _REVIEW,
    _A.REVIEW_ESCALATION_ANSWER: _REVIEW,
    _A.REVIEW_LEGALITY: _REVIEW,
    _A.REVIEW_AFTER_HEARING: _REVIEW,
    _A.ANSWER_PENALTY_NOTICE: (_O.STATED, _O.HEARING_ASKED, _O.WAIVED),
    _A.DECIDE_SUSPENSION: (_O.IMPOSED, _O.NOT_IMPOSED),
    _A.CONFIRM_REFUSAL: _REVIEW,
    _A.SIGN_CORRECTION: _REVIEW,
    _A.REVIEW_ORDER: _REVIEW,
    _A.APPROVE_ORDER: _REVIEW,
    _A.DECIDE_CLOSURE: _REVIEW,
    _A.CONFIRM_ORDER_LIFTING: _REVIEW,
    _A.DECIDE_CLOSURE_LIFTING: _REVIEW,
    _A.CONFIRM_INQUIRY: _REVIEW,
    _A.APPROVE_INQUIRY: _REVIEW,
    _A.CONFIRM_RAISE: _REVIEW,
    _A.RECORD_RAISE_ANSWER: (_O.TAKEN_OVER, _O.NOT_TAKEN_OVER, _O.PETITION_WITHDRAWN),
    _A.INSPECT_RESUMPTION: (_O.PASSED, _O.FAILED),
    _A.APPROVE_RESUMPTION: _REVIEW,
    _A.RECORD_RESUMPTION_CONSENT: _REVIEW,
    _A.SIGN_RESUMPTION: _REVIEW,
    _A.SERVE_RESUMPTION: (_O.DONE, _O.RETURNED),
    _A.CONFIRM_WITHDRAWAL: _REVIEW,
    _A.DECIDE_OBJECTION: _REVIEW,
    _A.CONFIRM_PARTY_CHANGE: _REVIEW,
    _A.CONFIRM_STOPPAGE: _REVIEW,
    _A.CONFIRM_ACCIDENT: _REVIEW,
    _A.CLOSE_OWN_LISTING: _REVIEW,
    _A.CHECK_OWN_CLOSURE: _REVIEW,
}
# The favourable outcome first. An act that only reports or records is done.
OUTCOMES: Mapping[Action, tuple[Outcome, ...]] = {
    action: _DECIDING.get(action, _DONE) for action in Action
}
# Whatever ends a case ends its open steps: what is in force or owed is settled before.
_NOTHING_OPEN = (
    "no_measures_in_force",
    "no_penalty_pending",
    "no_suspension_in_force",
    *NO_ORDER_OPEN,
    "no_resumption_pending",
    "no_legal_hold",
    "no_answer_owed",
    "no_inquiry_pending",
)
# What the level above supervises is not ended by the one below.
_NOT_ABOVE = ("no_raise_pending", "not_raised")
# Needs of one outcome only: the others stay open, so that nothing is ever stuck.
OUTCOME_NEEDS: Mapping[tuple[Action, Outcome], tuple[str, ...]] = {
    (_A.CONFIRM_VERDICT, _O.MAJOR): (
        "criterion_on_record",
        "criterion_confirmed",
        "nothing_missing",
    ),
    # What a spot check found is answered by a new acceptance, never by the closing.
    (_A.ENDORSE_AS_LEADER_IN_CHARGE, _O.ACCEPTED): (
        "no_open_spot_check_problem",
        "no_raise_pending",
    ),
    (_A.APPROVE_DELISTING, _O.ACCEPTED): ("no_open_spot_check_problem", "not_raised"),
    # Between endorsement and delisting it is decided who delists: no raise comes between.
    (_A.CONFIRM_RAISE, _O.ACCEPTED): ("delisting_not_open",),
    # An extension moves a limit that runs; once acceptance is applied for, nothing is left to move.
    (_A.DECIDE_EXTENSION, _O.ACCEPTED): ("limit_runs", "not_raised"),
    (_A.RECORD_EXTERNAL_EXTENSION, _O.ACCEPTED): ("limit_runs",),
    # Whom the committee office has told to receive, receives.
    (_A.ACKNOWLEDGE_HANDOVER, _O.PASSED_ON): ("competence_open",),
    (_A.ACKNOWLEDGE_HANDOVER, _O.DISPUTED): ("competence_open",),
    # Measures in force are lifted by a decision, never by the end of the case.
    (_A.CONFIRM_VERDICT, _O.ORDINARY): _NOTHING_OPEN,
    (_A.CONFIRM_WITHDRAWAL, _O.ACCEPTED): (*_NOTHING_OPEN, *_NOT_ABOVE),
    (_A.DECIDE_OBJECTION, _O.ACCEPTED): (*_NOTHING_OPEN, *_NOT_ABOVE),
    # Between the petition and the answer from above, an accident or new measures may come.
    (_A.RECORD_EXTERNAL_DELISTING, _O.ACCEPTED): (*_NOTHING_OPEN, "inquiry_settled"),
    # After a hearing nothing is imposed that was not reviewed again (Penalty Law, article 58).
    (_A.DECIDE_SUSPENSION, _O.IMPOSED): ("legal_after_hearing",),
    # A penalty, or an order, is about the party that was told of it.
    (_A.CONFIRM_PARTY_CHANGE, _O.ACCEPTED): (
        "no_penalty_pending",
        "no_suspension_in_force",
        "no_resumption_pending",
        *NO_ORDER_OPEN,
    ),
    # No leave to resume before the violation is dealt with (Shanxi 2024, restart of coal mines).
    (_A.APPROVE_RESUMPTION, _O.ACCEPTED): (
        "resumption_inspected",
        "no_stop_since_application",
        "no_penalty_pending",
        "no_stopping_order_open",
        "no_legal_hold",
    ),
    (_A.SIGN_RESUMPTION, _O.ACCEPTED): ("resumption_unopposed", "no_legal_hold"),
    # A notice is given up only where a newer order to stop has overtaken it.
    (_A.SERVE_RESUMPTION, _O.DONE): ("no_stop_since_application",),
    (_A.SERVE_RESUMPTION, _O.RETURNED): ("stopped_since_application",),
    # An accident during supervision bars acceptance and every way of closing.
    (_A.APPROVE_ACCEPTANCE, _O.PASSED): ("no_legal_hold",),
    (_A.CHECK_OWN_CLOSURE, _O.ACCEPTED): (
        "double_report_complete",
        *_NOTHING_OPEN,
        "inquiry_settled",
    ),
}


def unmet_need(action: Action, outcome: Outcome, needs_met: Mapping[str, bool]) -> str | None:
    """The first need of this outcome that does not hold, or None."""
    needs = OUTCOME_NEEDS.get((action, outcome), ())
    return next((need for need in needs if not needs_met[need]), None)
