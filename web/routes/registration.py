"""Registration of enterprises: the public form, and the officer who decides."""

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.public_requests import TooManyRequestsError
from services.queries import registration as queries
from services.queries.administration.organisations import list_organisation_names
from services.queries.bans import stops_of_registration
from services.registration import (
    confirm_registration,
    make_registered_links,
    refuse_registration,
    register_enterprise,
)
from services.sign_in_rules import network_of
from web.context import moment, office, transaction
from web.forms.registration import ConfirmationForm, RegistrationForm
from web.views.administration import PAGE_SIZE
from web.views.registration import registration_view
from web.views.tasks import page_number
from web.visitors import acting, looking
from workflows.administration import RegistrationState
from workflows.vocabulary import OrganisationKind

blueprint = Blueprint("registration", __name__)
RECEIPT = "registration_receipt"


@blueprint.route("/registration", methods=["GET", "POST"])
def register() -> Response | str:
    """The same receipt whether or not the enterprise is known; nothing is shown of others."""
    form = RegistrationForm.sent() if request.method == "POST" else RegistrationForm()
    if request.method == "GET":
        return render_template("registration.html", form=form)
    try:
        number = _try(form)
    except TooManyRequestsError:
        form.add_problems({"name": "too_many_requests"})
        return make_response(render_template("registration.html", form=form), 429)
    if number is None:
        return make_response(render_template("registration.html", form=form), 422)
    session[RECEIPT] = number
    return redirect(url_for("registration.show_receipt"), 303)


@blueprint.get("/registration/receipt")
def show_receipt() -> Response | str:
    """The receipt of what this browser has just sent."""
    number = session.get(RECEIPT)
    if number is None:
        return redirect(url_for("registration.register"))
    return render_template("registration_receipt.html", number=number)


@blueprint.get("/registrations")
def list_registrations() -> str:
    """What was sent to the visitor's office."""
    state = request.args.get("state", "")
    chosen = RegistrationState(state) if state in set(RegistrationState) else None
    number = page_number(request.args.get("page", "1"))
    with looking() as frame:
        found = queries.list_registrations(
            frame.session, frame.actor, chosen, PAGE_SIZE, (number - 1) * PAGE_SIZE
        )
    pages = max(1, -(-found.total // PAGE_SIZE))
    return render_template(
        "registrations.html", found=found, chosen=chosen, number=number, pages=pages
    )


@blueprint.get("/registrations/<int:registration_id>")
def show_registration(registration_id: int) -> str:
    """One registration, with what bears on the decision."""
    return _page(registration_id, None)


@blueprint.post("/registrations/<int:registration_id>/decision")
def decide(registration_id: int) -> Response | str:
    """Confirm or refuse."""
    form = _form(registration_id, sent=True)
    confirms = request.form.get("decision") == "confirm"
    if not form.validate():
        return make_response(_page(registration_id, form), 422)
    try:
        with acting() as frame:
            if confirms:
                confirm_registration(frame, registration_id, form.confirmation())
            else:
                refuse_registration(frame, registration_id, form.reason.data or "")
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(registration_id, form), 422)
    flash("registration_confirmed" if confirms else "registration_refused")
    return redirect(url_for("registration.show_registration", registration_id=registration_id), 303)


@blueprint.post("/registrations/<int:registration_id>/links")
def make_links(registration_id: int) -> str:
    """Make the invitation links and show them, this once."""
    with acting() as frame:
        links = make_registered_links(frame, registration_id)
    return render_template(
        "administration_link.html",
        links=links,
        address=url_for("password_links.show_link", _external=True),
        back=url_for("registration.show_registration", registration_id=registration_id),
    )


def _try(form: RegistrationForm) -> str | None:
    """The receipt number; None when the form has to be amended, with the problems in it."""
    if not form.validate():
        return None
    try:
        with transaction() as work:
            return register_enterprise(
                work,
                form.registration(),
                office().profile.division_code,
                network_of(request.remote_addr or ""),
                moment(),
            )
    except InvalidCommandError as error:
        form.take_problems(error)
        return None


def _form(registration_id: int, *, sent: bool) -> ConfirmationForm:
    with looking() as frame:
        found = queries.get_registration(frame.session, frame.actor, registration_id, frame.today)
        departments = list_organisation_names(frame.session, (OrganisationKind.DEPARTMENT,))
    form = ConfirmationForm.sent() if sent else ConfirmationForm(data=found.sent)
    if found.for_committee_office:
        form.offer(departments)
    else:
        del form.supervised_by_id
    return form


def _page(registration_id: int, form: ConfirmationForm | None) -> str:
    shown = form or _form(registration_id, sent=False)
    with looking() as frame:
        found = queries.get_registration(frame.session, frame.actor, registration_id, frame.today)
        pending = found.row.state is RegistrationState.PENDING
        asked = frame.session, frame.actor, registration_id, frame.today
        hits = stops_of_registration(*asked) if pending else ()
    page = registration_view(found)
    return render_template("registration_decision.html", page=page, form=shown, hits=hits)
