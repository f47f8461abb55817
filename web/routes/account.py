"""One's own account: posts, password, other browsers, and the device to sign with."""

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from services import accounts
from services.accounts import PasswordRefusedError
from services.administration.devices import bind_own_device
from services.calendar_feeds import find_feed
from services.second_factor import (
    DeviceRow,
    SecondFactorError,
    begin_enrolment,
    find_device,
    find_waiting_secret,
    is_locked,
    use_code,
)
from web.context import moment, office, reading, transaction
from web.forms.account import ChangePasswordForm
from web.forms.signing import BindDeviceForm, CodeForm
from web.views.signing import SIGNING_ROLES, device_view
from web.visitors import acting, password_is_right, set_session_cookie, signed_in, signing

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


@blueprint.post("/account/device")
def begin_device() -> Response:
    """Begin to bind a device: the password again, and a code of the device before it."""
    form = BindDeviceForm.sent()
    bound = _device() is not None
    if not bound:
        form.without_device()
    if not form.validate() or not _begin_device(form):
        return make_response(_page(ChangePasswordForm(), form), 422)
    return redirect(url_for("account.show_device"), 303)


@blueprint.get("/account/device")
def show_device() -> Response:
    """What the new device reads, until it has told its first code."""
    return _device_page(CodeForm())


@blueprint.post("/account/device/confirm")
def confirm_device() -> Response:
    """The first code of the new device."""
    form = CodeForm.sent()
    if not form.validate():
        return _device_page(form, 422)
    try:
        with acting() as frame:
            bind_own_device(frame, form.text)
    except SecondFactorError as error:
        form.refuse(error)
        return _device_page(form, 422)
    flash("device_bound")
    return redirect(url_for("account.show_account"), 303)


def _device() -> DeviceRow | None:
    with reading() as work:
        return find_device(work, signed_in().person_id)


def _begin_device(form: BindDeviceForm) -> bool:
    if not password_is_right(form.password_for_device.data or ""):
        form.add_problems({"password_for_device": "wrong_password"})
        return False
    person_id = signed_in().person_id
    try:
        if "one_time_code" not in form:
            with acting() as frame:
                begin_enrolment(frame.session, frame.office.keys, person_id, frame.now)
            return True
        with signing(form.text) as frame:
            use_code(frame.session, person_id, frame.code)
            begin_enrolment(frame.session, frame.office.keys, person_id, frame.now)
    except SecondFactorError as error:
        form.refuse(error)
        return False
    return True


def _device_page(form: CodeForm, status: int = 200) -> Response:
    """Without a device that waits, there is nothing to show: back to the account."""
    with reading() as work:
        secret = find_waiting_secret(work, office().keys, signed_in().person_id, moment())
    if secret is None:
        flash("device_not_begun")
        return redirect(url_for("account.show_account"), 303)
    page = device_view(secret, signed_in().username)
    bound = _device() is not None
    return make_response(
        render_template("bind_device.html", form=form, device=page, bound=bound), status
    )


def _page(form: ChangePasswordForm, device_form: BindDeviceForm | None = None) -> str:
    with reading() as work:
        others = accounts.count_other_sessions(work, signed_in(), moment())
        feed = find_feed(work, signed_in().person_id)
    device, here = _device(), office()
    return render_template(
        "account.html",
        form=form,
        person=signed_in(),
        others=others,
        feed=feed,
        device=device,
        device_form=device_form or BindDeviceForm(),
        locked=device is not None and is_locked(device, moment()),
        may_sign=here.second_factor and bool(SIGNING_ROLES & signed_in().roles),
    )


def _new_password_hash(form: ChangePasswordForm) -> str | None:
    if not password_is_right(form.password_now.data or ""):
        form.add_problems({"password_now": "wrong_password"})
        return None
    try:
        return accounts.checked_new_password(signed_in().username, form.password_new.data or "")
    except PasswordRefusedError as refusal:
        form.add_problems({"password_new": refusal.detail["problem"]})
        return None
