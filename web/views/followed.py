"""What an act brought about, told once on the next page: numbers, and who holds the case now."""

from dataclasses import dataclass

from flask import flash, render_template, url_for
from markupsafe import Markup

from services.errors import CaseNotFoundError
from services.frame import Frame, Receipt
from services.queries.case_page import CasePage, DocumentRow, OpenStepRow, get_case_page
from web.labels import LEFT_ONES_SIGHT, label_of
from web.views.due import Due, due_of
from workflows.vocabulary import Action, CaseEnding

CATEGORY = "followed"
MOST_STEPS = 4


@dataclass(frozen=True)
class NextStep:
    """A step that the act has opened."""

    row: OpenStepRow
    due: Due | None


@dataclass(frozen=True)
class Followed:
    """What was done and what came of it."""

    action: Action
    case_number: str | None
    documents: tuple[DocumentRow, ...]
    steps: tuple[NextStep, ...]
    ending: CaseEnding | None


def tell_what_followed(frame: Frame, before: CasePage, action: Action, receipt: Receipt) -> str:
    """Put the message for the next page and name it; `before` is the case as it was.

    Whoever hands a case on may not see it any more: their next page is the list of duties.
    """
    try:
        after = get_case_page(frame.session, frame.actor, receipt.case_id, frame.office.profile)
    except CaseNotFoundError:
        flash(LEFT_ONES_SIGHT.format(action=label_of(action)), CATEGORY)
        return url_for("tasks.list_tasks")
    followed = _followed(frame, before, after, action, receipt)
    flash(Markup(render_template("_followed.html", followed=followed)), CATEGORY)  # noqa: S704  # our own template
    return url_for("cases.show_case", case_id=receipt.case_id)


def _followed(
    frame: Frame, before: CasePage, after: CasePage, action: Action, receipt: Receipt
) -> Followed:
    numbered = {row.document_id for row in before.documents if row.number}
    opened = {task.task_id for task in receipt.opened if not task.standing}
    # A step that several people hold is told once.
    steps = {
        (row.task.step, row.holder_name): row
        for row in after.open_steps
        if row.task.task_id in opened
    }
    return Followed(
        action=action,
        case_number=after.case_number if after.case_number != before.case_number else None,
        documents=tuple(
            row for row in after.documents if row.number and row.document_id not in numbered
        ),
        steps=tuple(
            NextStep(row, due_of(row.task.due_at, frame.now))
            for row in list(steps.values())[:MOST_STEPS]
        ),
        ending=after.ending if before.ending is None else None,
    )
