"""The monthly assessment: rounds, the table of one, a unit's sheet, one fact with its objection."""

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from services.assessment.objections import (
    answer_objection,
    object_to_fact,
    take_evidence_original,
)
from services.assessment.rounds import (
    RoundStepCommand,
    begin_round,
    find_false_closure,
    record_receipt,
    take_round_step,
)
from services.errors import InvalidCommandError, RecordNotFoundError
from services.queries.assessments import get_evidence
from services.queries.months import Month
from web.context import moment, office
from web.forms.assessments import (
    AnswerForm,
    FalseClosureForm,
    ObjectionForm,
    ReceiptForm,
    RoundStepForm,
)
from web.forms.registration import ServiceForm
from web.labels.assessment import ASSESSMENT_FIELDS, ASSESSMENT_SAID, WITHHELD
from web.views.assessment_composite import composite_view
from web.views.assessments import fact_view, round_view, rounds_view, unit_view
from web.views.files import download
from web.visitors import acting, looking
from workflows.assessment_round import AssessmentStep
from workflows.vocabulary import Outcome

blueprint = Blueprint("assessments", __name__)


@blueprint.get("/assessments")
def list_all() -> str:
    """Every round that the visitor may open, and the months that may be begun."""
    with looking() as frame:
        page = rounds_view(frame)
    return render_template("assessments.html", page=page)


@blueprint.post("/assessments")
def begin() -> Response:
    """Collect the facts of a month and compute its scores."""
    month = Month.read(request.form.get("month", ""))
    with acting() as frame:
        office_id = rounds_view(frame).office_id
        if month is None or office_id is None:
            raise RecordNotFoundError
        round_id = begin_round(frame, office_id, month)
    flash(ASSESSMENT_SAID["begun"])
    return redirect(url_for("assessments.show", round_id=round_id), 303)


@blueprint.get("/assessments/composite")
def show_composite() -> str:
    """The mean of the months of a span, of every unit."""
    with looking() as frame:
        page = composite_view(
            frame,
            Month.read(request.args.get("first", "")),
            Month.read(request.args.get("last", "")),
        )
    return render_template("assessment_composite.html", page=page, printed_at=moment())


@blueprint.get("/assessments/<int:round_id>")
def show(round_id: int) -> str:
    """The table of a round; printed, it is the ranking."""
    return _round_page(round_id)


@blueprint.post("/assessments/<int:round_id>/steps/<step>")
def take(round_id: int, step: str) -> Response:
    """Show, freeze, approve or send out."""
    outcome = request.form.get("outcome", "")
    with looking() as frame:
        round_view(frame, round_id)
    if step not in set(AssessmentStep):
        abort(404)
    if outcome not in set(Outcome):
        abort(400)
    form = RoundStepForm.sent()
    if not form.validate():
        return make_response(_round_page(round_id, form), 422)
    command = RoundStepCommand(
        round_id=round_id,
        step=AssessmentStep(step),
        outcome=Outcome(outcome),
        opinion=form.opinion.data or "",
    )
    try:
        with acting() as frame:
            take_round_step(frame, command)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_round_page(round_id, form), 422)
    flash(ASSESSMENT_SAID[f"{step}.{outcome}"])
    return redirect(url_for("assessments.show", round_id=round_id), 303)


@blueprint.post("/assessments/<int:round_id>/copies/<int:copy_id>")
def receive(round_id: int, copy_id: int) -> Response:
    """Put the receipt of a copy on record."""
    with looking() as frame:
        round_view(frame, round_id)
    form = ReceiptForm.sent()
    form.copy_id.data = str(copy_id)
    if not form.validate():
        return make_response(_round_page(round_id, receipt=form), 422)
    try:
        with acting() as frame:
            record_receipt(
                frame, round_id, copy_id, form.received_on.data, form.received_by.data or ""
            )
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_round_page(round_id, receipt=form), 422)
    flash(ASSESSMENT_SAID["received"])
    return redirect(url_for("assessments.show", round_id=round_id), 303)


@blueprint.get("/assessments/<int:round_id>/units/<int:unit_id>")
def show_unit(round_id: int, unit_id: int) -> str:
    """A unit's sheet: every point with the facts behind it."""
    with looking() as frame:
        page = unit_view(frame, round_id, unit_id)
    return render_template("assessment_unit.html", page=page, printed_at=moment())


@blueprint.get("/assessments/<int:round_id>/facts/<int:fact_id>")
def show_fact(round_id: int, fact_id: int) -> str:
    """One fact, what it rests on, and the objection to it."""
    return _fact_page(round_id, fact_id)


@blueprint.post("/assessments/<int:round_id>/facts/<int:fact_id>/objection")
def object_to(round_id: int, fact_id: int) -> Response:
    """Object to a fact of the own unit."""
    with looking() as frame:
        fact_view(frame, round_id, fact_id)
    form = ObjectionForm.sent()
    uploads = form.accept_files("uploads", office().upload_limit_bytes) if form.validate() else None
    if uploads is None:
        form.keep_files()
        return make_response(_fact_page(round_id, fact_id, form), 422)
    said = (form.ground.data or "", form.evidence.data or "")
    try:
        with acting() as frame:
            object_to_fact(frame, fact_id, *said, uploads)
    except InvalidCommandError as error:
        form.take_problems(error)
        form.keep_files()
        return make_response(_fact_page(round_id, fact_id, form), 422)
    return _fact_done(round_id, fact_id, "objected")


@blueprint.get("/assessments/objections/<int:objection_id>/files/<int:number>")
def download_evidence(objection_id: int, number: int) -> FlaskResponse:
    """A file of an objection: always saved, never shown by the browser."""
    with looking() as frame:
        file = get_evidence(frame.session, frame.actor, objection_id, number)
    return download(file.sha256, file.media_type, file.file_name)


@blueprint.post("/assessments/objections/<int:objection_id>/files/<int:number>/original")
def take_evidence(objection_id: int, number: int) -> FlaskResponse:
    """The file as it was sent; that it was taken is in the chain."""
    with acting() as frame:
        file = take_evidence_original(frame, objection_id, number)
    if file.original_sha256 is None:
        raise RecordNotFoundError
    return download(file.original_sha256, file.media_type, f"原件-{file.file_name}")


@blueprint.post("/assessments/<int:round_id>/facts/<int:fact_id>/answer")
def answer(round_id: int, fact_id: int) -> Response:
    """Answer the objection to a fact."""
    with looking() as frame:
        objection = fact_view(frame, round_id, fact_id).objection
    if objection is None:
        raise RecordNotFoundError
    form = AnswerForm.sent()
    if not form.validate():
        return make_response(_fact_page(round_id, fact_id, form), 422)
    try:
        with acting() as frame:
            answer_objection(frame, form.command(objection.objection_id))
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_fact_page(round_id, fact_id, form), 422)
    return _fact_done(round_id, fact_id, f"answered.{form.outcome.data}")


@blueprint.post("/assessments/<int:round_id>/facts/<int:fact_id>/false-closure")
def find_false(round_id: int, fact_id: int) -> Response:
    """Find that a recurrence was a false closure."""
    with looking() as frame:
        fact_view(frame, round_id, fact_id)
    form = FalseClosureForm.sent()
    if not form.validate():
        return make_response(_fact_page(round_id, fact_id, form), 422)
    try:
        with acting() as frame:
            find_false_closure(frame, round_id, fact_id, form.reason.data or "")
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_fact_page(round_id, fact_id, form), 422)
    return _fact_done(round_id, fact_id, "false_closure")


def _fact_done(round_id: int, fact_id: int, said: str) -> Response:
    flash(ASSESSMENT_SAID[said])
    return redirect(url_for("assessments.show_fact", round_id=round_id, fact_id=fact_id), 303)


def _round_page(
    round_id: int, form: RoundStepForm | None = None, receipt: ReceiptForm | None = None
) -> str:
    with looking() as frame:
        page = round_view(frame, round_id)
    receipts = {
        row.copy_id: receipt
        if receipt is not None and receipt.copy_id.data == str(row.copy_id)
        else ReceiptForm(prefix="")
        for row in page.page.copies
    }
    return render_template(
        "assessment.html",
        page=page,
        printed_at=moment(),
        form=form or RoundStepForm(),
        receipts=receipts,
        failed=receipt,
        labels=ASSESSMENT_FIELDS,
    )


def _fact_page(round_id: int, fact_id: int, form: ServiceForm | None = None) -> str:
    with looking() as frame:
        page = fact_view(frame, round_id, fact_id)
    if form is None:
        form = _blank(may_object=page.may_object, may_answer=page.may_answer)
    return render_template(
        "assessment_fact.html", page=page, form=form, labels=ASSESSMENT_FIELDS, withheld=WITHHELD
    )


def _blank(*, may_object: bool, may_answer: bool) -> ServiceForm:
    if may_object:
        return ObjectionForm()
    return AnswerForm() if may_answer else FalseClosureForm()
