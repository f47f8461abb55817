"""期限核定: which running limits a changed calendar would move, and accepting that."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.recounting import accept_moved, list_moved
from web.labels import recounted
from web.visitors import acting, looking

blueprint = Blueprint("recounts", __name__)


@blueprint.get("/deadlines/recounts")
def show_moved() -> str:
    """Each limit with its date and the one that the calendar in force gives."""
    with looking() as frame:
        rows = list_moved(frame.session, frame.actor, frame.office)
    return render_template("recounts.html", rows=rows)


@blueprint.post("/deadlines/recounts")
def accept() -> Response:
    """Accept the new dates of the chosen limits."""
    chosen = {int(value) for value in request.form.getlist("deadline_ids") if value.isdecimal()}
    with acting() as frame:
        count = accept_moved(frame, chosen)
    flash(recounted(count))
    return redirect(url_for("recounts.show_moved"), 303)
