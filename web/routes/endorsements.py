"""The monthly sheet on which leaders in charge and heads of parent companies endorse."""

import re

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from services.actions.endorse_monthly_progress import (
    EndorseMonthlyProgress,
    SheetChangedError,
    sign_sheet,
)
from services.clock import local_date
from services.queries.endorsement_sheet import MOST_CASES
from services.queries.months import Month
from services.second_factor import SecondFactorError
from web.context import moment, office
from web.forms.acts import Target, command_of
from web.forms.endorsement import EndorseMonthlyProgressForm
from web.forms.signing import CodeForm
from web.labels import sheet_signed
from web.views.endorsements import prefix_of, sheet_view
from web.views.signing import asks_for_code, signing_view
from web.visitors import looking, signing
from workflows.vocabulary import Action, Outcome

blueprint = Blueprint("endorsements", __name__)
SHEET = "/endorsements/<month>"
_LINE = re.compile(r"case(\d{1,9})-shown")


@blueprint.get("/endorsements")
def show_current() -> Response:
    """The sheet of this month."""
    return redirect(url_for("endorsements.show_sheet", month=Month.of(local_date(moment()))))


@blueprint.get(SHEET)
def show_sheet(month: str) -> str:
    """Every case of the month, signed or not."""
    return _page(_asked_for(month), {})


@blueprint.post(SHEET)
def sign(month: str) -> Response:
    """Sign the cases with an opinion, all or none; what was typed stays on every refusal."""
    asked = _asked_for(month)
    forms = _sent_forms(asked)
    chosen = {case_id: form for case_id, form in forms.items() if not form.is_left_open}
    complete = [form.is_complete(Outcome.DONE) for form in chosen.values()]
    code = CodeForm.sent()
    if asks_for_code(office(), Action.ENDORSE_MONTHLY_PROGRESS):
        complete.append(code.validate())
    if not chosen or not all(complete):
        return make_response(_page(asked, forms, code=code, nothing_chosen=not chosen), 422)
    commands = [_command(case_id, form) for case_id, form in chosen.items()]
    try:
        with signing(code.text) as frame:
            receipts = sign_sheet(frame, commands)
    except SheetChangedError as error:
        changed = frozenset(error.case_ids)
        for case_id in changed:
            forms[case_id].stance.data = ""
        return make_response(_page(asked, forms, changed), 409)
    except SecondFactorError as error:
        code.refuse(error)
        return make_response(_page(asked, forms, code=code), 422)
    flash(sheet_signed(len(receipts), len(commands) - len(receipts)))
    return redirect(url_for("endorsements.show_sheet", month=asked), 303)


def _asked_for(text: str) -> Month:
    """A month up to the present one."""
    month = Month.read(text)
    if month is None or month > Month.of(local_date(moment())):
        abort(404)
    return month


def _sent_forms(month: Month) -> dict[int, EndorseMonthlyProgressForm]:
    """The lines that were sent; whose they are is asked when they are signed."""
    found = (_LINE.fullmatch(name) for name in request.form)
    case_ids = [int(match[1]) for match in found if match][:MOST_CASES]
    forms = {
        case_id: EndorseMonthlyProgressForm(request.form, prefix=prefix_of(case_id))
        for case_id in case_ids
    }
    for form in forms.values():
        form.month.data = str(month)
    return forms


def _command(case_id: int, form: EndorseMonthlyProgressForm) -> EndorseMonthlyProgress:
    shown = request.form.get(f"{prefix_of(case_id)}-shown", "")
    target = Target(case_id, "", shown)
    command = command_of(Action.ENDORSE_MONTHLY_PROGRESS, form, target, Outcome.DONE, ())
    assert isinstance(command, EndorseMonthlyProgress)
    return command


def _page(
    month: Month,
    forms: dict[int, EndorseMonthlyProgressForm],
    changed: frozenset[int] = frozenset(),
    *,
    code: CodeForm | None = None,
    nothing_chosen: bool = False,
) -> str:
    with looking() as frame:
        page = sheet_view(frame, month, forms, changed, nothing_chosen=nothing_chosen)
        asked = signing_view(frame, Action.ENDORSE_MONTHLY_PROGRESS, code)
    return render_template("endorsement_sheet.html", page=page, signing=asked)
