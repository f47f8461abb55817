"""Monthly returns: a month with all units, one return, and its steps."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from services.errors import InvalidCommandError, RecordNotFoundError
from services.queries.months import Month
from services.queries.returns import get_return, get_scan
from services.returns.paper import (
    confirm_paper_return,
    refuse_paper_return,
    register_paper_return,
)
from services.returns.steps import take_return_step
from web.context import office
from web.forms.returns import PaperReturnForm, RefusePaperForm, ReturnForm, form_of
from web.forms.sent import pressed
from web.labels.returns import (
    PAPER_RETURN_FIELDS,
    RETURN_DECISIONS,
    RETURN_FIELDS,
    RETURN_SAID,
)
from web.views.files import download, pdf
from web.views.returns import labels_of, month_view, return_view
from web.visitors import acting, looking
from workflows.returns import ReturnStep
from workflows.vocabulary import Outcome

blueprint = Blueprint("returns", __name__)


@blueprint.get("/returns")
def list_all() -> str:
    """What waits for the visitor, and a month with its units."""
    with looking() as frame:
        page = month_view(frame, Month.read(request.args.get("period", "")))
    return render_template("returns.html", page=page)


@blueprint.get("/returns/<int:return_id>")
def show(return_id: int) -> str:
    """One return, and the forms for those whose turn it is."""
    return _page(return_id)


@blueprint.post("/returns/<int:return_id>/<step>")
def take(return_id: int, step: str) -> AnyResponse:
    """Fill in, approve, receive or send back, or close as unreported."""
    if step not in set(ReturnStep):
        abort(404)
    asked, outcome = ReturnStep(step), request.form.get("outcome", "")
    with looking() as frame:
        get_return(frame.session, frame.actor, return_id)
    if outcome not in set(Outcome):
        abort(400)
    form = form_of(asked, office().profile.monthly_return.parts).sent()
    if not form.validate():
        return make_response(_page(return_id, asked, form), 422)
    try:
        with acting() as frame:
            take_return_step(frame, form.command(return_id, asked, Outcome(outcome)))
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(return_id, asked, form), 422)
    flash(RETURN_SAID[f"{step}.{outcome}"])
    return redirect(url_for("returns.show", return_id=return_id), 303)


@blueprint.get("/returns/<int:return_id>.pdf")
def show_file(return_id: int) -> Response:
    """What was submitted last, as it was printed."""
    with looking() as frame:
        page = get_return(frame.session, frame.actor, return_id)
    if page.sha256 is None:
        raise RecordNotFoundError
    name = f"{page.row.unit_name}{page.row.period}.pdf"
    return pdf(office().files.read(page.sha256), name)


@blueprint.get("/returns/<int:return_id>/paper")
def show_paper(return_id: int) -> str:
    """The form in which a return that came on paper is put on record."""
    return _paper_page(return_id, PaperReturnForm())


@blueprint.post("/returns/<int:return_id>/paper")
def register_paper(return_id: int) -> AnyResponse:
    """Put on record what came on paper; it counts once a second person has confirmed it."""
    form = PaperReturnForm.sent()
    with looking() as frame:
        get_return(frame.session, frame.actor, return_id)
    if not _registered(return_id, form):
        form.keep_files()
        return make_response(_paper_page(return_id, form), 422)
    flash(RETURN_SAID["paper_registered"])
    return redirect(url_for("returns.show", return_id=return_id), 303)


@blueprint.post("/returns/<int:return_id>/paper/<int:paper_id>")
def decide_paper(return_id: int, paper_id: int) -> AnyResponse:
    """Confirm what came on paper, and so receive it; or refuse the registration."""
    form = RefusePaperForm.sent()
    refuses = pressed("refuse")
    with looking() as frame:
        page = get_return(frame.session, frame.actor, return_id)
        if paper_id not in {paper.paper_id for paper in page.papers}:
            raise RecordNotFoundError
    if not form.validate():
        return make_response(_page(return_id, refused=form), 422)
    try:
        with acting() as frame:
            if refuses:
                refuse_paper_return(frame, paper_id, form.reason.data or "")
            else:
                confirm_paper_return(frame, paper_id)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(return_id, refused=form), 422)
    flash(RETURN_SAID["paper_refused" if refuses else "paper_confirmed"])
    return redirect(url_for("returns.show", return_id=return_id), 303)


@blueprint.get("/returns/<int:return_id>/scans/<sha256>")
def download_scan(return_id: int, sha256: str) -> Response:
    """A scan of what came on paper: always saved, never shown by the browser."""
    with looking() as frame:
        scan = get_scan(frame.session, frame.actor, return_id, sha256)
    return download(scan.sha256, scan.media_type, scan.file_name)


def _registered(return_id: int, form: PaperReturnForm) -> bool:
    """Whether it was kept; what is wrong stands in the form."""
    if not form.validate():
        return False
    uploads = form.accept_files("uploads", office().upload_limit_bytes)
    if uploads is None:
        return False
    try:
        with acting() as frame:
            register_paper_return(frame, form.command(return_id, uploads))
    except InvalidCommandError as error:
        form.take_problems(error)
        return False
    return True


def _paper_page(return_id: int, form: PaperReturnForm) -> str:
    with looking() as frame:
        page = return_view(frame, return_id)
    if not page.registers_paper:
        raise RecordNotFoundError
    return render_template("return_paper.html", page=page, form=form, labels=PAPER_RETURN_FIELDS)


def _page(
    return_id: int,
    sent_step: ReturnStep | None = None,
    sent: ReturnForm | None = None,
    refused: RefusePaperForm | None = None,
) -> str:
    parts = office().profile.monthly_return.parts
    with looking() as frame:
        page = return_view(frame, return_id)
    forms = {
        step: form_of(step, parts)(data={"shown": page.shown, **page.suggested})
        for step in page.steps
    }
    if sent_step is not None and sent is not None:
        forms[sent_step] = sent
    return render_template(
        "return.html",
        page=page,
        forms=forms,
        sent=sent or refused,
        refusal=refused or RefusePaperForm(),
        labels={**RETURN_FIELDS, **PAPER_RETURN_FIELDS, **labels_of(parts)},
        decisions_said=RETURN_DECISIONS,
    )
