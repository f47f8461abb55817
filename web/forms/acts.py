"""Every act by name: its form, the outcomes of its buttons, and the command made of both."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, get_origin, get_type_hints

from services.action_table import ACTIONS
from services.frame import BASE_FIELDS, TaskCommand
from services.uploads import AcceptedUpload
from web.forms.acceptance import EvaluateEffectForm, InspectRectificationForm
from web.forms.closure import ApproveDelistingForm
from web.forms.handover import ReportHandoverResultForm
from web.forms.listing import ProposeListingForm, ServeListingNoticeForm, SignListingForm
from web.forms.measures import (
    IssueRectificationOrderForm,
    LiftImmediateMeasuresForm,
    OrderImmediateMeasuresForm,
)
from web.forms.rectification import ApplyForAcceptanceForm, ReportProgressForm, SubmitPlanForm
from web.forms.report import (
    FileFirstReportForm,
    RecordWorkforceReportForm,
    RegisterHazardForm,
    SupplementReportForm,
    WithdrawCaseForm,
)
from web.forms.step import DecisionForm, RecordForm, StepForm
from web.forms.verdict import VerifyHazardForm
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
    Action.CONFIRM_VERDICT: DecisionForm,
    Action.PROPOSE_LISTING: ProposeListingForm,
    Action.REVIEW_DRAFT: DecisionForm,
    Action.COUNTERSIGN_LISTING: DecisionForm,
    Action.SIGN_LISTING: SignListingForm,
    Action.SERVE_LISTING_NOTICE: ServeListingNoticeForm,
    Action.ACKNOWLEDGE_HANDOVER: RecordForm,
    Action.REPORT_HANDOVER_RESULT: ReportHandoverResultForm,
    Action.SUBMIT_PLAN: SubmitPlanForm,
    Action.REVIEW_PLAN: DecisionForm,
    Action.REPORT_PROGRESS: ReportProgressForm,
    Action.REVIEW_PROGRESS: DecisionForm,
    Action.APPLY_FOR_ACCEPTANCE: ApplyForAcceptanceForm,
    Action.ENDORSE_AS_PARENT_COMPANY_HEAD: DecisionForm,
    Action.EVALUATE_EFFECT: EvaluateEffectForm,
    Action.INSPECT_RECTIFICATION: InspectRectificationForm,
    Action.APPROVE_ACCEPTANCE: DecisionForm,
    Action.ENDORSE_AS_LEADER_IN_CHARGE: DecisionForm,
    Action.APPROVE_DELISTING: ApproveDelistingForm,
    Action.WITHDRAW_CASE: WithdrawCaseForm,
    Action.ARCHIVE_CASE: RecordForm,
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
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value) if value else None
    if kind is int:
        return int(value)
    if kind is str:
        return value or ""
    if get_origin(kind) is tuple or kind is tuple:
        return tuple(value or ())
    return value
