"""Tips in the offices: the list, one tip, its steps, and an identity for its asker."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError, RecordNotFoundError
from services.queries.tips import find_picture, get_tip_page, list_handled_tips
from services.tips.conversation import write_as_office
from services.tips.identity import open_identity, record_view
from services.tips.step import TipNotFoundError, get_handled_tip, standing_of
from services.tips.table import OFFICE_STEPS
from web.context import office
from web.forms.tips import IdentityForm, MessageForm, TipStepForm
from web.headers import SANDBOX_SECURITY_POLICY
from web.labels import TIP_FIELDS, TIP_SAID, error_sentence
from web.views.tips import TipView, tip_view
from web.visitors import acting, looking
from workflows.tips import TipAction, TipOutcome

blueprint = Blueprint("tips", __name__)


@blueprint.get("/tips")
def list_tips() -> str:
    """The tips that the visitor's office handles."""
    with looking() as frame:
        rows = list_handled_tips(frame.session, frame.actor)
    return render_template("tips.html", rows=rows)


@blueprint.get("/tips/<int:tip_id>")
def show_tip(tip_id: int) -> str:
    """The edited copy of one tip. That it was looked at is noted for the custodians."""
    with acting() as frame:
        get_handled_tip(frame.session, frame.actor, tip_id)
        record_view(frame.session, tip_id, frame.actor.person_id, "copy", frame.now)
    return _page(tip_id)


@blueprint.get("/tips/<int:tip_id>/pictures/<int:picture_id>")
def show_picture(tip_id: int, picture_id: int) -> Response:
    """A picture that a custodian let the handlers see."""
    with looking() as frame:
        get_handled_tip(frame.session, frame.actor, tip_id)
        picture = find_picture(frame.session, tip_id, picture_id)
    if picture is None:
        raise RecordNotFoundError
    response = make_response(picture.content)
    response.content_type = picture.media_type
    response.headers["Content-Security-Policy"] = SANDBOX_SECURITY_POLICY
    return response


@blueprint.post("/tips/<int:tip_id>/steps/<step>")
def take_step(tip_id: int, step: str) -> Response:
    """Take one step; a button says with which outcome."""
    if step not in OFFICE_STEPS:
        raise TipNotFoundError
    action = TipAction(step)
    form = _step_form(TipStepForm.sent())
    outcome = request.form.get("outcome", "")
    if outcome not in set(TipOutcome) or not form.validate():
        return make_response(_page(tip_id, step=action, form=form), 422)
    task_id = request.form.get("task_id", "")
    try:
        with acting() as frame:
            command = form.command(action, tip_id, task_id, TipOutcome(outcome))
            OFFICE_STEPS[action](frame, command)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(tip_id, step=action, form=form), 422)
    flash(TIP_SAID["taken"])
    return redirect(url_for("tips.show_tip", tip_id=tip_id), 303)


@blueprint.post("/tips/<int:tip_id>/messages")
def write(tip_id: int) -> Response:
    """A word to the informant."""
    form = MessageForm.sent()
    if not form.validate():
        return make_response(_page(tip_id, message=form), 422)
    try:
        with acting() as frame:
            write_as_office(frame, tip_id, form.text.data or "", form.nonce.data or "")
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(tip_id, message=form), 422)
    flash(TIP_SAID["written"])
    return redirect(url_for("tips.show_tip", tip_id=tip_id), 303)


@blueprint.post("/tips/<int:tip_id>/identity/<int:request_id>")
def show_identity(tip_id: int, request_id: int) -> Response:
    """Who the informant is, for the asker alone, in this answer only."""
    form = IdentityForm.sent()
    if not form.validate():
        return make_response(_page(tip_id, identity_form=form), 422)
    with acting() as frame:
        identity = open_identity(frame, tip_id, request_id, form.identity_code.data or "")
    if not identity:
        form.add_problems({"identity_code": error_sentence("wrong_phrase", {})})
        return make_response(_page(tip_id, identity_form=form), 422)
    page = render_template("tip_identity.html", identity=identity, tip_id=tip_id)
    return make_response(page)


def _page(
    tip_id: int,
    *,
    step: TipAction | None = None,
    form: TipStepForm | None = None,
    message: MessageForm | None = None,
    identity_form: IdentityForm | None = None,
) -> str:
    """The page of a tip; what was typed into the form of a step stays there."""
    view = _view(tip_id)
    forms = {
        offer.step.step: form
        if form is not None and offer.step.step is step
        else _step_form(TipStepForm(prefix=""))
        for offer in view.offers
    }
    written = message or MessageForm()
    return render_template(
        "tip.html",
        view=view,
        forms=forms,
        message=written,
        identity_form=identity_form or IdentityForm(),
        labels=TIP_FIELDS,
        wrong=form or message or identity_form,
    )


def _view(tip_id: int) -> TipView:
    with looking() as frame:
        tip = get_handled_tip(frame.session, frame.actor, tip_id)
        page = get_tip_page(frame.session, tip_id)
        standing = standing_of(frame.session, tip_id, tip.handler_id)
        return tip_view(page, frame.actor, standing, frame.office.profile, frame.now)


def _step_form(form: TipStepForm) -> TipStepForm:
    form.offer(office().profile.tips.grades)
    return form
