"""Every action by name: what carries it out, and the command it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.actions.accept_own_rectification import (
    AcceptOwnRectification,
    accept_own_rectification,
)
from services.actions.acknowledge_handover import AcknowledgeHandover, acknowledge_handover
from services.actions.add_finding import AddFinding, add_finding
from services.actions.answer_coordination import AnswerCoordination, answer_coordination
from services.actions.answer_escalation import AnswerEscalation, answer_escalation
from services.actions.answer_finder import AnswerFinder, answer_finder
from services.actions.answer_penalty_notice import AnswerPenaltyNotice, answer_penalty_notice
from services.actions.apply_for_acceptance import ApplyForAcceptance, apply_for_acceptance
from services.actions.apply_for_resumption import ApplyForResumption, apply_for_resumption
from services.actions.approve_acceptance import ApproveAcceptance, approve_acceptance
from services.actions.approve_delisting import ApproveDelisting, approve_delisting
from services.actions.approve_escalation import ApproveEscalation, approve_escalation
from services.actions.approve_inquiry import ApproveInquiry, approve_inquiry
from services.actions.approve_order import ApproveOrder, approve_order
from services.actions.approve_resumption import ApproveResumption, approve_resumption
from services.actions.archive_case import ArchiveCase, archive_case
from services.actions.change_responsible_party import (
    ChangeResponsibleParty,
    change_responsible_party,
)
from services.actions.check_own_closure import CheckOwnClosure, check_own_closure
from services.actions.close_own_listing import CloseOwnListing, close_own_listing
from services.actions.close_tracked_case import CloseTrackedCase, close_tracked_case
from services.actions.confirm_accident import ConfirmAccident, confirm_accident
from services.actions.confirm_criterion import ConfirmCriterion, confirm_criterion
from services.actions.confirm_escalation import ConfirmEscalation, confirm_escalation
from services.actions.confirm_inquiry import ConfirmInquiry, confirm_inquiry
from services.actions.confirm_order_lifting import ConfirmOrderLifting, confirm_order_lifting
from services.actions.confirm_party_change import ConfirmPartyChange, confirm_party_change
from services.actions.confirm_raise import ConfirmRaise, confirm_raise
from services.actions.confirm_refusal import ConfirmRefusal, confirm_refusal
from services.actions.confirm_stoppage import ConfirmStoppage, confirm_stoppage
from services.actions.confirm_verdict import ConfirmVerdict, confirm_verdict
from services.actions.confirm_withdrawal import ConfirmWithdrawal, confirm_withdrawal
from services.actions.countersign_listing import CountersignListing, countersign_listing
from services.actions.decide_closure import DecideClosure, decide_closure
from services.actions.decide_closure_lifting import DecideClosureLifting, decide_closure_lifting
from services.actions.decide_extension import DecideExtension, decide_extension
from services.actions.decide_objection import DecideObjection, decide_objection
from services.actions.decide_suspension import DecideSuspension, decide_suspension
from services.actions.endorse_as_leader_in_charge import (
    EndorseAsLeaderInCharge,
    endorse_as_leader_in_charge,
)
from services.actions.endorse_as_parent_company_head import (
    EndorseAsParentCompanyHead,
    endorse_as_parent_company_head,
)
from services.actions.endorse_monthly_progress import (
    EndorseMonthlyProgress,
    endorse_monthly_progress,
)
from services.actions.evaluate_effect import EvaluateEffect, evaluate_effect
from services.actions.file_first_report import FileFirstReport, file_first_report
from services.actions.give_expert_opinion import GiveExpertOpinion, give_expert_opinion
from services.actions.hear_party import HearParty, hear_party
from services.actions.inspect_rectification import InspectRectification, inspect_rectification
from services.actions.inspect_resumption import InspectResumption, inspect_resumption
from services.actions.invite_expert import InviteExpert, invite_expert
from services.actions.issue_rectification_order import (
    IssueRectificationOrder,
    issue_rectification_order,
)
from services.actions.lift_immediate_measures import LiftImmediateMeasures, lift_immediate_measures
from services.actions.lift_legal_hold import LiftLegalHold, lift_legal_hold
from services.actions.lift_order import LiftOrder, lift_order
from services.actions.lift_refusal import LiftRefusal, lift_refusal
from services.actions.lift_suspension import LiftSuspension, lift_suspension
from services.actions.list_own_hazard import ListOwnHazard, list_own_hazard
from services.actions.object_to_verdict import ObjectToVerdict, object_to_verdict
from services.actions.order_immediate_measures import (
    OrderImmediateMeasures,
    order_immediate_measures,
)
from services.actions.petition_delisting import PetitionDelisting, petition_delisting
from services.actions.petition_extension import PetitionExtension, petition_extension
from services.actions.petition_raise import PetitionRaise, petition_raise
from services.actions.propose_correction import ProposeCorrection, propose_correction
from services.actions.propose_escalation import ProposeEscalation, propose_escalation
from services.actions.propose_inquiry import ProposeInquiry, propose_inquiry
from services.actions.propose_listing import ProposeListing, propose_listing
from services.actions.propose_order import ProposeOrder, propose_order
from services.actions.propose_raise import ProposeRaise, propose_raise
from services.actions.propose_suspension import ProposeSuspension, propose_suspension
from services.actions.recall_expert import RecallExpert, recall_expert
from services.actions.record_accident import RecordAccident, record_accident
from services.actions.record_external_delisting import (
    RecordExternalDelisting,
    record_external_delisting,
)
from services.actions.record_external_extension import (
    RecordExternalExtension,
    record_external_extension,
)
from services.actions.record_external_listing import RecordExternalListing, record_external_listing
from services.actions.record_hearing import RecordHearing, record_hearing
from services.actions.record_inquiry_finding import RecordInquiryFinding, record_inquiry_finding
from services.actions.record_no_answer import RecordNoAnswer, record_no_answer
from services.actions.record_order_receipt import RecordOrderReceipt, record_order_receipt
from services.actions.record_raise_answer import RecordRaiseAnswer, record_raise_answer
from services.actions.record_refusal import RecordRefusal, record_refusal
from services.actions.record_restoration import RecordRestoration, record_restoration
from services.actions.record_resumption_consent import (
    RecordResumptionConsent,
    record_resumption_consent,
)
from services.actions.record_spot_check import RecordSpotCheck, record_spot_check
from services.actions.record_talk import RecordTalk, record_talk
from services.actions.record_visit import RecordVisit, record_visit
from services.actions.record_workforce_report import RecordWorkforceReport, record_workforce_report
from services.actions.register_hazard import RegisterHazard, register_hazard
from services.actions.report_handover_result import ReportHandoverResult, report_handover_result
from services.actions.report_progress import ReportProgress, report_progress
from services.actions.report_restart import ReportRestart, report_restart
from services.actions.report_stoppage import ReportStoppage, report_stoppage
from services.actions.request_coordination import RequestCoordination, request_coordination
from services.actions.request_extension import RequestExtension, request_extension
from services.actions.resolve_competence_dispute import (
    ResolveCompetenceDispute,
    resolve_competence_dispute,
)
from services.actions.review_after_hearing import ReviewAfterHearing, review_after_hearing
from services.actions.review_draft import ReviewDraft, review_draft
from services.actions.review_escalation_answer import (
    ReviewEscalationAnswer,
    review_escalation_answer,
)
from services.actions.review_extension import ReviewExtension, review_extension
from services.actions.review_legality import ReviewLegality, review_legality
from services.actions.review_order import ReviewOrder, review_order
from services.actions.review_plan import ReviewPlan, review_plan
from services.actions.review_progress import ReviewProgress, review_progress
from services.actions.serve_escalation import ServeEscalation, serve_escalation
from services.actions.serve_listing_notice import ServeListingNotice, serve_listing_notice
from services.actions.serve_on_new_party import ServeOnNewParty, serve_on_new_party
from services.actions.serve_order import ServeOrder, serve_order
from services.actions.serve_penalty_notice import ServePenaltyNotice, serve_penalty_notice
from services.actions.serve_resumption import ServeResumption, serve_resumption
from services.actions.serve_suspension import ServeSuspension, serve_suspension
from services.actions.sign_correction import SignCorrection, sign_correction
from services.actions.sign_double_report import SignDoubleReport, sign_double_report
from services.actions.sign_listing import SignListing, sign_listing
from services.actions.sign_resumption import SignResumption, sign_resumption
from services.actions.submit_plan import SubmitPlan, submit_plan
from services.actions.supplement_report import SupplementReport, supplement_report
from services.actions.take_back import TakeBack, take_back
from services.actions.update_five_in_place import UpdateFiveInPlace, update_five_in_place
from services.actions.verify_hazard import VerifyHazard, verify_hazard
from services.actions.withdraw_case import WithdrawCase, withdraw_case
from services.frame import Frame, Receipt, TaskCommand
from workflows.vocabulary import Action


@dataclass(frozen=True)
class ActionEntry:
    """The command that an action takes and the function that carries it out."""

    command: type[TaskCommand]
    carry_out: Callable[[Frame, Any], Receipt]


ACTIONS: Mapping[Action, ActionEntry] = {
    Action.FILE_FIRST_REPORT: ActionEntry(FileFirstReport, file_first_report),
    Action.REGISTER_HAZARD: ActionEntry(RegisterHazard, register_hazard),
    Action.SUPPLEMENT_REPORT: ActionEntry(SupplementReport, supplement_report),
    Action.RECORD_WORKFORCE_REPORT: ActionEntry(RecordWorkforceReport, record_workforce_report),
    Action.SIGN_DOUBLE_REPORT: ActionEntry(SignDoubleReport, sign_double_report),
    Action.CONFIRM_CRITERION: ActionEntry(ConfirmCriterion, confirm_criterion),
    Action.ORDER_IMMEDIATE_MEASURES: ActionEntry(OrderImmediateMeasures, order_immediate_measures),
    Action.LIFT_IMMEDIATE_MEASURES: ActionEntry(LiftImmediateMeasures, lift_immediate_measures),
    Action.ISSUE_RECTIFICATION_ORDER: ActionEntry(
        IssueRectificationOrder, issue_rectification_order
    ),
    Action.VERIFY_HAZARD: ActionEntry(VerifyHazard, verify_hazard),
    Action.CONFIRM_VERDICT: ActionEntry(ConfirmVerdict, confirm_verdict),
    Action.PROPOSE_LISTING: ActionEntry(ProposeListing, propose_listing),
    Action.REVIEW_DRAFT: ActionEntry(ReviewDraft, review_draft),
    Action.COUNTERSIGN_LISTING: ActionEntry(CountersignListing, countersign_listing),
    Action.SIGN_LISTING: ActionEntry(SignListing, sign_listing),
    Action.SERVE_LISTING_NOTICE: ActionEntry(ServeListingNotice, serve_listing_notice),
    Action.ACKNOWLEDGE_HANDOVER: ActionEntry(AcknowledgeHandover, acknowledge_handover),
    Action.RESOLVE_COMPETENCE_DISPUTE: ActionEntry(
        ResolveCompetenceDispute, resolve_competence_dispute
    ),
    Action.REPORT_HANDOVER_RESULT: ActionEntry(ReportHandoverResult, report_handover_result),
    Action.SUBMIT_PLAN: ActionEntry(SubmitPlan, submit_plan),
    Action.REVIEW_PLAN: ActionEntry(ReviewPlan, review_plan),
    Action.GIVE_EXPERT_OPINION: ActionEntry(GiveExpertOpinion, give_expert_opinion),
    Action.RECALL_EXPERT: ActionEntry(RecallExpert, recall_expert),
    Action.INVITE_EXPERT: ActionEntry(InviteExpert, invite_expert),
    Action.REPORT_PROGRESS: ActionEntry(ReportProgress, report_progress),
    Action.REVIEW_PROGRESS: ActionEntry(ReviewProgress, review_progress),
    Action.RECORD_VISIT: ActionEntry(RecordVisit, record_visit),
    Action.UPDATE_FIVE_IN_PLACE: ActionEntry(UpdateFiveInPlace, update_five_in_place),
    Action.REQUEST_EXTENSION: ActionEntry(RequestExtension, request_extension),
    Action.REVIEW_EXTENSION: ActionEntry(ReviewExtension, review_extension),
    Action.DECIDE_EXTENSION: ActionEntry(DecideExtension, decide_extension),
    Action.PETITION_EXTENSION: ActionEntry(PetitionExtension, petition_extension),
    Action.RECORD_EXTERNAL_EXTENSION: ActionEntry(
        RecordExternalExtension, record_external_extension
    ),
    Action.APPLY_FOR_ACCEPTANCE: ActionEntry(ApplyForAcceptance, apply_for_acceptance),
    Action.ENDORSE_AS_PARENT_COMPANY_HEAD: ActionEntry(
        EndorseAsParentCompanyHead, endorse_as_parent_company_head
    ),
    Action.EVALUATE_EFFECT: ActionEntry(EvaluateEffect, evaluate_effect),
    Action.INSPECT_RECTIFICATION: ActionEntry(InspectRectification, inspect_rectification),
    Action.APPROVE_ACCEPTANCE: ActionEntry(ApproveAcceptance, approve_acceptance),
    Action.ENDORSE_AS_LEADER_IN_CHARGE: ActionEntry(
        EndorseAsLeaderInCharge, endorse_as_leader_in_charge
    ),
    Action.ENDORSE_MONTHLY_PROGRESS: ActionEntry(EndorseMonthlyProgress, endorse_monthly_progress),
    Action.RECORD_SPOT_CHECK: ActionEntry(RecordSpotCheck, record_spot_check),
    Action.APPROVE_DELISTING: ActionEntry(ApproveDelisting, approve_delisting),
    Action.PROPOSE_ESCALATION: ActionEntry(ProposeEscalation, propose_escalation),
    Action.CONFIRM_ESCALATION: ActionEntry(ConfirmEscalation, confirm_escalation),
    Action.APPROVE_ESCALATION: ActionEntry(ApproveEscalation, approve_escalation),
    Action.SERVE_ESCALATION: ActionEntry(ServeEscalation, serve_escalation),
    Action.RECORD_TALK: ActionEntry(RecordTalk, record_talk),
    Action.ANSWER_ESCALATION: ActionEntry(AnswerEscalation, answer_escalation),
    Action.REVIEW_ESCALATION_ANSWER: ActionEntry(ReviewEscalationAnswer, review_escalation_answer),
    Action.REQUEST_COORDINATION: ActionEntry(RequestCoordination, request_coordination),
    Action.ANSWER_COORDINATION: ActionEntry(AnswerCoordination, answer_coordination),
    Action.PROPOSE_SUSPENSION: ActionEntry(ProposeSuspension, propose_suspension),
    Action.REVIEW_LEGALITY: ActionEntry(ReviewLegality, review_legality),
    Action.SERVE_PENALTY_NOTICE: ActionEntry(ServePenaltyNotice, serve_penalty_notice),
    Action.ANSWER_PENALTY_NOTICE: ActionEntry(AnswerPenaltyNotice, answer_penalty_notice),
    Action.RECORD_NO_ANSWER: ActionEntry(RecordNoAnswer, record_no_answer),
    Action.RECORD_HEARING: ActionEntry(RecordHearing, record_hearing),
    Action.REVIEW_AFTER_HEARING: ActionEntry(ReviewAfterHearing, review_after_hearing),
    Action.DECIDE_SUSPENSION: ActionEntry(DecideSuspension, decide_suspension),
    Action.SERVE_SUSPENSION: ActionEntry(ServeSuspension, serve_suspension),
    Action.LIFT_SUSPENSION: ActionEntry(LiftSuspension, lift_suspension),
    Action.RECORD_REFUSAL: ActionEntry(RecordRefusal, record_refusal),
    Action.CONFIRM_REFUSAL: ActionEntry(ConfirmRefusal, confirm_refusal),
    Action.PROPOSE_CORRECTION: ActionEntry(ProposeCorrection, propose_correction),
    Action.SIGN_CORRECTION: ActionEntry(SignCorrection, sign_correction),
    Action.LIFT_REFUSAL: ActionEntry(LiftRefusal, lift_refusal),
    Action.PROPOSE_ORDER: ActionEntry(ProposeOrder, propose_order),
    Action.REVIEW_ORDER: ActionEntry(ReviewOrder, review_order),
    Action.HEAR_PARTY: ActionEntry(HearParty, hear_party),
    Action.APPROVE_ORDER: ActionEntry(ApproveOrder, approve_order),
    Action.DECIDE_CLOSURE: ActionEntry(DecideClosure, decide_closure),
    Action.SERVE_ORDER: ActionEntry(ServeOrder, serve_order),
    Action.RECORD_ORDER_RECEIPT: ActionEntry(RecordOrderReceipt, record_order_receipt),
    Action.LIFT_ORDER: ActionEntry(LiftOrder, lift_order),
    Action.CONFIRM_ORDER_LIFTING: ActionEntry(ConfirmOrderLifting, confirm_order_lifting),
    Action.DECIDE_CLOSURE_LIFTING: ActionEntry(DecideClosureLifting, decide_closure_lifting),
    Action.RECORD_RESTORATION: ActionEntry(RecordRestoration, record_restoration),
    Action.PROPOSE_INQUIRY: ActionEntry(ProposeInquiry, propose_inquiry),
    Action.CONFIRM_INQUIRY: ActionEntry(ConfirmInquiry, confirm_inquiry),
    Action.RECORD_INQUIRY_FINDING: ActionEntry(RecordInquiryFinding, record_inquiry_finding),
    Action.APPROVE_INQUIRY: ActionEntry(ApproveInquiry, approve_inquiry),
    Action.PROPOSE_RAISE: ActionEntry(ProposeRaise, propose_raise),
    Action.CONFIRM_RAISE: ActionEntry(ConfirmRaise, confirm_raise),
    Action.PETITION_RAISE: ActionEntry(PetitionRaise, petition_raise),
    Action.RECORD_RAISE_ANSWER: ActionEntry(RecordRaiseAnswer, record_raise_answer),
    Action.APPLY_FOR_RESUMPTION: ActionEntry(ApplyForResumption, apply_for_resumption),
    Action.INSPECT_RESUMPTION: ActionEntry(InspectResumption, inspect_resumption),
    Action.APPROVE_RESUMPTION: ActionEntry(ApproveResumption, approve_resumption),
    Action.RECORD_RESUMPTION_CONSENT: ActionEntry(
        RecordResumptionConsent, record_resumption_consent
    ),
    Action.SIGN_RESUMPTION: ActionEntry(SignResumption, sign_resumption),
    Action.SERVE_RESUMPTION: ActionEntry(ServeResumption, serve_resumption),
    Action.WITHDRAW_CASE: ActionEntry(WithdrawCase, withdraw_case),
    Action.ADD_FINDING: ActionEntry(AddFinding, add_finding),
    Action.ANSWER_FINDER: ActionEntry(AnswerFinder, answer_finder),
    Action.CHANGE_RESPONSIBLE_PARTY: ActionEntry(ChangeResponsibleParty, change_responsible_party),
    Action.CONFIRM_PARTY_CHANGE: ActionEntry(ConfirmPartyChange, confirm_party_change),
    Action.SERVE_ON_NEW_PARTY: ActionEntry(ServeOnNewParty, serve_on_new_party),
    Action.REPORT_STOPPAGE: ActionEntry(ReportStoppage, report_stoppage),
    Action.CONFIRM_STOPPAGE: ActionEntry(ConfirmStoppage, confirm_stoppage),
    Action.REPORT_RESTART: ActionEntry(ReportRestart, report_restart),
    Action.RECORD_ACCIDENT: ActionEntry(RecordAccident, record_accident),
    Action.CONFIRM_ACCIDENT: ActionEntry(ConfirmAccident, confirm_accident),
    Action.LIFT_LEGAL_HOLD: ActionEntry(LiftLegalHold, lift_legal_hold),
    Action.CONFIRM_WITHDRAWAL: ActionEntry(ConfirmWithdrawal, confirm_withdrawal),
    Action.OBJECT_TO_VERDICT: ActionEntry(ObjectToVerdict, object_to_verdict),
    Action.DECIDE_OBJECTION: ActionEntry(DecideObjection, decide_objection),
    Action.CLOSE_TRACKED_CASE: ActionEntry(CloseTrackedCase, close_tracked_case),
    Action.RECORD_EXTERNAL_LISTING: ActionEntry(RecordExternalListing, record_external_listing),
    Action.PETITION_DELISTING: ActionEntry(PetitionDelisting, petition_delisting),
    Action.RECORD_EXTERNAL_DELISTING: ActionEntry(
        RecordExternalDelisting, record_external_delisting
    ),
    Action.LIST_OWN_HAZARD: ActionEntry(ListOwnHazard, list_own_hazard),
    Action.ACCEPT_OWN_RECTIFICATION: ActionEntry(AcceptOwnRectification, accept_own_rectification),
    Action.CLOSE_OWN_LISTING: ActionEntry(CloseOwnListing, close_own_listing),
    Action.CHECK_OWN_CLOSURE: ActionEntry(CheckOwnClosure, check_own_closure),
    Action.ARCHIVE_CASE: ActionEntry(ArchiveCase, archive_case),
    Action.TAKE_BACK: ActionEntry(TakeBack, take_back),
}
