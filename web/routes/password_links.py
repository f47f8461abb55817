"""Setting one's password by a link, and asking for a link.

The code stands behind the `#` of the link, which browsers send to nobody: it is in no log and no
referrer. The script of the page hands it over in a form; without a script it is typed.
"""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.accounts import PasswordRefusedError, checked_new_password
from services.administration.links import set_password_by_link
from services.password_links import OpenLink, find_link, request_link
from services.public_requests import TooManyRequestsError
from services.sign_in_rules import network_of
from web.context import moment, reading, transaction
from web.forms.password_links import CodeForm, ForgottenForm, SetPasswordForm

blueprint = Blueprint("password_links", __name__)


@blueprint.get("/set-password")
def show_link() -> str:
    """Where every link leads."""
    return render_template("password_link.html", form=CodeForm())


@blueprint.post("/set-password")
def open_link() -> Response | str:
    """Whose password the link sets; spends nothing."""
    form = CodeForm.sent()
    if not form.validate():
        return make_response(render_template("password_link.html", form=form), 422)
    with reading() as work:
        link = find_link(work, form.password_code.data or "", moment())
    return _page(SetPasswordForm(data={"password_code": form.password_code.data}), link)


@blueprint.post("/set-password/new")
def set_password() -> Response | str:
    """Set the password; from now on the link is worthless and the person signed out everywhere."""
    form = SetPasswordForm.sent()
    code = form.password_code.data or ""
    with reading() as work:
        link = find_link(work, code, moment())
    password_hash = _password_hash(form, link) if form.validate() else None
    if password_hash is None:
        return make_response(_page(form, link), 422)
    with transaction() as work:
        set_password_by_link(
            work, code, password_hash, network_of(request.remote_addr or ""), moment()
        )
    flash("password_set")
    return redirect(url_for("sign_in.sign_in"), 303)


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def ask_for_link() -> Response | str:
    """The same answer whoever is named; the system administrator sees who asked."""
    if request.method == "GET":
        return render_template("forgotten_password.html", form=ForgottenForm(), sent=False)
    form = ForgottenForm.sent()
    status = 422
    if form.validate():
        try:
            with transaction() as work:
                network = network_of(request.remote_addr or "")
                request_link(work, form.username.data or "", network, moment())
            return render_template("forgotten_password.html", form=form, sent=True)
        except TooManyRequestsError:
            form.add_problems({"username": "too_many_requests"})
            status = 429
    return make_response(render_template("forgotten_password.html", form=form, sent=False), status)


def _page(form: SetPasswordForm, link: OpenLink) -> str:
    return render_template("set_password.html", form=form, link=link)


def _password_hash(form: SetPasswordForm, link: OpenLink) -> str | None:
    try:
        return checked_new_password(link.username, form.password_new.data or "")
    except PasswordRefusedError as refusal:
        form.add_problems({"password_new": refusal.detail["problem"]})
        return None
