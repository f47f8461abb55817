"""Signatures on paper: registered by one person, confirmed or refused by a second."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as address_of
from werkzeug.wrappers import Response as BaseResponse

from services.clock import local_date
from services.errors import InvalidCommandError, ShownChangedError
from services.frame import Frame
from services.paper.confirmation import Confirmation, confirm_paper, refuse_paper
from services.paper.registration import PaperEntry, register_paper
from services.queries.brief import Brief
from services.queries.case_page import CasePage, get_case_page
from services.queries.paper import (
    RegistrationRow,
    SignerRow,
    get_paper_brief,
    get_registration,
    get_scan,
    list_paper,
)
from services.queries.paper_cases import list_paper_cases
from web.context import office
from web.forms.acts import Target, command_of
from web.forms.paper import RefusePaperForm, decision_of, offer, paper_form, signer_of
from web.forms.sent import pressed
from web.forms.step import StepForm
from web.headers import SANDBOX_SECURITY_POLICY, disposition
from web.labels import PAPER_REFUSED, PAPER_REGISTERED
from web.views.brief import choice_of
from web.views.followed import tell_what_followed
from web.views.paper import paper_form_view, paper_list_view, registration_view, sheet_view
from web.visitors import acting, looking
from workflows.vocabulary import Action

blueprint = Blueprint("paper", __name__)
STEP = "/cases/<int:case_id>/tasks/<task_id>/paper"
REGISTRATION = "/paper/<int:registration_id>"


@blueprint.route(STEP, methods=["GET", "POST"])
def register(case_id: int, task_id: str) -> BaseResponse | str:
    """What the signed sheet says, and where it is kept."""
    with looking() as frame:
        brief, signers = _paper_brief(frame, case_id, task_id)
    action = brief.step.task.step
    if request.method == "GET":
        kind = paper_form(action)
        form = kind(data=dict(kind().suggest(brief)))
        return _register_page(brief, signers, _fitted(form, brief, signers))
    if request.form.get("shown") != brief.shown:
        raise ShownChangedError
    form = _fitted(paper_form(action).sent(), brief, signers)
    if pressed("list_clauses"):
        form.keep_files()
        return _register_page(brief, signers, form)
    if not _registered(brief, form, action):
        form.keep_files()
        return make_response(_register_page(brief, signers, form), 422)
    flash(PAPER_REGISTERED)
    return redirect(address_of("cases.show_case", case_id=case_id), 303)


@blueprint.get(f"{STEP}/sheet")
def show_sheet(case_id: int, task_id: str) -> str:
    """The sheet to print and to sign; it bears the hash of the draft that it is about."""
    with looking() as frame:
        brief, _signers = _paper_brief(frame, case_id, task_id)
    return render_template("paper_sheet.html", page=sheet_view(brief))


@blueprint.get("/paper")
def list_registrations() -> str:
    """What waits for the visitor's confirmation, and what the visitor registered."""
    with looking() as frame:
        lists = list_paper(frame.session, frame.actor)
        cases = list_paper_cases(frame.session, frame.actor)
    return render_template("paper_list.html", page=paper_list_view(lists), cases=cases)


@blueprint.get(REGISTRATION)
def show_registration(registration_id: int) -> str:
    """The registration beside its scan, to be compared."""
    with looking() as frame:
        row, case = _registration(frame, registration_id)
    return _registration_page(row, case, RefusePaperForm())


@blueprint.post(REGISTRATION)
def decide(registration_id: int) -> BaseResponse:
    """Confirm, and so carry the act out; or refuse with a reason."""
    with looking() as frame:
        row, case = _registration(frame, registration_id)
    form = RefusePaperForm.sent()
    if pressed("refuse"):
        if not form.validate():
            return make_response(_registration_page(row, case, form), 422)
        with acting() as frame:
            refuse_paper(frame, registration_id, form["reason"].data)
        flash(PAPER_REFUSED)
        return redirect(address_of("paper.list_registrations"), 303)
    with acting() as frame:
        done = confirm_paper(frame, registration_id)
    return _after(row, case, done)


@blueprint.get(f"{REGISTRATION}/scans/<int:scan_id>")
def download_scan(registration_id: int, scan_id: int) -> Response:
    """A scan: always saved, never shown by the browser."""
    with looking() as frame:
        scan = get_scan(frame.session, frame.actor, registration_id, scan_id, frame.office.profile)
    response = Response(office().files.read(scan.sha256), content_type=scan.media_type)
    response.headers["Content-Security-Policy"] = SANDBOX_SECURITY_POLICY
    response.headers["Content-Disposition"] = disposition("attachment", scan.file_name)
    return response


def _paper_brief(frame: Frame, case_id: int, task_id: str) -> tuple[Brief, list[SignerRow]]:
    return get_paper_brief(
        frame.session, frame.actor, case_id, task_id, frame.office.profile, frame.today
    )


def _registration(frame: Frame, registration_id: int) -> tuple[RegistrationRow, CasePage]:
    row = get_registration(frame.session, frame.actor, registration_id, frame.office.profile)
    return row, get_case_page(frame.session, frame.actor, row.case_id, frame.office.profile)


def _fitted(form: StepForm, brief: Brief, signers: list[SignerRow]) -> StepForm:
    form.fit(brief, office().profile)
    offer(form, brief.step.task.step, signers)
    return form


def _registered(brief: Brief, form: StepForm, action: Action) -> bool:
    """Whether the registration was kept; what is wrong stands in the form."""
    outcome = decision_of(form, action)
    if not form.is_complete(outcome):
        return False
    uploads = form.accepted_files(office().upload_limit_bytes)
    if uploads is None:
        return False
    target = Target(brief.page.case_id, brief.step.task.task_id, brief.shown)
    entry = PaperEntry(
        action=action,
        command=command_of(action, form, target, outcome, uploads),
        signer_id=signer_of(form),
        signed_on=form["signed_on"].data,
        original_place=form["original_place"].data or "",
    )
    try:
        with acting() as frame:
            register_paper(frame, entry)
    except InvalidCommandError as error:
        form.take_problems(error)
        return False
    return True


def _register_page(brief: Brief, signers: list[SignerRow], form: StepForm) -> str:
    opened_on = local_date(brief.step.task.opened_at)
    page = paper_form_view(brief, form, signers, opened_on, choice_of(brief.page, form))
    return render_template("paper_register.html", page=page)


def _registration_page(row: RegistrationRow, case: CasePage, form: RefusePaperForm) -> str:
    page = registration_view(row, case)
    return render_template("paper_registration.html", page=page, case=case, form=form)


def _after(row: RegistrationRow, before: CasePage, done: Confirmation) -> BaseResponse:
    if done.receipt is None:
        with looking() as frame:
            voided, case = _registration(frame, row.registration_id)
        return make_response(_registration_page(voided, case, RefusePaperForm()), 409)
    with looking() as frame:
        tell_what_followed(frame, before, row.action, done.receipt)
    return redirect(address_of("cases.show_case", case_id=row.case_id), 303)
