"""Task lists of notices: all of them, the board of one, and one task with its reports."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.campaigns import assign_task, report_progress
from services.errors import InvalidCommandError
from web.forms.campaigns import OwnerForm, ProgressForm
from web.labels.campaigns import CAMPAIGN_FIELDS, CAMPAIGN_SAID
from web.views.campaigns import Wanted, board_view, lists_view, task_view
from web.visitors import acting, looking

blueprint = Blueprint("campaigns", __name__)


@blueprint.get("/campaigns")
def list_campaigns() -> str:
    """Every list that was loaded."""
    with looking() as frame:
        lines = lists_view(frame)
    return render_template("campaigns.html", lines=lines)


@blueprint.get("/campaigns/<key>")
def show_board(key: str) -> str:
    """The board of one list; printed, it hangs on the wall."""
    with looking() as frame:
        page = board_view(frame, key, Wanted.read(request.args))
    return render_template("campaign.html", page=page)


@blueprint.get("/campaigns/<key>/tasks/<int:number>")
def show_task(key: str, number: int) -> str:
    """One task, its reports, and the forms for those to whom it falls."""
    return _page(key, number)


@blueprint.post("/campaigns/<key>/tasks/<int:number>/progress")
def report(key: str, number: int) -> Response:
    """Report how far it is."""
    with looking() as frame:
        refusal = task_view(frame, key, number).refusal
    if refusal is not None:
        raise refusal
    form = ProgressForm.sent()
    if not form.validate():
        return make_response(_page(key, number, form), 422)
    try:
        with acting() as frame:
            report_progress(frame, form.command(key, number))
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(key, number, form), 422)
    return _done(key, number, "reported")


@blueprint.post("/campaigns/<key>/tasks/<int:number>/owner")
def set_owner(key: str, number: int) -> Response:
    """Give it to a unit."""
    with looking() as frame:
        owners = task_view(frame, key, number).owners
    form = OwnerForm.sent()
    form.offer(owners)
    if not form.validate():
        return make_response(_page(key, number, owner_form=form), 422)
    with acting() as frame:
        assign_task(frame, key, number, form.chosen())
    return _done(key, number, "assigned")


def _done(key: str, number: int, said: str) -> Response:
    flash(CAMPAIGN_SAID[said])
    return redirect(url_for("campaigns.show_task", key=key, number=number), 303)


def _page(
    key: str, number: int, form: ProgressForm | None = None, owner_form: OwnerForm | None = None
) -> str:
    with looking() as frame:
        page = task_view(frame, key, number)
    form = form or ProgressForm(shown=str(page.page.latest_id))
    if owner_form is None:
        owner_form = OwnerForm(owner_id=str(page.line.row.owner_id or ""))
        owner_form.offer(page.owners)
    return render_template(
        "campaign_task.html", page=page, form=form, owner_form=owner_form, labels=CAMPAIGN_FIELDS
    )
