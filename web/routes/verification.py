"""The page on which anybody checks whether a document was issued here and is unchanged."""

import hashlib

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from services.documents.verification_code import read_code
from services.errors import RecordNotFoundError
from services.public_requests import TooManyRequestsError
from services.sign_in_rules import network_of
from services.signing import find_root
from services.verification import find_by_code, find_issued_pages, with_title
from web.context import moment, office, reading, transaction
from web.forms.verification import LookUpForm, VerificationForm
from web.headers import disposition

blueprint = Blueprint("verification", __name__)
CHUNK_BYTES = 1024 * 1024
CERTIFICATE_TYPE = "application/pkix-cert"


@blueprint.get("/verify")
def show_form() -> str:
    """What can be checked here, and what cannot. The printed QR code brings its code along."""
    form = LookUpForm()
    form.code.data = request.args.get("code", "")[: LookUpForm.LONGEST]
    return _page(look_up=form)


@blueprint.post("/verify")
def verify() -> AnyResponse | str:
    """The verdict on one file. Nothing of it is kept."""
    form = VerificationForm.sent()
    if not form.validate():
        return make_response(_page(form=form), 422)
    digest = hashlib.sha256()
    while chunk := request.files["pages"].read(CHUNK_BYTES):
        digest.update(chunk)
    sha256 = digest.hexdigest()
    with reading() as session:
        found = find_issued_pages(session, office().files, sha256)
    return _page(checked=True, found=found, sha256=sha256)


@blueprint.post("/verify/code")
def look_up() -> AnyResponse | str:
    """What bears a code. Only codes that are nobody's are counted, and nothing of them is kept."""
    form = LookUpForm.sent()
    if not form.validate():
        return make_response(_page(look_up=form), 422)
    code = read_code(form.code.data or "")
    if code is None:
        form.add_problems({"code": "verification_code_mistyped"})
        return make_response(_page(look_up=form), 422)
    try:
        with transaction() as session:
            network = network_of(request.remote_addr or "")
            found = find_by_code(session, code, network, moment())
    except TooManyRequestsError:
        form.add_problems({"code": "too_many_codes"})
        return make_response(_page(look_up=form), 429)
    found = with_title(found, office().files) if found else None
    return _page(look_up=form, looked_up=True, found=found, code=code)


def _page(**values: object) -> str:
    with reading() as session:
        signs = find_root(session) is not None
    blank = {
        "signs": signs,
        "form": VerificationForm(),
        "look_up": LookUpForm(),
        "checked": False,
        "looked_up": False,
    }
    return render_template("verification.html", **(blank | values))


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
