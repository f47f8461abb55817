"""The notice by which an enterprise's employees find their form: a QR code for the board."""

from flask import Blueprint, render_template, url_for

from services.documents.verification_code import picture_of
from services.errors import RecordNotFoundError
from services.queries.tips import list_employers
from web.visitors import looking

blueprint = Blueprint("tip_posters", __name__, url_prefix="/tips/posters")


@blueprint.get("")
def list_posters() -> str:
    """The enterprises whose notice the visitor may print."""
    with looking() as frame:
        rows = list_employers(frame.session, frame.actor)
    return render_template("tip_posters.html", rows=rows)


@blueprint.get("/<int:organisation_id>")
def show_poster(organisation_id: int) -> str:
    """One notice, to be printed by the browser."""
    with looking() as frame:
        rows = list_employers(frame.session, frame.actor)
    found = next((row for row in rows if row.organisation_id == organisation_id), None)
    if found is None:
        raise RecordNotFoundError
    address = url_for("tip_reports.show_employees_form", code=found.credit_code, _external=True)
    return render_template(
        "tip_poster.html",
        employer=found,
        address=address,
        picture=picture_of(address),
        anonymous=frame.office.profile.tips.anonymous_employee,
    )
