"""The public says that a hazard is not put right (未整改到位): no account, no contact, no file.

Nothing of the request but what was typed is looked at.
"""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError, RecordNotFoundError
from services.look_backs import AlertsFullError, raise_alert
from services.queries.public.cases import PublicCaseRow, find_public_case
from web.context import moment, reading, transaction
from web.forms.looking_back import AlertForm
from web.labels import error_sentence
from web.labels.looking_back import LOOK_BACK_FIELDS

blueprint = Blueprint("public_alerts", __name__)


@blueprint.get("/public/cases/<int:public_id>/alert")
def show_form(public_id: int) -> str:
    """The form about one published case."""
    return _page(public_id, AlertForm())


@blueprint.post("/public/cases/<int:public_id>/alert")
def send(public_id: int) -> Response:
    """Keep the words and the day."""
    _find(public_id)
    form = AlertForm.sent()
    if not form.validate():
        return make_response(_page(public_id, form), 422)
    try:
        with transaction() as session:
            raise_alert(session, public_id, form.text.data or "", moment())
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(public_id, form), 422)
    except AlertsFullError as refusal:
        form.add_problems({"text": error_sentence(refusal.code, {})})
        return make_response(_page(public_id, form), 429)
    return make_response(_page(public_id, form, received=True))


def _find(public_id: int) -> PublicCaseRow:
    with reading() as session:
        case = find_public_case(session, public_id)
    if case is None or case.taken_down_at is not None:
        raise RecordNotFoundError
    return case


def _page(public_id: int, form: AlertForm, *, received: bool = False) -> str:
    return render_template(
        "public_alert.html",
        case=_find(public_id),
        public_id=public_id,
        form=form,
        received=received,
        labels=LOOK_BACK_FIELDS,
        quiet=True,
    )
