"""The page of taking an act back: what will happen, and what stays."""

from dataclasses import dataclass
from datetime import datetime

from services.queries.case_page import ActRow, CasePage, OpenStepRow
from services.queries.take_back_page import TakeBackPage
from web.forms.step import StepForm
from web.labels import DECISIONS, Decision
from web.views.acts import content_of
from web.views.due import Due, due_of
from web.views.form_rows import FieldRow, field_labels, field_rows
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True)
class TakingBackView:
    """`due` is the date of the step that opens again; `going` are the steps that wait no more."""

    case: CasePage
    act: ActRow
    content: tuple[tuple[str, str | bool], ...]
    due: Due | None
    going: tuple[OpenStepRow, ...]
    voids_draft: bool
    form: StepForm
    reason: FieldRow
    labels: dict[str, str]
    words: Decision


def taking_back_view(found: TakeBackPage, form: StepForm, now: datetime) -> TakingBackView:
    """The act, its consequences, and the one field of the form."""
    action = Action.TAKE_BACK
    return TakingBackView(
        case=found.case,
        act=found.act,
        content=content_of(found.act),
        due=due_of(found.due_at, now),
        going=found.going,
        voids_draft=found.voids_draft,
        form=form,
        reason=field_rows(action, form)["opinion"],
        labels=dict(field_labels(action, form)),
        words=DECISIONS[action, Outcome.DONE],
    )
