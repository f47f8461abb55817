"""Reporting without an account, and coming back with the receipt.

Whoever sends something here is asked for no session, and nothing of the request but what was
typed and the pictures is looked at.
"""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.tips.conversation import (
    ReceiptUnknownError,
    StatusPage,
    count_wrong_code,
    find_status,
    note_payment_code,
    write_as_informant,
)
from services.tips.quotas import ALL_TIPS, GuessesStoppedError, TipsFullError, is_full
from services.tips.receipts import grouped
from services.tips.receiving import (
    MOST_PICTURES,
    Employer,
    Subject,
    SuperiorChannelError,
    get_employer,
    is_open,
    list_organs,
    prepare,
    receive_tip,
    telling_words,
)
from web.context import moment, office, reading, transaction
from web.forms.tips import CodeForm, MessageForm, ReportForm
from web.labels import TIP_FIELDS, error_sentence
from workflows.tips import OrganReports

blueprint = Blueprint("tip_reports", __name__)


@blueprint.get("/public/report")
def show_form() -> Response:
    """The form for everybody."""
    return _form_page(_offered(ReportForm()), None, 200)


@blueprint.post("/public/report")
def send() -> Response:
    """Seal what was typed, and show the receipt this once."""
    return _send(None)


@blueprint.get("/public/report/<string(length=18):code>")
def show_employees_form(code: str) -> Response:
    """The form for the people who work at one enterprise, behind the QR code on its board."""
    with reading() as session:
        employer = get_employer(session, code)
    form = _offered(ReportForm(data={"division_code": employer.division_code}))
    return _form_page(form, employer, 200)


@blueprint.post("/public/report/<string(length=18):code>")
def send_as_employee(code: str) -> Response:
    """Seal what was typed, and show the receipt this once."""
    with reading() as session:
        employer = get_employer(session, code)
    return _send(employer)


@blueprint.get("/public/report/status")
def show_code_form() -> str:
    """Where the receipt is typed."""
    return render_template("tip_code.html", form=CodeForm(), labels=TIP_FIELDS, quiet=True)


@blueprint.post("/public/report/status")
def show_status() -> Response:
    """What the holder of the receipt is told. The code travels in the body only."""
    found = _found(CodeForm.sent())
    return found if isinstance(found, Response) else _status_page(found, None, said="")


@blueprint.post("/public/report/status/messages")
def write() -> Response:
    """Another word of the informant's."""
    page = _found(CodeForm.sent())
    if isinstance(page, Response):
        return page
    form = MessageForm.sent()
    if not form.validate():
        return _status_page(page, form, said="", status=422)
    try:
        with transaction() as session:
            write_as_informant(
                session, office(), page, form.text.data or "", form.nonce.data or "", moment()
            )
    except InvalidCommandError as error:
        form.take_problems(error)
        return _status_page(page, form, said="", status=422)
    except TipsFullError as refusal:
        form.add_problems({"text": error_sentence(refusal.code, {})})
        return _status_page(page, form, said="", status=429)
    with reading() as session:
        written = find_status(session, office(), page.receipt, moment())
    return _status_page(written, None, said="您的补充已收到。")


def _send(employer: Employer | None) -> Response:
    form = _offered(ReportForm.sent())
    settings = office().profile.tips
    about_organ = form.subject.data == Subject.ORGAN
    if about_organ and settings.organ_reports is OrganReports.NOT_STORED:
        return _superior_page()
    with reading() as session:
        full = is_full(session, ALL_TIPS, moment())
    if full:  # no picture is opened for what cannot be taken
        return _full_page(form, employer)
    pictures = form.accept_pictures(office().upload_limit_bytes)
    if not form.validate() or pictures is None:
        return _form_page(form, employer, 422)
    told = telling_words(form.what.data or "", form.place.data or "", form.party.data or "")
    if told and not form.confirmed.data:
        return _form_page(form, employer, 422, told)
    typed = form.tip(pictures, employer.id if employer else None)
    sent = prepare(office(), typed, form.nonce.data or "")
    try:
        with transaction() as session:
            receive_tip(session, office(), sent, moment())
    except InvalidCommandError as error:
        form.take_problems(error)
        return _form_page(form, employer, 422)
    except SuperiorChannelError:
        return _superior_page()
    except TipsFullError:
        return _full_page(form, employer)
    days = office().profile.rules["answer_tip"].count
    return make_response(
        render_template(
            "tip_receipt.html", receipt=grouped(sent.receipt), answer_days=days, quiet=True
        )
    )


def _offered(form: ReportForm) -> ReportForm:
    if office().profile.tips.organ_reports is OrganReports.NOT_STORED:
        del form.about_organ_id
        return form
    with reading() as session:
        form.offer(list_organs(session))
    return form


def _form_page(
    form: ReportForm, employer: Employer | None, status: int, told: tuple[str, ...] = ()
) -> Response:
    with reading() as session:
        opened = is_open(session, moment())
    settings = office().profile.tips
    page = render_template(
        "tip_report.html",
        form=form,
        labels=TIP_FIELDS,
        employer=employer,
        opened=opened,
        told=told,
        named_only=not (settings.anonymous_employee if employer else settings.anonymous_public),
        most_pictures=MOST_PICTURES,
        settings=settings,
        quiet=True,
    )
    return make_response(page, status if opened else 503)


def _full_page(form: ReportForm, employer: Employer | None) -> Response:
    form.add_problems({"what": error_sentence(TipsFullError.code, {})})
    return _form_page(form, employer, 429)


def _superior_page() -> Response:
    settings = office().profile.tips
    return make_response(render_template("tip_superior.html", settings=settings, quiet=True))


def _code_page(form: CodeForm, status: int) -> Response:
    page = render_template("tip_code.html", form=form, labels=TIP_FIELDS, quiet=True)
    return make_response(page, status)


def _found(form: CodeForm) -> StatusPage | Response:
    """What belongs to the code that was typed, or the page that says why nothing does."""
    if not form.validate():
        return _code_page(form, 422)
    try:
        with reading() as session:
            page = find_status(session, office(), form.code.data or "", moment())
    except ReceiptUnknownError as refusal:
        with transaction() as session:
            count_wrong_code(session, refusal, moment())
        form.add_problems({"code": error_sentence(refusal.code, {})})
        return _code_page(form, 404)
    except GuessesStoppedError as refusal:
        form.add_problems({"code": error_sentence(refusal.code, {})})
        return _code_page(form, 429)
    if page.payment_code is not None:
        with transaction() as session:
            note_payment_code(session, office(), page)
    return page


def _status_page(
    page: StatusPage, form: MessageForm | None, *, said: str, status: int = 200
) -> Response:
    shown = form or MessageForm(code=page.receipt)
    shown.code.data = page.receipt
    text = render_template(
        "tip_status.html", page=page, form=shown, labels=TIP_FIELDS, said=said, quiet=True
    )
    return make_response(text, status)
