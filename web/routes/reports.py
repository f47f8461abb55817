"""How a case begins: an enterprise's first report, or a regulator's finding; and the receipt."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from services.action_table import ACTIONS
from services.clock import local_date
from services.drafts import drop_draft, find_draft, save_draft
from services.errors import FormSentTwiceError, InvalidCommandError
from services.frame import Receipt
from services.queries.case_page import get_case_page
from services.queries.parties import PartyRow, find_reporting_party, list_parties_to_find_at
from web.context import moment, office
from web.forms.acts import Target, command_of
from web.forms.report import FileFirstReportForm, NewCaseForm, RegisterHazardForm
from web.forms.sent import kept_values, pressed, typed_values
from web.forms.step import typed
from web.labels import SENT_TWICE
from web.views.followed import CATEGORY
from web.views.new_case import new_case_view, party_label, receipt_view
from web.visitors import acting, looking
from workflows.vocabulary import Action, HazardSource, Outcome

blueprint = Blueprint("reports", __name__)


@blueprint.route("/reports/new", methods=["GET", "POST"])
def file_first_report() -> Response | str:
    """Place, hazard, measures taken: receipted at once."""
    action = Action.FILE_FIRST_REPORT
    with looking() as frame:
        party = find_reporting_party(frame.session, frame.actor)
    asked = request.method == "GET"
    form = FileFirstReportForm(_beginning(action)) if asked else FileFirstReportForm.sent()
    if party is not None:  # who supervises follows from the register, not from the form
        form.leave_out(name for name in ("sector", "division_code") if getattr(party, name))
    return _show(action, form, party) if asked else _answer(action, form, party)


@blueprint.route("/hazards/new", methods=["GET", "POST"])
def register_hazard() -> Response | str:
    """A finding at an enterprise that the office supervises."""
    action = Action.REGISTER_HAZARD
    with looking() as frame:
        parties = list_parties_to_find_at(frame.session, frame.actor)
    asked = request.method == "GET"
    form = RegisterHazardForm(_beginning(action)) if asked else RegisterHazardForm.sent()
    form.offer({str(row.organisation_id): party_label(row) for row in parties})
    chosen = form.responsible_party_id.data
    party = next((row for row in parties if str(row.organisation_id) == chosen), None)
    return _show(action, form, party) if asked else _answer(action, form, party)


@blueprint.get("/cases/<int:case_id>/receipt")
def show_receipt(case_id: int) -> str:
    """The number, the time, and what follows by when."""
    with looking() as frame:
        profile = frame.office.profile
        case = get_case_page(frame.session, frame.actor, case_id, profile)
    return render_template("receipt.html", page=receipt_view(case, frame.now))


def _beginning(action: Action) -> MultiDict[str, str]:
    """What was kept for later, or today's date."""
    with looking() as frame:
        kept = find_draft(frame.session, frame.actor.person_id, action.value)
    if kept is not None:
        return kept_values(kept)
    values = {"found_on": local_date(moment()).isoformat()}
    if action is Action.REGISTER_HAZARD:
        values["source"] = HazardSource.REGULATOR_FINDING.value
    return typed(values)


def _answer(action: Action, form: NewCaseForm, party: PartyRow | None) -> Response:
    if pressed("draft"):
        return _keep(action, form, party)
    if pressed("list_clauses") or pressed("mark_photos"):
        return make_response(_show_again(action, form, party))
    try:
        receipt = _try(action, form)
    except FormSentTwiceError as error:
        flash(SENT_TWICE, CATEGORY)
        return redirect(url_for("cases.show_case", case_id=int(error.detail["case_id"])), 303)
    if receipt is None:
        return make_response(_show_again(action, form, party), 422)
    return redirect(url_for("reports.show_receipt", case_id=receipt.case_id), 303)


def _try(action: Action, form: NewCaseForm) -> Receipt | None:
    """Begin the case; None when the form has to be amended, with the problems in it."""
    if not form.is_complete(Outcome.DONE):
        return None
    uploads = form.accepted_files(office().upload_limit_bytes)
    if uploads is None:
        return None
    command = command_of(action, form, Target(), Outcome.DONE, uploads)
    try:
        with acting() as frame:
            receipt = ACTIONS[action].carry_out(frame, command)
            drop_draft(frame.session, frame.actor.person_id, action.value)
    except InvalidCommandError as error:
        form.take_problems(error)
        return None
    return receipt


def _keep(action: Action, form: NewCaseForm, party: PartyRow | None) -> Response:
    """Texts and files; a file that is not accepted is named, the rest is kept all the same."""
    form.keep_files()
    with acting() as frame:
        values = {**typed_values(), **form.received_values()}
        save_draft(frame.session, frame.actor.person_id, action.value, values, frame.now)
    if list(form.problems()):
        return make_response(_show(action, form, party), 422)
    return redirect(request.path, 303)


def _show_again(action: Action, form: NewCaseForm, party: PartyRow | None) -> str:
    form.keep_files()
    return _show(action, form, party)


def _show(action: Action, form: NewCaseForm, party: PartyRow | None) -> str:
    with looking() as frame:
        kept = find_draft(frame.session, frame.actor.person_id, action.value)
    page = new_case_view(action, form, party, kept.saved_at if kept else None)
    return render_template("new_case.html", page=page)
