"""Official documents and files of a case, to those who may see the case."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.errors import DocumentNotFoundError, DraftNotReadyError
from services.openings import case_to_open_from, open_issued
from services.originals import take_original
from services.queries.brief import (
    get_attachment_page,
    get_readable_draft,
    get_visible_attachment,
    get_visible_document,
)
from web.context import office, received_files
from web.labels import DOCUMENT_STATES, label_of
from web.views.files import download, drawn, pdf, picture
from web.visitors import acting, looking, signed_in

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<int:document_id>/draft")
def show_draft(document_id: int) -> Response:
    """The frozen draft, as it is laid before those who sign."""
    with looking() as frame:
        document = get_readable_draft(frame.session, frame.actor, document_id, frame.office.profile)
    if document.draft_sha256 is None:
        raise DraftNotReadyError
    content = office().files.read(document.draft_sha256)
    return pdf(content, f"{label_of(document.kind)} {DOCUMENT_STATES['draft']} {document_id}.pdf")


@blueprint.get("/documents/<int:document_id>/issued")
def show_issued(document_id: int) -> BaseResponse:
    """The document as it was issued; by the addressee it is opened from the page of the case."""
    with looking() as frame:
        document = get_visible_document(
            frame.session, frame.actor, document_id, frame.office.profile
        )
        case_id = case_to_open_from(frame, document_id)
    if document.issued_sha256 is None:
        raise DocumentNotFoundError
    if case_id is not None:
        page = url_for("cases.show_case", case_id=case_id, _anchor="documents-title")
        return redirect(page, 303)
    content = office().files.read(document.issued_sha256)
    return pdf(content, f"{label_of(document.kind)} {document.number or document_id}.pdf")


@blueprint.post("/documents/<int:document_id>/open")
def open_document(document_id: int) -> BaseResponse:
    """The document as it was issued; the first opening by whom it is for is put on record."""
    with acting() as frame:
        open_issued(frame, document_id)
    return redirect(url_for("documents.show_issued", document_id=document_id), 303)


@blueprint.get("/attachments/<int:attachment_id>")
def download_attachment(attachment_id: int) -> Response:
    """A file that was handed in: always saved, never shown by the browser."""
    with looking() as frame:
        attachment = get_visible_attachment(
            frame.session, frame.actor, attachment_id, frame.office.profile
        )
    return download(attachment.sha256, attachment.media_type, attachment.file_name)


@blueprint.get("/attachments/<int:attachment_id>/about")
def show_attachment(attachment_id: int) -> str:
    """Who handed the file in and when, its versions, and the hashes of copy and original."""
    with looking() as frame:
        page = get_attachment_page(frame.session, frame.actor, attachment_id, frame.office.profile)
    return render_template("attachment.html", page=page)


@blueprint.get("/attachments/<int:attachment_id>/picture")
def show_picture(attachment_id: int) -> Response:
    """A photograph for the pages that show it: drawn anew, without place or camera."""
    with looking() as frame:
        attachment = get_visible_attachment(
            frame.session, frame.actor, attachment_id, frame.office.profile
        )
    if not attachment.is_picture:
        raise DocumentNotFoundError
    return picture(attachment.sha256, attachment.media_type)


@blueprint.get("/received/<token>")
def show_received(token: str) -> Response:
    """A photograph of the visitor's own form that is not handed in yet."""
    file = received_files().open(signed_in().person_id, token)
    if file is None or not file.media_type.startswith("image/"):
        raise DocumentNotFoundError
    return drawn(file.data, file.media_type)


@blueprint.post("/attachments/<int:attachment_id>/original")
def take_attachment_original(attachment_id: int) -> Response:
    """The file as it was sent, as evidence; that it was taken is in the chain."""
    with acting() as frame:
        file = take_original(frame, attachment_id)
    if file.original_sha256 is None:
        raise DocumentNotFoundError
    return download(file.original_sha256, file.media_type, f"原件-{file.file_name}")
