"""Leavers hand over: the deed prepared, confirmed by a head, and as a page to print."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.queries.deeds import find_departure_page, list_departures
from services.queries.departures import (
    PostToEnd,
    find_leaver,
    list_leavers,
)
from services.succession.deeds import DeedNotFoundError
from services.succession.departures import (
    confirm_departure,
    prepare_departure,
    revoke_departure,
)
from web.forms.succession import DepartureForm, successor_field
from web.labels import DEED_FIELDS, DEPARTURE_SAID, deed_problem
from web.visitors import acting, looking

blueprint = Blueprint("departures", __name__)
HOME = "/administration/departures"
ONE = HOME + "/<int:departure_id>"


@blueprint.get(HOME, endpoint="list_departures")
def show_departures() -> str:
    """Those that concern the visitor, or wait for the visitor's confirmation."""
    with looking() as frame:
        rows = list_departures(frame.session, frame.actor, frame.today)
    return render_template("succession_departures.html", rows=rows)


@blueprint.get(HOME + "/new")
def choose_person() -> str:
    """Who leaves."""
    text = request.args.get("text", "").strip()[:60]
    with looking() as frame:
        people = list_leavers(frame.session, frame.actor, text, frame.today)
    return render_template("succession_leavers.html", people=people, text=text)


@blueprint.route(HOME + "/new/<int:person_id>", methods=["GET", "POST"])
def prepare(person_id: int) -> Response | str:
    """The last day, and for each post who takes over."""
    with looking() as frame:
        leaver = find_leaver(frame.session, frame.actor, person_id, frame.today)
    if leaver is None:
        raise DeedNotFoundError
    kind = DepartureForm.for_posts({post.post_id: post.successors for post in leaver.posts})
    asked = request.method == "GET"
    form = kind() if asked else kind.sent()
    number = None if asked else _try_to_prepare(form, person_id, leaver.posts)
    if number is None:
        fields = {successor_field(post.post_id): "接任人" for post in leaver.posts}
        page = render_template(
            "succession_prepare_departure.html",
            form=form,
            leaver=leaver,
            deed_fields={**DEED_FIELDS, **fields},
            successor_field=successor_field,
        )
        return page if asked else make_response(page, 422)
    flash(DEPARTURE_SAID["proposed"])
    return redirect(url_for("departures.show_departure", departure_id=number), 303)


@blueprint.get(ONE)
def show_departure(departure_id: int) -> str:
    """The deed, as a page that can be printed."""
    with looking() as frame:
        page = find_departure_page(frame.session, frame.actor, departure_id, frame.today)
    if page is None:
        raise DeedNotFoundError
    return render_template("succession_departure.html", page=page)


@blueprint.post(ONE + "/confirm")
def confirm(departure_id: int) -> Response:
    """A head agrees; what no longer fits meanwhile is said on the page."""
    try:
        with acting() as frame:
            confirm_departure(frame, departure_id)
        flash(DEPARTURE_SAID["confirmed"])
    except InvalidCommandError as error:
        flash(deed_problem(error.fields), "problem")
    return redirect(url_for("departures.show_departure", departure_id=departure_id), 303)


@blueprint.post(ONE + "/revoke")
def revoke(departure_id: int) -> Response:
    """Withdraw what waits."""
    with acting() as frame:
        revoke_departure(frame, departure_id)
    flash(DEPARTURE_SAID["revoked"])
    return redirect(url_for("departures.show_departure", departure_id=departure_id), 303)


def _try_to_prepare(
    form: DepartureForm, person_id: int, posts: tuple[PostToEnd, ...]
) -> int | None:
    """The number of the new deed; None when the form has to be amended."""
    if not form.validate():
        return None
    try:
        with acting() as frame:
            command = form.command(person_id, [post.post_id for post in posts])
            return prepare_departure(frame, command)
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return None
