"""The register of bans: entries by two persons of the office, principals of the same name."""

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from services.bans.comparisons import record_comparison
from services.bans.register import enter_ban, take_ban_step
from services.errors import InvalidCommandError
from services.queries import bans as queries
from services.queries.bans import PAGE, BanFilter
from services.reference.ban_rule import ban_rule
from web.context import office
from web.forms.bans import BanForm, BanStepForm, CompareForm
from web.labels.bans import BAN_DECISIONS, BAN_FIELDS, BAN_REASONS, BAN_SAID
from web.views.bans import group_hits, mark, sector_name, way_back
from web.views.files import download
from web.views.tasks import page_number
from web.visitors import acting, looking
from workflows.bans import BanStep, Likeness, SubjectKind

blueprint = Blueprint("bans", __name__)
COMPARISON = "/bans/comparisons/<subject>/<int:subject_id>"


@blueprint.get("/bans")
def list_all() -> str:
    """The register, and principals of the same name who wait to be compared."""
    text = request.args.get("text", "").strip()[:60]
    state = request.args.get("state", "")
    chosen = BanFilter(state) if state in set(BanFilter) else None
    number = page_number(request.args.get("page", "1"))
    with looking() as frame:
        found = queries.list_bans(frame.session, text, chosen, frame.today, (number - 1) * PAGE)
        hits = queries.list_hits(frame.session, frame.actor, frame.today)
    return render_template(
        "bans.html",
        found=found,
        groups=group_hits(hits),
        text=text,
        chosen=chosen,
        filters=tuple(BanFilter),
        number=number,
        pages=max(1, -(-found.total // PAGE)),
        rule=ban_rule(),
        mark=mark,
        sector_name=sector_name,
    )


@blueprint.route("/bans/new", methods=["GET", "POST"])
def enter() -> Response | str:
    """Put an entry on record."""
    asked = request.method == "GET"
    form = BanForm() if asked else BanForm.sent()
    number = None if asked else _try_to_enter(form)
    if number is None:
        form.keep_files()
        page = render_template("ban_new.html", form=form, labels=BAN_FIELDS, rule=ban_rule())
        return page if asked else make_response(page, 422)
    flash(BAN_SAID["enter"])
    return redirect(url_for("bans.show", ban_id=number), 303)


@blueprint.get("/bans/<int:ban_id>")
def show(ban_id: int) -> str:
    """One entry with its history and whom it concerns here."""
    return _page(ban_id, BanStepForm())


@blueprint.post("/bans/<int:ban_id>/<step>")
def take(ban_id: int, step: str) -> Response:
    """Confirm or refuse an entry or its revocation, or propose one."""
    if step not in set(BanStep) - {BanStep.ENTER}:
        abort(404)
    form = BanStepForm.sent()
    if not form.validate():
        return make_response(_page(ban_id, form), 422)
    try:
        with acting() as frame:
            take_ban_step(frame, ban_id, BanStep(step), form.reason.data or "")
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(ban_id, form), 422)
    flash(BAN_SAID[step])
    return redirect(url_for("bans.show", ban_id=ban_id), 303)


@blueprint.get("/bans/<int:ban_id>/scan")
def download_scan(ban_id: int) -> Response:
    """The scan of the document."""
    with looking() as frame:
        found = queries.get_scan(frame.session, ban_id)
    return download(found.sha256, found.media_type, found.file_name)


@blueprint.get(COMPARISON)
def compare(subject: str, subject_id: int) -> str:
    """A principal beside the entries of the same name."""
    return _comparison_page(_subject(subject), subject_id, CompareForm(), None)


@blueprint.post(COMPARISON + "/<int:ban_id>")
def decide(subject: str, subject_id: int, ban_id: int) -> Response:
    """One person, or two."""
    kind, likeness = _subject(subject), request.form.get("likeness", "")
    form = CompareForm.sent()
    valid = form.validate()
    if likeness not in set(Likeness):
        form.add_problems({"compared": "choose_likeness"})
    if not valid or form.compared.errors:
        return make_response(_comparison_page(kind, subject_id, form, ban_id), 422)
    try:
        with acting() as frame:
            command = form.command(kind, subject_id, ban_id, Likeness(likeness))
            record_comparison(frame, command)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_comparison_page(kind, subject_id, form, ban_id), 422)
    flash(BAN_SAID[likeness])
    return redirect(url_for("bans.compare", subject=subject, subject_id=subject_id), 303)


def _try_to_enter(form: BanForm) -> int | None:
    """The number of the new entry; None when the form has to be amended."""
    if not form.validate():
        return None
    scans = form.accept_files("scan", office().upload_limit_bytes)
    if scans is None:
        return None
    if len(scans) > 1:
        form.add_problems({"scan": "too_many_files:1"})
        return None
    try:
        with acting() as frame:
            return enter_ban(frame, form.command(scans[0] if scans else None))
    except InvalidCommandError as error:
        form.take_problems(error)
        return None


def _page(ban_id: int, form: BanStepForm) -> str:
    with looking() as frame:
        page = queries.get_ban(frame.session, frame.actor, ban_id, frame.today)
    return render_template(
        "ban.html",
        page=page,
        groups=group_hits(page.hits),
        form=form,
        labels=BAN_FIELDS,
        decisions=BAN_DECISIONS,
        reasons=BAN_REASONS,
        rule=ban_rule(),
        mark=mark,
        sector_name=sector_name,
    )


def _subject(text: str) -> SubjectKind:
    if text not in set(SubjectKind):
        abort(404)
    return SubjectKind(text)


def _comparison_page(
    subject: SubjectKind, subject_id: int, form: CompareForm, failed_id: int | None
) -> str:
    with looking() as frame:
        candidates, hits = queries.hits_of(
            frame.session, frame.actor, subject, subject_id, frame.today
        )
        lines = [
            line
            for line in queries.list_comparisons(frame.session)
            if (subject, subject_id) in line.subjects
        ]
    return render_template(
        "ban_comparison.html",
        candidates=candidates,
        hits=tuple({hit.ban.ban_id: hit for hit in hits}.values()),
        lines=lines,
        subject=subject,
        subject_id=subject_id,
        form=form,
        empty=CompareForm(formdata=None),
        failed_id=failed_id,
        labels=BAN_FIELDS,
        rule=ban_rule(),
        back=way_back(subject, subject_id),
        sector_name=sector_name,
    )
