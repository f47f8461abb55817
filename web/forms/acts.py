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
from workflows.vocabulary import Action, Outcome

_O = Outcome
DONE = (_O.DONE,)
REVIEW = (_O.ACCEPTED, _O.RETURNED)
CLOSING = (_O.ACCEPTED, _O.RETURN_TO_RECTIFICATION, _O.RETURN_TO_ACCEPTANCE)


@dataclass(frozen=True)
class ActForm:
    """The form of an act and the outcomes it offers, the favourable one first."""

    form: type[StepForm]
    outcomes: tuple[Outcome, ...] = DONE


ACT_FORMS: Mapping[Action, ActForm] = {
    Action.FILE_FIRST_REPORT: ActForm(FileFirstReportForm),
    Action.REGISTER_HAZARD: ActForm(RegisterHazardForm),
    Action.SUPPLEMENT_REPORT: ActForm(SupplementReportForm),
    Action.RECORD_WORKFORCE_REPORT: ActForm(RecordWorkforceReportForm),
    Action.SIGN_DOUBLE_REPORT: ActForm(RecordForm),
    Action.CONFIRM_CRITERION: ActForm(RecordForm),
    Action.ORDER_IMMEDIATE_MEASURES: ActForm(OrderImmediateMeasuresForm),
    Action.LIFT_IMMEDIATE_MEASURES: ActForm(LiftImmediateMeasuresForm),
    Action.ISSUE_RECTIFICATION_ORDER: ActForm(IssueRectificationOrderForm),
    Action.VERIFY_HAZARD: ActForm(VerifyHazardForm, (_O.MAJOR, _O.ORDINARY)),
    Action.CONFIRM_VERDICT: ActForm(DecisionForm, (_O.MAJOR, _O.ORDINARY, _O.RETURNED)),
    Action.PROPOSE_LISTING: ActForm(ProposeListingForm),
    Action.REVIEW_DRAFT: ActForm(DecisionForm, REVIEW),
    Action.COUNTERSIGN_LISTING: ActForm(DecisionForm, REVIEW),
    Action.SIGN_LISTING: ActForm(SignListingForm, REVIEW),
    Action.SERVE_LISTING_NOTICE: ActForm(ServeListingNoticeForm),
    Action.ACKNOWLEDGE_HANDOVER: ActForm(RecordForm),
    Action.REPORT_HANDOVER_RESULT: ActForm(ReportHandoverResultForm),
    Action.SUBMIT_PLAN: ActForm(SubmitPlanForm),
    Action.REVIEW_PLAN: ActForm(DecisionForm, REVIEW),
    Action.REPORT_PROGRESS: ActForm(ReportProgressForm),
    Action.REVIEW_PROGRESS: ActForm(DecisionForm, REVIEW),
    Action.APPLY_FOR_ACCEPTANCE: ActForm(ApplyForAcceptanceForm),
    Action.ENDORSE_AS_PARENT_COMPANY_HEAD: ActForm(DecisionForm, REVIEW),
    Action.EVALUATE_EFFECT: ActForm(EvaluateEffectForm),
    Action.INSPECT_RECTIFICATION: ActForm(InspectRectificationForm, (_O.PASSED, _O.FAILED)),
    Action.APPROVE_ACCEPTANCE: ActForm(DecisionForm, (_O.PASSED, _O.FAILED)),
    Action.ENDORSE_AS_LEADER_IN_CHARGE: ActForm(DecisionForm, CLOSING),
    Action.APPROVE_DELISTING: ActForm(ApproveDelistingForm, CLOSING),
    Action.WITHDRAW_CASE: ActForm(WithdrawCaseForm),
    Action.ARCHIVE_CASE: ActForm(RecordForm),
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
    return next((item for item in ACT_FORMS[action].outcomes if item.value == text), None)


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
