"""Signing in and out."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from services import accounts
from services.sign_in_rules import network_of
from web.context import moment, reading, transaction
from web.forms.account import SignInForm
from web.guards import home_of, is_own_path
from web.visitors import delete_session_cookie, session_token, set_session_cookie

blueprint = Blueprint("sign_in", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str:
    """One page for every failure: unknown name, wrong password, too many tries."""
    if request.method == "GET":
        return render_template("sign_in.html", form=SignInForm(data=request.args.to_dict()))
    form = SignInForm.sent()
    token = _try_to_sign_in(form) if form.validate() else None
    if token is None:
        if not form.errors:
            form.add_problems({"username": "sign_in_failed"})
        return make_response(render_template("sign_in.html", form=form), 422)
    return _signed_in(token, form.next.data or "")


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """The token is worthless from now on, in every browser that may hold a copy."""
    with transaction() as work:
        accounts.end_session(work, session_token(), moment())
    session.clear()
    response = redirect(url_for("front.show_front_page"))
    delete_session_cookie(response)
    return response


def _try_to_sign_in(form: SignInForm) -> str | None:
    username, password = form.username.data or "", form.password.data or ""
    with transaction() as work:
        attempt = accounts.begin_attempt(
            work, username, network_of(request.remote_addr or ""), moment()
        )
    if not accounts.password_matches(attempt, password):
        return None
    with transaction() as work:
        accounts.end_session(work, session_token(), moment())
        return accounts.open_session(work, attempt, moment())


def _signed_in(token: str, target: str) -> Response:
    session.clear()  # a new token against forgery, too
    response = redirect(target if is_own_path(target) else _home(token))
    set_session_cookie(response, token)
    return response


def _home(token: str) -> str:
    with reading() as work:
        person = accounts.find_session(work, token, moment())
    return url_for(home_of(person.roles if person else frozenset()))
