"""The lists beside one's duties: 已办, 我发起, 抄送我, 草稿."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.drafts import drop_draft
from services.queries.copies import list_received
from services.queries.own_drafts import list_drafts
from services.queries.own_work import count_own_work, list_acted, list_begun
from web.labels import DRAFT_DELETED
from web.views.own_work import own_cases_view, own_copies_view, own_drafts_view
from web.views.tasks import PAGE_SIZE, page_number
from web.visitors import acting, looking

blueprint = Blueprint("own_work", __name__)


@blueprint.get("/tasks/acted")
def show_acted() -> str:
    """Cases in which the visitor acted."""
    number = page_number(request.args.get("page", "1"))
    with looking() as frame:
        rows = list_acted(frame.session, frame.actor, PAGE_SIZE, (number - 1) * PAGE_SIZE)
        counts = count_own_work(frame.session, frame.actor, frame.now)
    page = own_cases_view(rows, counts, counts.acted, number)
    return render_template("own_acted.html", page=page)


@blueprint.get("/tasks/begun")
def show_begun() -> str:
    """Cases that the visitor filed or registered."""
    number = page_number(request.args.get("page", "1"))
    with looking() as frame:
        rows = list_begun(frame.session, frame.actor, PAGE_SIZE, (number - 1) * PAGE_SIZE)
        counts = count_own_work(frame.session, frame.actor, frame.now)
    page = own_cases_view(rows, counts, counts.begun, number)
    return render_template("own_begun.html", page=page)


@blueprint.get("/tasks/copies")
def show_copies() -> str:
    """Copies that the visitor has received, unread first."""
    number = page_number(request.args.get("page", "1"))
    with looking() as frame:
        rows = list_received(frame.session, frame.actor, PAGE_SIZE, (number - 1) * PAGE_SIZE)
        counts = count_own_work(frame.session, frame.actor, frame.now)
    return render_template("own_copies.html", page=own_copies_view(rows, counts, number))


@blueprint.get("/tasks/drafts")
def show_drafts() -> str:
    """Forms that the visitor kept for later."""
    number = page_number(request.args.get("page", "1"))
    with looking() as frame:
        rows = list_drafts(frame.session, frame.actor, PAGE_SIZE, (number - 1) * PAGE_SIZE)
        counts = count_own_work(frame.session, frame.actor, frame.now)
    return render_template("own_drafts.html", page=own_drafts_view(rows, counts, number))


@blueprint.post("/tasks/drafts/delete")
def delete_draft() -> Response:
    """Drop one of the visitor's own drafts; one that is gone already stays gone."""
    with acting() as frame:
        drop_draft(frame.session, frame.actor.person_id, request.form.get("form_key", ""))
    flash(DRAFT_DELETED)
    return redirect(url_for("own_work.show_drafts"), 303)
