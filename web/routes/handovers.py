"""The two handovers: the board per receiver, one handover, its letter, and what is reported."""

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from services.errors import InvalidCommandError
from services.handover_notes import write_note
from services.queries.handovers import get_letter_sha256
from web.context import office
from web.forms.handover_notes import NoteForm
from web.labels.handovers import HANDOVER_FIELDS, HANDOVER_SAID
from web.views.files import pdf
from web.views.handovers import board_view, handover_view
from web.visitors import acting, looking

blueprint = Blueprint("handovers", __name__)


@blueprint.get("/handovers")
def list_all() -> str:
    """Who has what, and who is late."""
    with looking() as frame:
        page = board_view(frame, request.args.get("receiver", ""))
    return render_template("handovers.html", page=page)


@blueprint.get("/handovers/<int:handover_id>")
def show(handover_id: int) -> str:
    """One handover: its letter, its receipt, what was reported."""
    return _page(handover_id)


@blueprint.post("/handovers/<int:handover_id>/notes")
def write(handover_id: int) -> AnyResponse:
    """Report the progress of a month, or a note of tracking."""
    form = NoteForm.sent()
    with looking() as frame:
        view = handover_view(frame, handover_id)
    form.offer(view.periods)
    if not form.validate():
        return make_response(_page(handover_id, form), 422)
    try:
        with acting() as frame:
            write_note(frame, form.command(handover_id))
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(handover_id, form), 422)
    flash(HANDOVER_SAID[view.page.line.note_kind.value])
    return redirect(url_for("handovers.show", handover_id=handover_id), 303)


@blueprint.get("/handovers/letters/<int:letter_id>.pdf")
def show_letter(letter_id: int) -> Response:
    """The letter as it was set."""
    with looking() as frame:
        sha256 = get_letter_sha256(frame.session, frame.actor, letter_id)
    return pdf(office().files.read(sha256), f"letter-{letter_id}.pdf")


def _page(handover_id: int, sent: NoteForm | None = None) -> str:
    with looking() as frame:
        page = handover_view(frame, handover_id)
    form = sent
    if form is None:
        open_months = [one.period for one in page.owed if one.reported_at is None]
        first = open_months[-1:] or list(page.periods[:1])
        form = NoteForm(data={"period": str(first[0]) if first else ""})
    form.offer(page.periods)
    return render_template("handover.html", page=page, form=form, labels=HANDOVER_FIELDS)
