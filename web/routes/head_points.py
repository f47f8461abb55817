"""Points for heads of enterprises: the ledger of a year, and taking an entry back."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.head_points import reverse_points
from services.queries.head_points import list_heads
from services.reference.head_points import load_scale
from web.forms.assessments import FalseClosureForm
from web.labels.assessment import ASSESSMENT_FIELDS, ASSESSMENT_SAID
from web.visitors import acting, looking
from workflows.head_points import HEADS

blueprint = Blueprint("head_points", __name__)


@blueprint.get("/head-points")
def list_all() -> str:
    """Every head with points in a year, and what they rest on."""
    return _page()


@blueprint.post("/head-points/<int:act_id>/reversal")
def take_back(act_id: int) -> Response:
    """Take the points of one act back, with the reason."""
    form = FalseClosureForm.sent()
    try:
        with acting() as frame:
            reverse_points(frame, act_id, form.reason.data or "")
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(act_id, form), 422)
    flash(ASSESSMENT_SAID["points_reversed"])
    return redirect(url_for("head_points.list_all"), 303)


def _page(act_id: int = 0, form: FalseClosureForm | None = None) -> str:
    with looking() as frame:
        asked = request.args.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == len("2026") else frame.today.year
        heads = list_heads(frame.session, frame.actor, load_scale(), year)
        may_reverse = any(post.role in HEADS for post in frame.actor.posts)
    return render_template(
        "head_points.html",
        heads=heads,
        year=year,
        scale=load_scale(),
        may_reverse=may_reverse,
        failed_id=act_id,
        form=form or FalseClosureForm(),
        labels={**ASSESSMENT_FIELDS, "reason": "撤销理由"},
    )
