"""Pages about signatures on paper: registering one, the sheet to sign, and the second person's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.frame import Frame
from services.queries.brief import Brief
from services.queries.case_page import CasePage, DocumentRow
from services.queries.making import Making
from services.queries.paper import (
    PaperLists,
    PaperStepRow,
    RegistrationRow,
    SignerRow,
    paper_steps,
)
from services.queries.paper_marks import PaperMark
from web.forms.step import StepForm
from web.labels import ASKED, DECISIONS, FIELD_HINTS, PAPER_SCAN, Decision, error_sentence
from web.views.acts import content_of
from web.views.criterion import CriterionChoice
from web.views.form_rows import FieldRow, field_labels, field_rows
from workflows.outcomes import OUTCOMES
from workflows.vocabulary import Action

SHORT_HASH = 16


@dataclass(frozen=True)
class PaperFormView:
    """The page on which a signature is registered."""

    case: CasePage
    step: Action
    task_id: str
    asked: str
    holder: str
    opened_on: date
    shown: str
    draft_id: int | None
    draft_hash: str
    waits_for_draft: bool
    making: Making | None
    signers: tuple[SignerRow, ...]
    form: StepForm
    rows: Mapping[str, FieldRow]
    labels: Mapping[str, str]
    choice: CriterionChoice | None


@dataclass(frozen=True)
class SheetView:
    """The sheet to print and sign."""

    case: CasePage
    step: Action
    task_id: str
    asked: str
    holder: str
    draft_hash: str
    decisions: tuple[str, ...]


@dataclass(frozen=True)
class RegistrationView:
    """One registration, for its second person and for whoever made it."""

    row: RegistrationRow
    words: Decision
    content: tuple[tuple[str, str | bool], ...]
    obstacle: str
    draft_id: int | None
    draft_hash: str


@dataclass(frozen=True)
class PaperListView:
    """Both lists of one person."""

    waiting: tuple[RegistrationView, ...]
    registered: tuple[RegistrationView, ...]


@dataclass(frozen=True)
class PaperOfCase:
    """Paper on the page of a case: by open step, and by document."""

    steps: Mapping[str, PaperStepRow]
    documents: Mapping[int, PaperMark]


def paper_of_case(frame: Frame, case: CasePage) -> PaperOfCase:
    """What may be registered, what waits, and which documents were signed on paper."""
    steps = paper_steps(frame.session, frame.actor, case)
    marks = {act.act_id: act.paper for act in case.acts if act.paper is not None}
    return PaperOfCase(
        steps,
        {
            row.document_id: marks[row.signed_by_act_id]
            for row in case.documents
            if row.signed_by_act_id in marks
        },
    )


def paper_form_view(
    brief: Brief,
    form: StepForm,
    signers: list[SignerRow],
    opened_on: date,
    choice: CriterionChoice | None,
) -> PaperFormView:
    """The form with the words of paper; the scan of the sheet is asked for in place of files."""
    action, draft = brief.step.task.step, brief.draft
    return PaperFormView(
        case=brief.page,
        step=action,
        task_id=brief.step.task.task_id,
        asked=ASKED[action],
        holder=brief.step.holder_name,
        opened_on=opened_on,
        shown=brief.shown,
        draft_id=draft.document_id if draft else None,
        draft_hash=short(draft.sha256) if draft else "",
        waits_for_draft=draft is not None and not draft.sha256,
        making=draft.making if draft else None,
        signers=tuple(signers),
        form=form,
        rows=_rows(action, form),
        labels=_labels(action, form),
        choice=choice,
    )


def sheet_view(brief: Brief) -> SheetView:
    """What stands on the sheet before it is signed."""
    action = brief.step.task.step
    return SheetView(
        case=brief.page,
        step=action,
        task_id=brief.step.task.task_id,
        asked=ASKED[action],
        holder=brief.step.holder_name,
        draft_hash=short(brief.draft.sha256) if brief.draft else "",
        decisions=tuple(DECISIONS[action, outcome].button for outcome in OUTCOMES[action]),
    )


def registration_view(row: RegistrationRow, case: CasePage | None = None) -> RegistrationView:
    """A registration in words; with the draft that it is about, where there is one."""
    draft = _draft(row, case)
    return RegistrationView(
        row=row,
        words=DECISIONS[row.action, row.outcome],
        content=content_of(row),
        obstacle=_obstacle(row),
        draft_id=draft.document_id if draft else None,
        draft_hash=short(row.draft_sha256),
    )


def paper_list_view(lists: PaperLists) -> PaperListView:
    """Both lists in words."""
    return PaperListView(
        tuple(registration_view(row) for row in lists.waiting),
        tuple(registration_view(row) for row in lists.registered),
    )


def short(sha256: str | None) -> str:
    """As much of a hash as people compare by eye."""
    return (sha256 or "")[:SHORT_HASH]


def _obstacle(row: RegistrationRow) -> str:
    """Why a void registration came to nothing."""
    if not row.obstacle_code:
        return ""
    return error_sentence("paper_void", {**row.obstacle_detail, "reason": row.obstacle_code})


def _draft(row: RegistrationRow, case: CasePage | None) -> DocumentRow | None:
    """The draft that was on the table when the sheet was registered."""
    if case is None or row.draft_sha256 is None:
        return None
    return next((d for d in case.documents if d.draft_sha256 == row.draft_sha256), None)


def _rows(action: Action, form: StepForm) -> dict[str, FieldRow]:
    rows = field_rows(action, form)
    scan = rows["uploads"]
    rows["uploads"] = FieldRow(
        field=scan.field,
        macro=scan.macro,
        label=_labels(action, form)["uploads"],
        hint=FIELD_HINTS["paper_scan"],
        required=True,
        group=scan.group,
    )
    return rows


def _labels(action: Action, form: StepForm) -> Mapping[str, str]:
    return {**field_labels(action, form), "uploads": PAPER_SCAN}
