"""The page on which anybody checks whether a document was issued here and is unchanged."""

import hashlib

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from services.errors import RecordNotFoundError
from services.signing import find_root
from services.verification import find_issued_pages
from web.context import office, reading
from web.forms.verification import VerificationForm
from web.headers import disposition

blueprint = Blueprint("verification", __name__)
CHUNK_BYTES = 1024 * 1024
CERTIFICATE_TYPE = "application/pkix-cert"


@blueprint.get("/verify")
def show_form() -> str:
    """What can be checked here, and what cannot."""
    return render_template("verification.html", form=VerificationForm(), checked=False)


@blueprint.post("/verify")
def verify() -> AnyResponse | str:
    """The verdict on one file. Nothing of it is kept."""
    form = VerificationForm.sent()
    if not form.validate():
        page = render_template("verification.html", form=form, checked=False)
        return make_response(page, 422)
    digest = hashlib.sha256()
    while chunk := request.files["pages"].read(CHUNK_BYTES):
        digest.update(chunk)
    sha256 = digest.hexdigest()
    with reading() as session:
        found = find_issued_pages(session, office().files, sha256)
    return render_template(
        "verification.html", form=VerificationForm(), checked=True, found=found, sha256=sha256
    )


@blueprint.get("/verify/authority.crt")
def download_authority() -> Response:
    """The certificate by which the signatures are checked elsewhere."""
    with reading() as session:
        root = find_root(session)
    if root is None:
        raise RecordNotFoundError
    response = make_response(root)
    response.content_type = CERTIFICATE_TYPE
    response.headers["Content-Disposition"] = disposition("attachment", "authority.crt")
    return response
