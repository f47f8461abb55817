"""The diagrams of a case as files, for the viewer in the browser."""

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from services.definitions import load_definition
from services.errors import CaseNotFoundError
from services.queries.passage import get_pinned_digest
from web.visitors import looking

blueprint = Blueprint("diagrams", __name__)


@blueprint.get("/cases/<int:case_id>/diagram/<process_id>.bpmn")
def show_source(case_id: int, process_id: str) -> Response:
    """One diagram as the case is bound to it, to whoever may see the case."""
    with looking() as frame:
        digest = get_pinned_digest(frame.session, frame.actor, case_id)
        pinned = load_definition(frame.session, digest)
    source = pinned.files.get(f"{process_id}.bpmn")
    if source is None:
        raise CaseNotFoundError
    return make_response(source, 200, {"Content-Type": "application/xml; charset=utf-8"})
