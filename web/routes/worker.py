"""后台任务: how the work behind the pages stands. Of cases it shows nothing but ids."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.administration import incidents
from services.errors import InvalidCommandError
from services.queries.worker_status import get_worker_status
from web.forms.worker import RetryForm
from web.labels import incident_name
from web.visitors import acting, looking

blueprint = Blueprint("worker", __name__, url_prefix="/administration/worker")


@blueprint.get("")
def show_status() -> str:
    """Workers, messages that wait, what failed."""
    return _page(RetryForm())


@blueprint.post("/retry")
def retry() -> Response:
    """Have the chosen incidents tried anew, with a reason; each is kept in the log."""
    form = RetryForm.sent()
    form.offer(())
    if not form.validate():
        return make_response(_page(form), 422)
    try:
        with acting() as frame:
            incidents.retry(frame, form.chosen, form.reason.data or "")
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return make_response(_page(form), 422)
    flash("retried")
    return redirect(url_for("worker.show_status"), 303)


def _page(form: RetryForm) -> str:
    with looking() as frame:
        status = get_worker_status(frame.session, frame.now)
    form.offer(row.ref for row in status.incidents)
    return render_template(
        "worker.html", status=status, form=form, now=frame.now, incident_name=incident_name
    )
