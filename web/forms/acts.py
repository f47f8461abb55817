"""Every act by name: its form, the outcomes of its buttons, and the command made of both."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from services.action_table import ACTIONS
from services.frame import BASE_FIELDS, TaskCommand
from services.uploads import AcceptedUpload
from web.forms.acceptance import EvaluateEffectForm, InspectRectificationForm
from web.forms.closure import (
    ApproveDelistingForm,
    CloseTrackedCaseForm,
    PetitionDelistingForm,
    RecordExternalDelistingForm,
)
from web.forms.coordination import AnswerCoordinationForm, RequestCoordinationForm
from web.forms.correction import ProposeCorrectionForm
from web.forms.endorsement import EndorseMonthlyProgressForm
from web.forms.escalation import (
    AnswerEscalationForm,
    ProposeEscalationForm,
    RecordTalkForm,
    ServeEscalationForm,
)
from web.forms.events import (
    AcceptOwnRectificationForm,
    AddFindingForm,
    AnswerFinderForm,
    ChangeResponsiblePartyForm,
    CheckOwnClosureForm,
    ConfirmStoppageForm,
    LiftLegalHoldForm,
    ListOwnHazardForm,
    ReasonedForm,
    RecordAccidentForm,
    ReportRestartForm,
    ReportStoppageForm,
    WithdrawCaseForm,
)
from web.forms.expert import (
    GiveExpertOpinionForm,
    InviteExpertForm,
    RecallExpertForm,
    ReviewPlanForm,
)
from web.forms.extension import (
    DecideExtensionForm,
    PetitionExtensionForm,
    RecordExternalExtensionForm,
    RequestExtensionForm,
    ReviewExtensionForm,
)
from web.forms.handover import (
    AcknowledgeHandoverForm,
    ReportHandoverResultForm,
    ResolveCompetenceDisputeForm,
)
from web.forms.inquiry import ProposeInquiryForm, RecordInquiryFindingForm
from web.forms.listing import (
    ProposeListingForm,
    RecordExternalListingForm,
    ReturnableForm,
    ServeListingNoticeForm,
    ServeOnNewPartyForm,
    SignListingForm,
)
from web.forms.measures import (
    IssueRectificationOrderForm,
    LiftImmediateMeasuresForm,
    OrderImmediateMeasuresForm,
)
from web.forms.orders import (
    GovernmentDecisionForm,
    HearPartyForm,
    LiftOrderForm,
    ProposeOrderForm,
    RecordOrderReceiptForm,
    RecordRestorationForm,
    ServeOrderForm,
)
from web.forms.penalty import (
    AnswerPenaltyNoticeForm,
    DecideSuspensionForm,
    LiftSuspensionForm,
    ProposeSuspensionForm,
    RecordHearingForm,
    ServeSuspensionForm,
)
from web.forms.raising import PetitionRaiseForm, ProposeRaiseForm, RecordRaiseAnswerForm
from web.forms.rectification import (
    ApplyForAcceptanceForm,
    ReportProgressForm,
    SubmitPlanForm,
    UpdateFiveInPlaceForm,
)
from web.forms.refusal import RecordRefusalForm
from web.forms.report import (
    FileFirstReportForm,
    RecordWorkforceReportForm,
    RegisterHazardForm,
    SupplementReportForm,
)
from web.forms.resumption import (
    ApplyForResumptionForm,
    InspectResumptionForm,
    RecordResumptionConsentForm,
    ServeResumptionForm,
)
from web.forms.step import DecisionForm, RecordForm, StepForm
from web.forms.taking_back import TakeBackForm
from web.forms.verdict import ConfirmVerdictForm, VerifyHazardForm
from web.forms.visit import RecordSpotCheckForm, RecordVisitForm
from workflows.outcomes import OUTCOMES
from workflows.vocabulary import Action, Outcome

ACT_FORMS: Mapping[Action, type[StepForm]] = {
    Action.FILE_FIRST_REPORT: FileFirstReportForm,
    Action.REGISTER_HAZARD: RegisterHazardForm,
    Action.SUPPLEMENT_REPORT: SupplementReportForm,
    Action.RECORD_WORKFORCE_REPORT: RecordWorkforceReportForm,
    Action.SIGN_DOUBLE_REPORT: RecordForm,
    Action.CONFIRM_CRITERION: RecordForm,
    Action.ORDER_IMMEDIATE_MEASURES: OrderImmediateMeasuresForm,
    Action.LIFT_IMMEDIATE_MEASURES: LiftImmediateMeasuresForm,
    Action.ISSUE_RECTIFICATION_ORDER: IssueRectificationOrderForm,
    Action.VERIFY_HAZARD: VerifyHazardForm,
    Action.CONFIRM_VERDICT: ConfirmVerdictForm,
    Action.PROPOSE_LISTING: ProposeListingForm,
    Action.REVIEW_DRAFT: DecisionForm,
    Action.COUNTERSIGN_LISTING: ReturnableForm,
    Action.SIGN_LISTING: SignListingForm,
    Action.SERVE_LISTING_NOTICE: ServeListingNoticeForm,
    Action.ACKNOWLEDGE_HANDOVER: AcknowledgeHandoverForm,
    Action.RESOLVE_COMPETENCE_DISPUTE: ResolveCompetenceDisputeForm,
    Action.REPORT_HANDOVER_RESULT: ReportHandoverResultForm,
    Action.SUBMIT_PLAN: SubmitPlanForm,
    Action.REVIEW_PLAN: ReviewPlanForm,
    Action.GIVE_EXPERT_OPINION: GiveExpertOpinionForm,
    Action.RECALL_EXPERT: RecallExpertForm,
    Action.INVITE_EXPERT: InviteExpertForm,
    Action.REPORT_PROGRESS: ReportProgressForm,
    Action.REVIEW_PROGRESS: DecisionForm,
    Action.REQUEST_COORDINATION: RequestCoordinationForm,
    Action.ANSWER_COORDINATION: AnswerCoordinationForm,
    Action.PROPOSE_ESCALATION: ProposeEscalationForm,
    Action.CONFIRM_ESCALATION: DecisionForm,
    Action.APPROVE_ESCALATION: DecisionForm,
    Action.SERVE_ESCALATION: ServeEscalationForm,
    Action.RECORD_TALK: RecordTalkForm,
    Action.ANSWER_ESCALATION: AnswerEscalationForm,
    Action.REVIEW_ESCALATION_ANSWER: DecisionForm,
    Action.PROPOSE_SUSPENSION: ProposeSuspensionForm,
    Action.REVIEW_LEGALITY: DecisionForm,
    Action.SERVE_PENALTY_NOTICE: ServeListingNoticeForm,
    Action.ANSWER_PENALTY_NOTICE: AnswerPenaltyNoticeForm,
    Action.RECORD_NO_ANSWER: RecordForm,
    Action.RECORD_HEARING: RecordHearingForm,
    Action.REVIEW_AFTER_HEARING: DecisionForm,
    Action.DECIDE_SUSPENSION: DecideSuspensionForm,
    Action.SERVE_SUSPENSION: ServeSuspensionForm,
    Action.LIFT_SUSPENSION: LiftSuspensionForm,
    Action.RECORD_REFUSAL: RecordRefusalForm,
    Action.CONFIRM_REFUSAL: DecisionForm,
    Action.PROPOSE_CORRECTION: ProposeCorrectionForm,
    Action.SIGN_CORRECTION: DecisionForm,
    Action.LIFT_REFUSAL: ReasonedForm,
    Action.PROPOSE_ORDER: ProposeOrderForm,
    Action.REVIEW_ORDER: DecisionForm,
    Action.HEAR_PARTY: HearPartyForm,
    Action.APPROVE_ORDER: DecisionForm,
    Action.DECIDE_CLOSURE: GovernmentDecisionForm,
    Action.SERVE_ORDER: ServeOrderForm,
    Action.RECORD_ORDER_RECEIPT: RecordOrderReceiptForm,
    Action.LIFT_ORDER: LiftOrderForm,
    Action.CONFIRM_ORDER_LIFTING: DecisionForm,
    Action.DECIDE_CLOSURE_LIFTING: GovernmentDecisionForm,
    Action.RECORD_RESTORATION: RecordRestorationForm,
    Action.PROPOSE_INQUIRY: ProposeInquiryForm,
    Action.CONFIRM_INQUIRY: DecisionForm,
    Action.RECORD_INQUIRY_FINDING: RecordInquiryFindingForm,
    Action.APPROVE_INQUIRY: DecisionForm,
    Action.PROPOSE_RAISE: ProposeRaiseForm,
    Action.CONFIRM_RAISE: DecisionForm,
    Action.PETITION_RAISE: PetitionRaiseForm,
    Action.RECORD_RAISE_ANSWER: RecordRaiseAnswerForm,
    Action.APPLY_FOR_RESUMPTION: ApplyForResumptionForm,
    Action.INSPECT_RESUMPTION: InspectResumptionForm,
    Action.APPROVE_RESUMPTION: DecisionForm,
    Action.RECORD_RESUMPTION_CONSENT: RecordResumptionConsentForm,
    Action.SIGN_RESUMPTION: DecisionForm,
    Action.SERVE_RESUMPTION: ServeResumptionForm,
    Action.REQUEST_EXTENSION: RequestExtensionForm,
    Action.REVIEW_EXTENSION: ReviewExtensionForm,
    Action.DECIDE_EXTENSION: DecideExtensionForm,
    Action.PETITION_EXTENSION: PetitionExtensionForm,
    Action.RECORD_EXTERNAL_EXTENSION: RecordExternalExtensionForm,
    Action.RECORD_VISIT: RecordVisitForm,
    Action.UPDATE_FIVE_IN_PLACE: UpdateFiveInPlaceForm,
    Action.APPLY_FOR_ACCEPTANCE: ApplyForAcceptanceForm,
    Action.ENDORSE_AS_PARENT_COMPANY_HEAD: DecisionForm,
    Action.EVALUATE_EFFECT: EvaluateEffectForm,
    Action.INSPECT_RECTIFICATION: InspectRectificationForm,
    Action.APPROVE_ACCEPTANCE: DecisionForm,
    Action.ENDORSE_AS_LEADER_IN_CHARGE: DecisionForm,
    Action.ENDORSE_MONTHLY_PROGRESS: EndorseMonthlyProgressForm,
    Action.RECORD_SPOT_CHECK: RecordSpotCheckForm,
    Action.APPROVE_DELISTING: ApproveDelistingForm,
    Action.WITHDRAW_CASE: WithdrawCaseForm,
    Action.CONFIRM_WITHDRAWAL: DecisionForm,
    Action.OBJECT_TO_VERDICT: ReasonedForm,
    Action.DECIDE_OBJECTION: ReasonedForm,
    Action.ADD_FINDING: AddFindingForm,
    Action.ANSWER_FINDER: AnswerFinderForm,
    Action.CHANGE_RESPONSIBLE_PARTY: ChangeResponsiblePartyForm,
    Action.CONFIRM_PARTY_CHANGE: DecisionForm,
    Action.SERVE_ON_NEW_PARTY: ServeOnNewPartyForm,
    Action.REPORT_STOPPAGE: ReportStoppageForm,
    Action.CONFIRM_STOPPAGE: ConfirmStoppageForm,
    Action.REPORT_RESTART: ReportRestartForm,
    Action.RECORD_ACCIDENT: RecordAccidentForm,
    Action.CONFIRM_ACCIDENT: ReasonedForm,
    Action.LIFT_LEGAL_HOLD: LiftLegalHoldForm,
    Action.CLOSE_TRACKED_CASE: CloseTrackedCaseForm,
    Action.RECORD_EXTERNAL_LISTING: RecordExternalListingForm,
    Action.PETITION_DELISTING: PetitionDelistingForm,
    Action.RECORD_EXTERNAL_DELISTING: RecordExternalDelistingForm,
    Action.LIST_OWN_HAZARD: ListOwnHazardForm,
    Action.ACCEPT_OWN_RECTIFICATION: AcceptOwnRectificationForm,
    Action.CLOSE_OWN_LISTING: ApproveDelistingForm,
    Action.CHECK_OWN_CLOSURE: CheckOwnClosureForm,
    Action.ARCHIVE_CASE: RecordForm,
    Action.TAKE_BACK: TakeBackForm,
}


@dataclass(frozen=True)
class Target:
    """The step that a form is about; `shown` is the hash of what the person saw."""

    case_id: int = 0
    task_id: str = ""
    shown: str = ""


def command_of(
    action: Action,
    form: StepForm,
    target: Target,
    outcome: Outcome,
    uploads: tuple[AcceptedUpload, ...],
) -> TaskCommand:
    """The command of an act from its form. Fields that the form left out keep their defaults."""
    command = ACTIONS[action].command
    kinds = get_type_hints(command)
    further = {field.name for field in fields(command)} - BASE_FIELDS
    values = form.values()
    return command(
        case_id=target.case_id,
        task_id=target.task_id,
        shown=target.shown,
        outcome=outcome,
        opinion=values.get("opinion") or "",
        uploads=uploads,
        **{name: _as(kinds[name], values[name]) for name in further if name in values},
    )


def outcome_of(action: Action, text: str) -> Outcome | None:
    """The outcome whose button was pressed; None when the act does not offer it."""
    return next((item for item in OUTCOMES[action] if item.value == text), None)


def _as(kind: Any, value: Any) -> Any:
    """A value of a form in the type that the command asks for."""
    if get_origin(kind) is UnionType:
        if value in (None, ""):
            return None
        (kind,) = (choice for choice in get_args(kind) if choice is not NoneType)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value) if value else None
    if kind is int:
        return int(value)
    if kind is str:
        return value or ""
    if get_origin(kind) is tuple or kind is tuple:
        return tuple(value or ())
    return value
