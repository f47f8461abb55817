"""Tracebacks: proposed, compiled, reviewed, decided; seen by those alone who take a step."""

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

from services.errors import CaseNotFoundError, InvalidCommandError, RecordNotFoundError
from services.queries.case_page import get_case_page
from services.queries.tracebacks import get_traceback, list_tracebacks, may_propose
from services.second_factor import SecondFactorError
from services.tracebacks.proposing import propose as propose_traceback
from services.tracebacks.report import take_report
from services.tracebacks.steps import record_disposition, take_traceback_step
from web.context import office
from web.forms.signing import CodeForm
from web.forms.tracebacks import DispositionForm, ProposalForm, TracebackForm
from web.labels.trace import (
    DECISION_HINTS,
    OPINION_HINTS,
    TRACEBACK_DECISIONS,
    TRACEBACK_FIELDS,
    TRACEBACK_SAID,
)
from web.views.files import pdf
from web.views.signing import code_view
from web.views.tracebacks import report_inputs, traceback_view
from web.visitors import acting, looking, signing
from workflows.traceback import TracebackStep, TracebackTrigger
from workflows.vocabulary import Outcome

blueprint = Blueprint("tracebacks", __name__)


@blueprint.get("/tracebacks")
def list_all() -> str:
    """What waits for the visitor first, then what is under way, then what has ended."""
    with looking() as frame:
        rows = list_tracebacks(frame.session, frame.actor)
        note = frame.office.profile.traceback.note
    return render_template("tracebacks.html", rows=rows, note=note)


@blueprint.get("/cases/<int:case_id>/tracebacks/new")
def show_new(case_id: int) -> str:
    """The form of a proposal."""
    return _new_page(case_id, ProposalForm())


@blueprint.post("/cases/<int:case_id>/tracebacks/new")
def propose(case_id: int) -> AnyResponse:
    """Begin a traceback of a case."""
    form = ProposalForm.sent()
    with looking() as frame:
        if not may_propose(frame.session, frame.actor, case_id):
            raise CaseNotFoundError
    if not form.validate():
        return make_response(_new_page(case_id, form), 422)
    trigger = TracebackTrigger(form.trigger.data)
    try:
        with acting() as frame:
            number = propose_traceback(frame, case_id, trigger, form.ground.data or "")
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_new_page(case_id, form), 422)
    flash(TRACEBACK_SAID["proposed"])
    return _to(number)


@blueprint.get("/tracebacks/<int:traceback_id>")
def show(traceback_id: int) -> str:
    """One traceback, with the form of whoever's turn it is."""
    return _page(traceback_id)


@blueprint.post("/tracebacks/<int:traceback_id>/<step>")
def take(traceback_id: int, step: str) -> AnyResponse:
    """Compile, review or decide."""
    outcome = request.form.get("outcome", "")
    if step not in set(TracebackStep):
        abort(404)
    with looking() as frame:
        get_traceback(frame.session, frame.actor, traceback_id)
    if outcome not in set(Outcome):
        abort(400)
    form, code = TracebackForm.sent(), CodeForm.sent()
    signs = step == TracebackStep.DECIDE and office().second_factor
    complete = [form.validate(), *([code.validate()] if signs else [])]
    if not all(complete):
        return make_response(_page(traceback_id, form, code=code), 422)
    try:
        with signing(code.text) if signs else acting() as frame:
            command = form.command(traceback_id, TracebackStep(step), Outcome(outcome))
            take_traceback_step(frame, command, report_inputs)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(traceback_id, form, code=code), 422)
    except SecondFactorError as error:
        code.refuse(error)
        return make_response(_page(traceback_id, form, code=code), 422)
    flash(TRACEBACK_SAID[f"{step}.{outcome}"])
    return _to(traceback_id)


@blueprint.post("/tracebacks/<int:traceback_id>/dispositions")
def record(traceback_id: int) -> AnyResponse:
    """Put on record what was done about somebody."""
    with looking() as frame:
        if not get_traceback(frame.session, frame.actor, traceback_id).may_record:
            raise RecordNotFoundError
    form = DispositionForm.sent()
    if not form.validate():
        return make_response(_page(traceback_id, None, form), 422)
    try:
        with acting() as frame:
            record_disposition(frame, form.command(traceback_id))
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(traceback_id, None, form), 422)
    flash(TRACEBACK_SAID["disposition"])
    return _to(traceback_id)


@blueprint.get("/tracebacks/<int:traceback_id>/report.pdf")
def show_report(traceback_id: int) -> Response:
    """The report as it was issued; that its pages were taken is on record."""
    with acting() as frame:
        number, sha256 = take_report(frame, traceback_id)
    return pdf(office().files.read(sha256), f"责任追溯报告 {number}.pdf")


def _new_page(case_id: int, form: ProposalForm) -> str:
    with looking() as frame:
        case = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
        if not may_propose(frame.session, frame.actor, case_id):
            raise CaseNotFoundError
    return render_template("traceback_new.html", case=case, form=form, labels=TRACEBACK_FIELDS)


def _page(
    traceback_id: int,
    sent: TracebackForm | None = None,
    disposed: DispositionForm | None = None,
    code: CodeForm | None = None,
) -> str:
    with looking() as frame:
        view = traceback_view(get_traceback(frame.session, frame.actor, traceback_id))
        decides = view.step is TracebackStep.DECIDE
        asked = code_view(frame, code) if decides and frame.office.second_factor else None
    content = view.page.content or {}
    kept = {name: content.get(name, "") for name in ("findings", "responsibility")}
    return render_template(
        "traceback.html",
        page=view,
        signing=asked,
        form=sent or TracebackForm(data={"shown": view.shown, **kept}),
        disposition=disposed or DispositionForm(),
        labels=TRACEBACK_FIELDS,
        hints=DECISION_HINTS,
        opinion_hints=OPINION_HINTS,
        decisions_said=TRACEBACK_DECISIONS,
    )


def _to(traceback_id: int) -> AnyResponse:
    return redirect(url_for("tracebacks.show", traceback_id=traceback_id), 303)
