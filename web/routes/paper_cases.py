"""Cases from paper: entered as a file with its scans, confirmed or refused by a second person."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.frame import Frame
from services.paper.case_entry import confirm_paper_case, enter_paper_case, refuse_paper_case
from services.paper.case_file import ReplayRefusedError
from services.queries.paper_cases import get_paper_case, get_paper_case_scan
from services.uploads import AcceptedUpload, Upload, UploadRefusedError, accept_upload
from web.context import office
from web.forms.base import chosen_files
from web.forms.paper import PaperCaseForm, RefusePaperForm
from web.forms.sent import pressed
from web.headers import SANDBOX_SECURITY_POLICY, disposition
from web.labels import PAPER_CASE_ENTERED, PAPER_REFUSED, error_sentence, replay_problem
from web.views.paper_cases import paper_case_view
from web.visitors import acting, looking

blueprint = Blueprint("paper_cases", __name__)
ENTRY = "/paper/cases/<int:entry_id>"


@blueprint.route("/paper/cases/new", methods=["GET", "POST"])
def enter() -> BaseResponse | str:
    """The file and its scans; what is wrong is named by its place in the file."""
    return _enter_page(PaperCaseForm()) if not pressed("enter") else _entered(PaperCaseForm.sent())


@blueprint.get(ENTRY)
def show_entry(entry_id: int) -> str:
    """Every act as typed, beside the scans, and where the case will stand."""
    with looking() as frame:
        return _entry_page(frame, entry_id, RefusePaperForm())


@blueprint.post(ENTRY)
def decide(entry_id: int) -> BaseResponse:
    """Confirm, and so let the case begin to exist; or refuse with a reason."""
    form = RefusePaperForm.sent()
    if pressed("refuse"):
        if not form.validate():
            with looking() as frame:
                return make_response(_entry_page(frame, entry_id, form), 422)
        with acting() as frame:
            refuse_paper_case(frame, entry_id, form["reason"].data)
        flash(PAPER_REFUSED)
        return redirect(url_for("paper.list_registrations"), 303)
    with acting() as frame:
        done = confirm_paper_case(frame, entry_id)
    if done.case_id is None:
        with looking() as frame:
            return make_response(_entry_page(frame, entry_id, RefusePaperForm()), 409)
    return redirect(url_for("cases.show_case", case_id=done.case_id), 303)


@blueprint.get(f"{ENTRY}/scans/<int:scan_id>")
def download_scan(entry_id: int, scan_id: int) -> Response:
    """A scan: always saved, never shown by the browser."""
    with looking() as frame:
        scan = get_paper_case_scan(frame.session, frame.actor, entry_id, scan_id)
    response = Response(office().files.read(scan.sha256), content_type=scan.media_type)
    response.headers["Content-Security-Policy"] = SANDBOX_SECURITY_POLICY
    response.headers["Content-Disposition"] = disposition("attachment", scan.file_name)
    return response


def _entered(form: PaperCaseForm) -> BaseResponse:
    if not form.validate():
        return make_response(_enter_page(form), 422)
    try:
        file = chosen_files(form["case_file"])[0]
        text = file.stream.read(office().upload_limit_bytes).decode("utf-8")
        scans = _accepted(form)
        with acting() as frame:
            entry_id = enter_paper_case(frame, text, scans, file.filename)
    except UnicodeDecodeError:
        problem = {"place": "0", "action": "", "field": "file", "problem": "not_utf8"}
        return make_response(_enter_page(form, replay_problem(problem)), 422)
    except UploadRefusedError as refusal:
        said = error_sentence(refusal.code, refusal.detail)
        return make_response(_enter_page(form, said), 422)
    except ReplayRefusedError as refusal:
        return make_response(_enter_page(form, replay_problem(refusal.detail)), 422)
    flash(PAPER_CASE_ENTERED)
    return redirect(url_for("paper.list_registrations", _anchor=f"case-{entry_id}"), 303)


def _accepted(form: PaperCaseForm) -> dict[str, AcceptedUpload]:
    limit = office().upload_limit_bytes
    accepted = {}
    for item in chosen_files(form["scans"]):
        upload = Upload(item.filename, item.stream.read(limit + 1))
        accepted[item.filename] = accept_upload(upload, limit_bytes=limit)
    return accepted


def _enter_page(form: PaperCaseForm, problem: str = "") -> str:
    return render_template("paper_case_new.html", form=form, problem=problem)


def _entry_page(frame: Frame, entry_id: int, form: RefusePaperForm) -> str:
    row = get_paper_case(frame.session, frame.actor, entry_id)
    page = paper_case_view(row, frame.now)
    return render_template("paper_case.html", page=page, form=form)
