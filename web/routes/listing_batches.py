"""Several cases listed by one notice: proposing them, and the whole notice to read."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask import url_for as address_of
from werkzeug.wrappers import Response

from services.actions.propose_listing import ProposeListing, propose_batch
from services.errors import BatchChangedError, DocumentNotFoundError, InvalidCommandError
from services.frame import Frame
from services.queries.batch_reading import get_whole
from services.queries.listing_batches import WaitingGroup, list_waiting_groups
from web.context import office
from web.forms.listing_batches import ProposeBatchForm
from web.labels import DOCUMENT_STATES, batch_proposed, label_of
from web.views.files import pdf
from web.views.listing_batches import propose_batch_view
from web.visitors import acting, looking
from workflows.vocabulary import DocumentKind

blueprint = Blueprint("listing_batches", __name__)
NEW = "/listing-batches/new"


@blueprint.get(NEW)
def show_form() -> str:
    """The cases that one notice could list; the one that the visitor came from is chosen."""
    with looking() as frame:
        group = _group(frame)
        form = ProposeBatchForm(data={"case_ids": [request.args.get("case", "")]})
        form.offer(row.case_id for row in group.cases)
        page = propose_batch_view(frame, group, form)
    return render_template("listing_batch.html", page=page)


@blueprint.post(NEW)
def propose() -> Response:
    """Propose all that were chosen, or none; what was typed stays on every refusal."""
    form = ProposeBatchForm.sent()
    form.offer(form.chosen())
    if not form.is_complete():
        return _page_again(form, 422)
    commands = [_command(form, case_id) for case_id in sorted(form.chosen())]
    try:
        with acting() as frame:
            receipts = propose_batch(frame, commands)
    except BatchChangedError as error:
        return _page_again(form, 409, error.case_ids)
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return _page_again(form, 422)
    flash(batch_proposed(len(receipts)))
    return redirect(address_of("tasks.list_tasks"), 303)


@blueprint.get("/listing-batches/<int:batch_id>/draft")
def show_draft(batch_id: int) -> Response:
    """The draft of the whole notice, as it is laid before those who sign."""
    with looking() as frame:
        whole = get_whole(frame.session, frame.actor, batch_id)
    if whole.draft_sha256 is None:
        raise DocumentNotFoundError
    name = f"{label_of(DocumentKind.LISTING_NOTICE)} {DOCUMENT_STATES['draft']} {batch_id}.pdf"
    return pdf(office().files.read(whole.draft_sha256), name)


@blueprint.get("/listing-batches/<int:batch_id>/issued")
def show_issued(batch_id: int) -> Response:
    """The whole notice as it was issued."""
    with looking() as frame:
        whole = get_whole(frame.session, frame.actor, batch_id)
    if whole.issued_sha256 is None:
        raise DocumentNotFoundError
    name = f"{label_of(DocumentKind.LISTING_NOTICE)} {whole.number}.pdf"
    return pdf(office().files.read(whole.issued_sha256), name)


def _group(frame: Frame) -> WaitingGroup:
    """The group of the case that the visitor came from or chose; else the first one, or none."""
    groups = list_waiting_groups(frame.session, frame.actor, frame.today)
    wanted = {request.args.get("case", ""), *request.form.getlist("case_ids")}
    with_wanted = (g for g in groups if wanted & {str(row.case_id) for row in g.cases})
    return next(with_wanted, next(iter(groups), WaitingGroup("", ())))


def _command(form: ProposeBatchForm, case_id: int) -> ProposeListing:
    return ProposeListing(
        case_id=case_id,
        task_id=request.form.get(f"task-{case_id}", ""),
        shown=request.form.get(f"shown-{case_id}", ""),
        reason=form.reason.data or "",
        requirements=form.requirements.data or "",
    )


def _page_again(
    form: ProposeBatchForm, status: int, changed: frozenset[int] = frozenset()
) -> Response:
    """The same cases as they stand now; where too few are left, only what was typed."""
    with looking() as frame:
        group = _group(frame)
        form.offer(row.case_id for row in group.cases)
        page = propose_batch_view(frame, group, form, changed, has_changed=status == 409)
    return make_response(render_template("listing_batch.html", page=page), status)
