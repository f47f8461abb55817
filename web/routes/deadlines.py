"""期限测算: what a limit would come to. Nothing is kept; the address holds the whole question."""

from dataclasses import replace

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from services.clock import local_date
from web.views.trial import TrialAsked, trial_page
from web.visitors import looking

blueprint = Blueprint("deadlines", __name__)


@blueprint.get("/deadlines")
def show_trial() -> Response:
    """The form, and below it the count."""
    asked = TrialAsked.sent(request.args)
    counted = bool(request.args)
    with looking() as frame:
        if not counted:
            asked = replace(asked, on=local_date(frame.now).isoformat())
        page = trial_page(frame, asked, counted=counted)
    return make_response(
        render_template("deadline_trial.html", page=page), 422 if page.problem else 200
    )
