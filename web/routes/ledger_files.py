"""The ledger taken out and handed in as a file, and a case's number in the national database."""

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from services.errors import InvalidCommandError
from services.national_number import change_number, get_number_page
from services.operations.ledger_files import (
    MEDIA_TYPE,
    Importer,
    find_import,
    import_checked,
    keep_and_check,
    read_kept,
    record_export,
)
from services.queries.ledger_sheet import get_ledger_sheet
from services.uploads import Upload, UploadEmptyError
from services.workbook.rows import WorkbookRefusedError
from web.context import moment, office, surroundings
from web.forms.ledger_files import NationalNumberForm, UploadLedgerForm
from web.forms.step import typed
from web.headers import disposition
from web.labels.ledger_files import (
    EXPORT_NAME,
    NUMBER_CHANGED,
    REFUSED_NAME,
    TEMPLATE_NAME,
    workbook_refusal,
)
from web.views.ledger import Wanted, watch_of
from web.views.ledger_files import (
    asked_in_words,
    exported_csv,
    exported_workbook,
    refused_workbook,
    template_workbook,
)
from web.views.ledger_import import import_view
from web.visitors import acting, looking, signed_in

blueprint = Blueprint("ledger_files", __name__)
CSV_TYPE = "text/csv; charset=utf-8"


@blueprint.post("/cases/export")
def export() -> Response:
    """The list as it is filtered, within what the visitor may see; logged before it is sent."""
    wanted = Wanted.read(request.form)
    as_csv = request.form.get("format") == "csv"
    with looking() as frame:
        watch = watch_of(frame.now, frame.office.profile.attention)
        found = get_ledger_sheet(frame.session, frame.actor, wanted.as_filter(watch))
        name = frame.actor.name
    asked = asked_in_words(wanted, office().profile.rules)
    content = exported_csv(found) if as_csv else exported_workbook(found, asked, name, moment())
    form = "csv" if as_csv else "xlsx"
    with acting() as frame:
        counts = len(found.cases), found.total
        record_export(frame, form, wanted.address(1), counts, content)
    return _file(content, f"{EXPORT_NAME}.{form}", CSV_TYPE if as_csv else MEDIA_TYPE)


@blueprint.get("/cases/import")
def show_upload() -> str:
    """Where a ledger is handed in."""
    return render_template("ledger_upload.html", form=UploadLedgerForm())


@blueprint.post("/cases/import")
def upload() -> AnyResponse:
    """Check the file and keep it; nothing is imported yet."""
    form = UploadLedgerForm.sent()
    import_id = _kept(form) if form.validate() else None
    if import_id is None:
        return make_response(render_template("ledger_upload.html", form=form), 422)
    return redirect(url_for("ledger_files.show_import", import_id=import_id), 303)


@blueprint.get("/cases/import/template")
def download_template() -> Response:
    """The empty ledger with its explanations."""
    return _file(template_workbook(signed_in().name), TEMPLATE_NAME, MEDIA_TYPE)


@blueprint.get("/cases/import/<int:import_id>")
def show_import(import_id: int) -> str:
    """What the check found, or what came in."""
    with looking() as frame:
        kept = find_import(frame.session, frame.actor.person_id, import_id)
    return render_template("ledger_import.html", page=import_view(kept))


@blueprint.post("/cases/import/<int:import_id>")
def confirm_import(import_id: int) -> AnyResponse:
    """Import what was checked."""
    import_checked(_importer(), import_id, request.form.get("sha256", ""))
    return redirect(url_for("ledger_files.show_import", import_id=import_id), 303)


@blueprint.get("/cases/import/<int:import_id>/refused")
def download_refused(import_id: int) -> Response:
    """The refused rows with what is to be mended."""
    with looking() as frame:
        kept = find_import(frame.session, frame.actor.person_id, import_id)
    content = read_kept(office(), kept)
    book = refused_workbook(content.rows, kept.refused, signed_in().name)
    return _file(book, f"{REFUSED_NAME} {kept.file_name}", MEDIA_TYPE)


@blueprint.route("/cases/<int:case_id>/national-number", methods=["GET", "POST"])
def national_number(case_id: int) -> AnyResponse | str:
    """The number of the national database, and who set it when."""
    with looking() as frame:
        page = get_number_page(frame.session, frame.actor, case_id)
    number = page.national_number or ""
    if request.method == "GET":
        form = NationalNumberForm(typed({"shown": number, "national_number": number}))
        return render_template("national_number.html", page=page, form=form)
    form = NationalNumberForm.sent()
    if not form.validate() or not _changed(form, case_id):
        return make_response(render_template("national_number.html", page=page, form=form), 422)
    flash(NUMBER_CHANGED)
    return redirect(url_for("cases.show_case", case_id=case_id), 303)


def _kept(form: UploadLedgerForm) -> int | None:
    """The id of the kept file; None when it cannot be read, with the reason in the form."""
    sent = form.ledger.data
    try:
        return keep_and_check(_importer(), Upload(sent.filename, sent.read()))
    except WorkbookRefusedError as error:
        reason = workbook_refusal(error.detail["problem"], error.detail.get("what", ""))
        form.add_problems({"ledger": reason})
    except UploadEmptyError:
        form.add_problems({"ledger": workbook_refusal("no_rows", "")})
    return None


def _importer() -> Importer:
    here, visitor = surroundings(), signed_in()
    return Importer(
        here.connection.engine, here.office, visitor.person_id, visitor.username, moment()
    )


def _changed(form: NationalNumberForm, case_id: int) -> bool:
    try:
        with acting() as frame:
            change_number(frame, case_id, form.shown.data or "", form.national_number.data or "")
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return False
    return True


def _file(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response
