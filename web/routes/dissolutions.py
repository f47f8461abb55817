"""Organisations dissolved: the deed prepared from a document, confirmed by a second person."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.queries.deeds import find_dissolution_page, list_dissolutions
from services.queries.dissolutions import Dissolving, find_dissolving, list_organisations
from services.succession.deeds import DeedNotFoundError
from services.succession.dissolutions import (
    confirm_dissolution,
    prepare_dissolution,
    revoke_dissolution,
)
from web.context import office
from web.forms.succession import DissolutionForm
from web.labels import DEED_FIELDS, DISSOLUTION_SAID, PLACES, deed_problem
from web.views.files import download
from web.visitors import acting, looking

blueprint = Blueprint("dissolutions", __name__)
HOME = "/administration/dissolutions"
ONE = HOME + "/<int:dissolution_id>"


@blueprint.get(HOME, endpoint="list_dissolutions")
def show_dissolutions() -> str:
    """All of them."""
    with looking() as frame:
        rows = list_dissolutions(frame.session)
    return render_template("succession_dissolutions.html", rows=rows)


@blueprint.get(HOME + "/new")
def choose_organisation() -> str:
    """Which organisation is dissolved."""
    with looking() as frame:
        organisations = list_organisations(frame.session)
    return render_template("succession_organisations.html", organisations=organisations)


@blueprint.route(HOME + "/new/<int:organisation_id>", methods=["GET", "POST"])
def prepare(organisation_id: int) -> Response | str:
    """Successor, day, document and the posts that go on."""
    with looking() as frame:
        found = find_dissolving(frame.session, organisation_id, frame.today)
    if found is None:
        raise DeedNotFoundError
    asked = request.method == "GET"
    form = DissolutionForm.begun(found.posts) if asked else DissolutionForm.sent()
    form.offer(found.successors, found.posts)
    number = None if asked else _try_to_prepare(form, found)
    if number is None:
        form.keep_files()
        page = render_template(
            "succession_prepare_dissolution.html",
            form=form,
            found=found,
            deed_fields=DEED_FIELDS,
        )
        return page if asked else make_response(page, 422)
    flash(DISSOLUTION_SAID["proposed"])
    return redirect(url_for("dissolutions.show_dissolution", dissolution_id=number), 303)


@blueprint.get(ONE)
def show_dissolution(dissolution_id: int) -> str:
    """What passes, or passed."""
    with looking() as frame:
        page = find_dissolution_page(frame.session, frame.actor, dissolution_id, frame.today)
    if page is None:
        raise DeedNotFoundError
    return render_template("succession_dissolution.html", page=page, places=PLACES)


@blueprint.post(ONE + "/confirm")
def confirm(dissolution_id: int) -> Response:
    """The second person agrees: it takes effect at once."""
    try:
        with acting() as frame:
            confirm_dissolution(frame, dissolution_id)
        flash(DISSOLUTION_SAID["confirmed"])
    except InvalidCommandError as error:
        flash(deed_problem(error.fields), "problem")
    return redirect(url_for("dissolutions.show_dissolution", dissolution_id=dissolution_id), 303)


@blueprint.post(ONE + "/revoke")
def revoke(dissolution_id: int) -> Response:
    """Withdraw what waits."""
    with acting() as frame:
        revoke_dissolution(frame, dissolution_id)
    flash(DISSOLUTION_SAID["revoked"])
    return redirect(url_for("dissolutions.show_dissolution", dissolution_id=dissolution_id), 303)


@blueprint.get(ONE + "/document")
def download_document(dissolution_id: int) -> Response:
    """The scan of the document."""
    with looking() as frame:
        page = find_dissolution_page(frame.session, frame.actor, dissolution_id, frame.today)
    if page is None:
        raise DeedNotFoundError
    row = page.row
    return download(row.document_sha256, row.document_media_type, row.document_file_name)


def _try_to_prepare(form: DissolutionForm, found: Dissolving) -> int | None:
    """The number of the new deed; None when the form has to be amended."""
    if not form.validate():
        return None
    scans = form.accept_files("document", office().upload_limit_bytes)
    if not scans:
        return None
    try:
        with acting() as frame:
            return prepare_dissolution(frame, form.command(found.organisation_id, scans[0]))
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return None
