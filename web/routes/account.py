"""One's own account: posts, password, other browsers."""

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

from services import accounts
from services.accounts import PasswordRefusedError
from services.calendar_feeds import find_feed
from services.sign_in_rules import network_of
from web.context import moment, reading, transaction
from web.forms.account import ChangePasswordForm
from web.visitors import set_session_cookie, signed_in

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
def show_account() -> str:
    """The posts held today, and how to change the password."""
    return _page(ChangePasswordForm())


@blueprint.post("/account/password")
def change_password() -> Response:
    """Ends every session of the person, this one included, and begins a new one here."""
    form = ChangePasswordForm.sent()
    password_hash = _new_password_hash(form) if form.validate() else None
    if password_hash is None:
        return make_response(_page(form), 422)
    with transaction() as work:
        token = accounts.change_password(work, signed_in(), password_hash, moment())
    session.clear()
    flash("password_changed")
    response = redirect(url_for("account.show_account"))
    set_session_cookie(response, token)
    return response


@blueprint.post("/account/other-sessions")
def end_other_sessions() -> Response:
    """Sign out everywhere but here."""
    with transaction() as work:
        accounts.end_other_sessions(work, signed_in(), moment())
    flash("other_sessions_ended")
    return redirect(url_for("account.show_account"))


def _page(form: ChangePasswordForm) -> str:
    with reading() as work:
        others = accounts.count_other_sessions(work, signed_in(), moment())
        feed = find_feed(work, signed_in().person_id)
    return render_template("account.html", form=form, person=signed_in(), others=others, feed=feed)


def _new_password_hash(form: ChangePasswordForm) -> str | None:
    with transaction() as work:
        attempt = accounts.begin_attempt(
            work, signed_in().username, network_of(request.remote_addr or ""), moment()
        )
    if not accounts.password_matches(attempt, form.password_now.data or ""):
        form.add_problems({"password_now": "wrong_password"})
        return None
    with transaction() as work:
        accounts.record_success(work, attempt)
    try:
        return accounts.checked_new_password(signed_in().username, form.password_new.data or "")
    except PasswordRefusedError as refusal:
        form.add_problems({"password_new": refusal.detail["problem"]})
        return None
