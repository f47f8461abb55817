"""Sending a copy of a case, and acknowledging one."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.copies import CopyRefusedError, SendCopy, mark_read, send_copy
from services.errors import InvalidCommandError
from services.frame import Frame
from services.queries.case_page import CasePage, get_case_page
from services.queries.copies import list_possible_readers, may_send_copies
from web.forms.copies import CopyForm
from web.labels import COPY_READ, COPY_SENT
from web.visitors import acting, looking

blueprint = Blueprint("copies", __name__)


@blueprint.get("/cases/<int:case_id>/copies/new")
def show_form(case_id: int) -> str:
    """To whom, about what."""
    with looking() as frame:
        form = CopyForm(act_id=request.args.get("act", ""))
        case = _offer(frame, case_id, form)
    return render_template("copy.html", form=form, case=case)


@blueprint.post("/cases/<int:case_id>/copies/new")
def send(case_id: int) -> Response:
    """Send it, and back to the case, where the receipts appear."""
    form = CopyForm.sent()
    with looking() as frame:
        case = _offer(frame, case_id, form)
    if not form.validate() or not _sent(case_id, form):
        return make_response(render_template("copy.html", form=form, case=case), 422)
    flash(COPY_SENT)
    return redirect(url_for("cases.show_case", case_id=case_id), 303)


@blueprint.post("/copies/<int:copy_id>/open")
def open_case(copy_id: int) -> Response:
    """Mark the copy read and open its case."""
    with acting() as frame:
        case_id = mark_read(frame, copy_id)
    return redirect(url_for("cases.show_case", case_id=case_id), 303)


@blueprint.post("/copies/<int:copy_id>/read")
def acknowledge(copy_id: int) -> Response:
    """已阅, without opening the case."""
    with acting() as frame:
        mark_read(frame, copy_id)
    flash(COPY_READ)
    return redirect(url_for("own_work.show_copies"), 303)


def _offer(frame: Frame, case_id: int, form: CopyForm) -> CasePage:
    profile = frame.office.profile
    case = get_case_page(frame.session, frame.actor, case_id, profile)
    if not may_send_copies(frame.session, frame.actor, case_id, profile):
        raise CopyRefusedError
    people = list_possible_readers(frame.session, frame.actor, case_id, frame.today, profile)
    form.offer(people, case)
    return case


def _sent(case_id: int, form: CopyForm) -> bool:
    command = SendCopy(
        case_id=case_id,
        act_id=form.chosen_act(),
        person_ids=form.chosen_people(),
        note=form["note"].data or "",
        nonce=form["nonce"].data or "",
    )
    try:
        with acting() as frame:
            send_copy(frame, command)
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return False
    return True
