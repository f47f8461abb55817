"""The page on which a person takes back what they did last."""

from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.action_table import ACTIONS
from services.actions.take_back import TakeBack
from services.frame import Frame
from services.queries.take_back_page import TakeBackPage, get_take_back_page
from web.forms.acts import ACT_FORMS, Target, command_of
from web.forms.step import StepForm
from web.views.followed import tell_what_followed
from web.views.taking_back import taking_back_view
from web.visitors import acting, looking
from workflows.vocabulary import Action, Outcome

blueprint = Blueprint("taking_back", __name__)
ADDRESS = "/cases/<int:case_id>/acts/<int:act_id>/take-back"
_ACTION = Action.TAKE_BACK


@blueprint.get(ADDRESS)
def show_taking_back(case_id: int, act_id: int) -> str:
    """What will happen, and why it is done."""
    return _page(case_id, act_id, ACT_FORMS[_ACTION]())


@blueprint.post(ADDRESS)
def take_back(case_id: int, act_id: int) -> Response:
    """Take the act back."""
    form = ACT_FORMS[_ACTION].sent()
    if not form.is_complete(Outcome.DONE):
        return make_response(_page(case_id, act_id, form), 422)
    command = command_of(_ACTION, form, Target(case_id=case_id), Outcome.DONE, ())
    assert isinstance(command, TakeBack)
    with acting() as frame:
        before = _taking_back(frame, case_id, act_id)
        receipt = ACTIONS[_ACTION].carry_out(frame, replace(command, act_id=act_id))
    with looking() as frame:
        tell_what_followed(frame, before.case, _ACTION, receipt)
    return redirect(url_for("cases.show_case", case_id=case_id), 303)


def _page(case_id: int, act_id: int, form: StepForm) -> str:
    form.leave_out(("uploads",))
    with looking() as frame:
        page = taking_back_view(_taking_back(frame, case_id, act_id), form, frame.now)
    return render_template("take_back.html", page=page)


def _taking_back(frame: Frame, case_id: int, act_id: int) -> TakeBackPage:
    return get_take_back_page(frame.session, frame.actor, case_id, act_id, frame.office.profile)
