"""Claiming an open step, giving it back, handing it to a colleague, assigning it as a head."""

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.assignments import (
    GiveStep,
    claim_step,
    delegate_step,
    release_step,
    transfer_step,
)
from services.errors import InvalidCommandError
from services.frame import Frame
from services.queries.case_page import get_case_page
from web.forms.assignments import GiveForm, ReleaseForm
from web.labels import STEP_DELEGATED, STEP_RELEASED, STEP_TRANSFERRED
from web.views.assignments import assignment_view
from web.visitors import acting, looking
from workflows.assignments import AssignmentRefusedError

blueprint = Blueprint("assignments", __name__)
STEP = "/cases/<int:case_id>/tasks/<task_id>"


@blueprint.get(f"{STEP}/assignment")
def show_assignment(case_id: int, task_id: str) -> str:
    """Who holds the step, and what the visitor may do about it."""
    return _page(case_id, task_id)


@blueprint.post(f"{STEP}/claim")
def claim(case_id: int, task_id: str) -> Response:
    """From now on only the visitor does this step."""
    with acting() as frame:
        claim_step(frame, case_id, task_id)
    return redirect(url_for("tasks.show_task", case_id=case_id, task_id=task_id), 303)


@blueprint.post(f"{STEP}/release")
def release(case_id: int, task_id: str) -> Response:
    """Back to the shared duties."""
    form = ReleaseForm.sent()
    if not form.validate():
        return make_response(_page(case_id, task_id, release=form), 422)
    with acting() as frame:
        release_step(frame, case_id, task_id, form["reason"].data)
    flash(STEP_RELEASED)
    return redirect(url_for("tasks.list_tasks"), 303)


@blueprint.post(f"{STEP}/transfer")
def transfer(case_id: int, task_id: str) -> Response:
    """To a colleague with the same duty."""
    form = GiveForm(request.form, prefix="transfer-")
    if not _given(transfer_step, form, case_id, task_id):
        return make_response(_page(case_id, task_id, transfer=form), 422)
    flash(STEP_TRANSFERRED)
    return redirect(url_for("tasks.list_tasks"), 303)


@blueprint.post(f"{STEP}/delegate")
def delegate(case_id: int, task_id: str) -> Response:
    """As a head, to one of the own people."""
    form = GiveForm(request.form, prefix="delegate-")
    if not _given(delegate_step, form, case_id, task_id):
        return make_response(_page(case_id, task_id, delegate=form), 422)
    flash(STEP_DELEGATED)
    return redirect(url_for("cases.show_case", case_id=case_id), 303)


def _given(
    give: Callable[[Frame, GiveStep], None], form: GiveForm, case_id: int, task_id: str
) -> bool:
    """Whether the step was given; if not, the problems stand in the form."""
    if not form.validate():
        return False
    command = GiveStep(
        case_id=case_id,
        task_id=task_id,
        to_person_id=form.person_id(),
        reason=form["reason"].data,
    )
    try:
        with acting() as frame:
            give(frame, command)
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return False
    except AssignmentRefusedError as error:
        form.add_problems({"to_person_id": error.detail["reason"]})
        return False
    return True


def _page(case_id: int, task_id: str, **forms: ReleaseForm | GiveForm) -> str:
    with looking() as frame:
        profile = frame.office.profile
        case = get_case_page(frame.session, frame.actor, case_id, profile)
        page = assignment_view(frame, case_id, task_id, **forms)  # type: ignore[arg-type]  # by name
    return render_template("assignment.html", page=page, case=case)
