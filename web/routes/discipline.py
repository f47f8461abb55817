"""A receiver's workspace: the inbox, one package, its steps, own notes. Reads packages alone."""

from io import BytesIO

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.queries.referrals import get_received_page, list_received, list_receivers
from services.referral.package import open_package
from services.referral.reading import FILE, PAGE, note_look, write_note
from services.referral.step import ReferralNotFoundError, get_received
from services.referral.table import STEPS
from web.forms.referrals import NoteForm, ReferralStepForm
from web.labels import LOOK_KINDS, REFERRAL_FIELDS, REFERRAL_SAID
from web.views.referrals import act_lines, letter_lines, limits_of, offers_of
from web.visitors import acting, looking
from workflows.referral import ReferralAction, ReferralOutcome

blueprint = Blueprint("discipline", __name__)


@blueprint.get("/discipline")
def show_inbox() -> str:
    """The packages that were delivered to the visitor's office."""
    with looking() as frame:
        rows = list_received(frame.session, frame.actor)
    return render_template("discipline_inbox.html", rows=rows)


@blueprint.get("/discipline/<int:referral_id>")
def show(referral_id: int) -> str:
    """One package. That it was looked at is on record."""
    with acting() as frame:
        note_look(frame, referral_id, PAGE)
    return _page(referral_id)


@blueprint.get("/discipline/<int:referral_id>/package")
def download(referral_id: int) -> Response:
    """The package as it was sealed. That it was taken is on record."""
    with acting() as frame:
        note_look(frame, referral_id, FILE)
        referral, _ = get_received(frame, referral_id)
        number, content = referral.number, open_package(frame, referral_id)
    return send_file(
        BytesIO(content),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"移送材料-{number}.zip",
    )


@blueprint.post("/discipline/<int:referral_id>/steps/<step>")
def take_step(referral_id: int, step: str) -> Response:
    """Take one step; a button says with which outcome."""
    if step not in STEPS:
        raise ReferralNotFoundError
    action = ReferralAction(step)
    form = _step_form(ReferralStepForm.sent())
    outcome = request.form.get("outcome", "")
    if outcome not in set(ReferralOutcome) or not form.validate():
        return make_response(_page(referral_id, step=action, form=form), 422)
    try:
        with acting() as frame:
            get_received(frame, referral_id)
            task_id = request.form.get("task_id", "")
            command = form.command(action, referral_id, task_id, ReferralOutcome(outcome))
            STEPS[action](frame, command)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(referral_id, step=action, form=form), 422)
    flash(REFERRAL_SAID["taken"])
    # What was passed on is no longer theirs.
    if outcome == ReferralOutcome.PASSED_ON:
        return redirect(url_for("discipline.show_inbox"), 303)
    return redirect(url_for("discipline.show", referral_id=referral_id), 303)


@blueprint.post("/discipline/<int:referral_id>/notes")
def write_own_note(referral_id: int) -> Response:
    """Keep a note that nobody else reads."""
    form = NoteForm.sent()
    if not form.validate():
        return make_response(_page(referral_id, note=form), 422)
    try:
        with acting() as frame:
            write_note(frame, referral_id, form.text.data or "", form.nonce.data or "")
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(referral_id, note=form), 422)
    flash(REFERRAL_SAID["noted"])
    return redirect(url_for("discipline.show", referral_id=referral_id), 303)


def _page(
    referral_id: int,
    *,
    step: ReferralAction | None = None,
    form: ReferralStepForm | None = None,
    note: NoteForm | None = None,
) -> str:
    """The page of a package; what was typed into a form stays there."""
    with looking() as frame:
        _, standing = get_received(frame, referral_id)
        page = get_received_page(frame.session, referral_id, standing.receiver_id)
        offers = offers_of(page.row.steps, frame.actor, standing, by_rule=False)
        limits = limits_of(page.row.steps, frame.office.profile, frame.now)
        receivers = list_receivers(frame.session)
    forms = {
        offer.step.step: form
        if form is not None and offer.step.step is step
        else ReferralStepForm(prefix="")
        for offer in offers
    }
    for waiting, each in forms.items():
        each.offer(receivers)
        each.stand_for(waiting)
    written = note or NoteForm(prefix="")
    return render_template(
        "discipline.html",
        page=page,
        offers=offers,
        limits=limits,
        forms=forms,
        note=written,
        letter=letter_lines(page.package.letter),
        act_lines=act_lines,
        labels=REFERRAL_FIELDS,
        look_kinds=LOOK_KINDS,
        wrong=form or note,
    )


def _step_form(form: ReferralStepForm) -> ReferralStepForm:
    with looking() as frame:
        form.offer(list_receivers(frame.session))
    return form
