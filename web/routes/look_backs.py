"""Checks after delisting, and what the public says is not put right."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.frame import Frame
from services.look_backs import record_check, set_alert_aside
from services.queries.look_backs import LookBackPage, get_look_back, list_alerts, list_look_backs
from web.forms.looking_back import AsideForm, CheckForm
from web.labels.looking_back import LOOK_BACK_FIELDS, LOOK_BACK_SAID
from web.visitors import acting, looking
from workflows.looking_back import find_post

blueprint = Blueprint("look_backs", __name__)


@blueprint.get("/lookbacks")
def list_all() -> str:
    """The checks that are due or coming, and the alerts that wait."""
    with looking() as frame:
        settings = frame.office.profile.look_back
        rows = list_look_backs(frame.session, frame.actor, settings, frame.today)
        alerts = list_alerts(frame.session, frame.actor)
    return render_template(
        "look_backs.html", rows=rows, alerts=alerts, settings=settings, today=frame.today
    )


@blueprint.get("/lookbacks/<int:case_id>")
def show(case_id: int) -> str:
    """The checks of one case and what they found."""
    return _page(case_id)


@blueprint.post("/lookbacks/<int:case_id>")
def record(case_id: int) -> Response:
    """Record the check that is due."""
    form = CheckForm.sent()
    with looking() as frame:
        _read(frame, case_id)
    if not form.validate():
        return make_response(_page(case_id, check=form), 422)
    try:
        with acting() as frame:
            record_check(frame, form.command(case_id))
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(case_id, check=form), 422)
    flash(LOOK_BACK_SAID[form.result.data or ""])
    return redirect(url_for("look_backs.show", case_id=case_id), 303)


@blueprint.post("/lookbacks/<int:case_id>/alerts/<int:alert_id>")
def set_aside(case_id: int, alert_id: int) -> Response:
    """Say what became of an alert."""
    form = AsideForm.sent()
    with looking() as frame:
        _read(frame, case_id)
    if not form.validate():
        return make_response(_page(case_id, aside=form, alert_id=alert_id), 422)
    try:
        with acting() as frame:
            set_alert_aside(frame, alert_id, form.reason.data or "")
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(case_id, aside=form, alert_id=alert_id), 422)
    flash(LOOK_BACK_SAID["set_aside"])
    return redirect(url_for("look_backs.show", case_id=case_id), 303)


def _read(frame: Frame, case_id: int) -> LookBackPage:
    settings = frame.office.profile.look_back
    return get_look_back(frame.session, frame.actor, case_id, settings, frame.today)


def _page(
    case_id: int,
    check: CheckForm | None = None,
    aside: AsideForm | None = None,
    alert_id: int | None = None,
) -> str:
    with looking() as frame:
        page = _read(frame, case_id)
        records = find_post(frame.actor, (page.department_id, page.office_id)) is not None
        sets_aside = find_post(frame.actor, (page.office_id,)) is not None
    return render_template(
        "look_back.html",
        page=page,
        settings=frame.office.profile.look_back,
        form=check or CheckForm(),
        aside=aside,
        alert_id=alert_id,
        records=records,
        sets_aside=sets_aside,
        labels=LOOK_BACK_FIELDS,
        today=frame.today,
    )
