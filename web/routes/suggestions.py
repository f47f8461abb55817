"""Setting a suggested step of escalation aside."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from services.suggestions import dismiss_suggestion
from web.labels import SUGGESTION_DISMISSED
from web.visitors import acting

blueprint = Blueprint("suggestions", __name__)


@blueprint.post("/suggestions/<int:suggestion_id>/dismiss")
def dismiss(suggestion_id: int) -> Response:
    """Keep the reason, and show the case, where it stands from now on."""
    with acting() as frame:
        case_id = dismiss_suggestion(frame, suggestion_id, request.form.get("dismissal", ""))
    flash(SUGGESTION_DISMISSED)
    return redirect(url_for("cases.show_case", case_id=case_id), 303)
