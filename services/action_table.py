"""Every action by name: what carries it out, and the command it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.actions.acknowledge_handover import AcknowledgeHandover, acknowledge_handover
from services.actions.apply_for_acceptance import ApplyForAcceptance, apply_for_acceptance
from services.actions.approve_acceptance import ApproveAcceptance, approve_acceptance
from services.actions.approve_delisting import ApproveDelisting, approve_delisting
from services.actions.archive_case import ArchiveCase, archive_case
from services.actions.confirm_criterion import ConfirmCriterion, confirm_criterion
from services.actions.confirm_verdict import ConfirmVerdict, confirm_verdict
from services.actions.countersign_listing import CountersignListing, countersign_listing
from services.actions.endorse_as_leader_in_charge import (
    EndorseAsLeaderInCharge,
    endorse_as_leader_in_charge,
)
from services.actions.endorse_as_parent_company_head import (
    EndorseAsParentCompanyHead,
    endorse_as_parent_company_head,
)
from services.actions.evaluate_effect import EvaluateEffect, evaluate_effect
from services.actions.file_first_report import FileFirstReport, file_first_report
from services.actions.inspect_rectification import InspectRectification, inspect_rectification
from services.actions.issue_rectification_order import (
    IssueRectificationOrder,
    issue_rectification_order,
)
from services.actions.lift_immediate_measures import LiftImmediateMeasures, lift_immediate_measures
from services.actions.order_immediate_measures import (
    OrderImmediateMeasures,
    order_immediate_measures,
)
from services.actions.propose_listing import ProposeListing, propose_listing
from services.actions.record_workforce_report import RecordWorkforceReport, record_workforce_report
from services.actions.register_hazard import RegisterHazard, register_hazard
from services.actions.report_handover_result import ReportHandoverResult, report_handover_result
from services.actions.report_progress import ReportProgress, report_progress
from services.actions.review_draft import ReviewDraft, review_draft
from services.actions.review_plan import ReviewPlan, review_plan
from services.actions.review_progress import ReviewProgress, review_progress
from services.actions.serve_listing_notice import ServeListingNotice, serve_listing_notice
from services.actions.sign_double_report import SignDoubleReport, sign_double_report
from services.actions.sign_listing import SignListing, sign_listing
from services.actions.submit_plan import SubmitPlan, submit_plan
from services.actions.supplement_report import SupplementReport, supplement_report
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
    Action.REPORT_HANDOVER_RESULT: ActionEntry(ReportHandoverResult, report_handover_result),
    Action.SUBMIT_PLAN: ActionEntry(SubmitPlan, submit_plan),
    Action.REVIEW_PLAN: ActionEntry(ReviewPlan, review_plan),
    Action.REPORT_PROGRESS: ActionEntry(ReportProgress, report_progress),
    Action.REVIEW_PROGRESS: ActionEntry(ReviewProgress, review_progress),
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
    Action.APPROVE_DELISTING: ActionEntry(ApproveDelisting, approve_delisting),
    Action.WITHDRAW_CASE: ActionEntry(WithdrawCase, withdraw_case),
    Action.ARCHIVE_CASE: ActionEntry(ArchiveCase, archive_case),
}
