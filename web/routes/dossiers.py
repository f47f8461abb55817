"""案卷: everything of a case in one file, for those who read its inside."""

from flask import Blueprint, Response, send_file

from services.dossier.package import take
from services.queries.passage import list_advances
from web.views.dossier import find_diagrams, write_dossier
from web.visitors import acting

blueprint = Blueprint("dossiers", __name__)


@blueprint.post("/cases/<int:case_id>/dossier")
def download(case_id: int) -> Response:
    """Take the dossier; that it was taken is in the chain, and in the dossier itself."""
    with acting() as frame:
        dossier = take(frame, case_id)
        advances = list_advances(frame.session, dossier.page)
        diagrams = find_diagrams(frame.session, dossier.page)
    packed = write_dossier(dossier, advances, diagrams)
    number = dossier.page.case_number or dossier.page.intake_number
    return send_file(
        packed, mimetype="application/zip", as_attachment=True, download_name=f"案卷-{number}.zip"
    )
