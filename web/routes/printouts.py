"""Forms of a case printed on demand: nothing of them is kept."""

from flask import Blueprint, Response

from services.documents.render import RenderFailedError
from services.errors import PrintoutFailedError
from services.queries.case_page import get_case_page
from web.context import renderer
from web.views.files import pdf
from web.views.printouts import printout_inputs, printout_template
from web.visitors import looking

blueprint = Blueprint("printouts", __name__)


@blueprint.get("/cases/<int:case_id>/forms/<kind>.pdf")
def show_printout(case_id: int, kind: str) -> Response:
    """A form with what the visitor sees of the case; without such content there is none."""
    with looking() as frame:
        case = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
        inputs = printout_inputs(case, kind, frame.today)
    try:
        pages = renderer()(printout_template(kind), inputs)
    except RenderFailedError as error:
        raise PrintoutFailedError from error
    return pdf(pages, f"{inputs['title']} {case.intake_number}.pdf")
