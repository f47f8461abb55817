"""The three disclosures, from inside: what is owed, prepared, reviewed for secrecy and approved."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from services.clock import local_date
from services.disclosure.bulletin import BulletinText
from services.disclosure.copy import TypedCopy
from services.disclosure.steps import StepCommand, begin_bulletin, begin_publication, take_step
from services.disclosure.suggest import exposure_at, prepared, suggest
from services.errors import InvalidCommandError, RecordNotFoundError
from services.queries.disclosure import due_on_of, get_publication
from services.queries.months import Month
from services.queries.scope import get_visible_case
from web.context import moment
from web.forms.disclosure import ApprovalForm, BulletinForm, DisclosureCopyForm, SecrecyForm
from web.labels.disclosure import (
    DISCLOSURE_DECISIONS,
    DISCLOSURE_FIELDS,
    DISCLOSURE_SAID,
)
from web.views.bulletins import bulletin_text
from web.views.disclosures import captions_of, disclosures_view, preparing_office, publication_view
from web.views.files import picture
from web.visitors import acting, looking
from workflows.disclosure import REQUIRED, SHOWS_PICTURES, TYPED, DisclosureStep, PublicationKind
from workflows.vocabulary import Outcome

blueprint = Blueprint("disclosures", __name__)
AnyForm = DisclosureCopyForm | BulletinForm | SecrecyForm | ApprovalForm
OF_A_CASE = tuple(kind for kind in PublicationKind if kind is not PublicationKind.BULLETIN)


@blueprint.get("/disclosures")
def list_all() -> str:
    """What the visitor's office owes the public, what is under way, what was published."""
    with looking() as frame:
        page = disclosures_view(frame)
    return render_template("disclosures.html", page=page)


@blueprint.get("/disclosures/new")
def show_new() -> str:
    """The form of a new publication about a case."""
    return _new_page(*_asked_for(request.args), None)


@blueprint.post("/disclosures/new")
def prepare() -> AnyResponse | str:
    """Freeze the copy and send it to the reviewer for secrecy."""
    case_id, kind = _asked_for(request.form)
    form = DisclosureCopyForm.sent()
    with looking() as frame:
        get_visible_case(frame.session, frame.actor, case_id)
        form.offer(captions_of(frame, case_id))
        due_on = due_on_of(frame.session, frame.actor, frame.office, case_id, kind, frame.today)
    if not form.validate():
        return make_response(_new_page(case_id, kind, form), 422)
    try:
        with acting() as frame:
            publication_id = begin_publication(frame, case_id, kind, form.typed(), due_on)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_new_page(case_id, kind, form), 422)
    flash(DISCLOSURE_SAID["done"])
    return _to(publication_id)


@blueprint.get("/disclosures/bulletins/<month>")
def show_bulletin(month: str) -> str:
    """The bulletin of a month as it would be frozen now."""
    return _bulletin_page(_past(month), BulletinForm())


@blueprint.post("/disclosures/bulletins/<month>")
def prepare_bulletin(month: str) -> AnyResponse | str:
    """Freeze the bulletin and send it to the reviewer for secrecy."""
    asked, form = _past(month), BulletinForm.sent()
    if not form.validate():
        return make_response(_bulletin_page(asked, form), 422)
    try:
        with acting() as frame:
            text = bulletin_text(frame, asked, form.introduction.data or "")
            publication_id = begin_bulletin(frame, preparing_office(frame), asked, text)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_bulletin_page(asked, form), 422)
    flash(DISCLOSURE_SAID["done"])
    return _to(publication_id)


@blueprint.get("/disclosures/<int:publication_id>")
def show(publication_id: int) -> str:
    """One publication: what the public reads now and would read, and what was decided so far."""
    return _page(publication_id, None)


@blueprint.post("/disclosures/<int:publication_id>/<step>")
def take(publication_id: int, step: str) -> AnyResponse | str:
    """Prepare anew, review for secrecy, or approve."""
    if step not in set(DisclosureStep):
        abort(404)
    with looking() as frame:
        get_publication(frame.session, frame.actor, publication_id)
    form, outcome = _sent(publication_id, DisclosureStep(step)), request.form.get("outcome", "")
    if outcome not in set(Outcome):
        abort(400)
    if not form.validate():
        return make_response(_page(publication_id, form), 422)
    command = StepCommand(
        publication_id=publication_id,
        step=DisclosureStep(step),
        shown=form.shown.data or "",
        outcome=Outcome(outcome),
        opinion=form.opinion.data or "",
        typed=_typed(publication_id, form),
        checked=tuple(form.checked.data or ()) if isinstance(form, SecrecyForm) else (),
    )
    try:
        with acting() as frame:
            take_step(frame, command)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(publication_id, form), 422)
    flash(DISCLOSURE_SAID[_said(command)])
    return _to(publication_id)


@blueprint.get("/disclosures/<int:publication_id>/pictures/<int:number>")
def show_picture(publication_id: int, number: int) -> Response:
    """A picture as the public would see it."""
    with looking() as frame:
        content = get_publication(frame.session, frame.actor, publication_id).content
    if not 0 <= number < len(content["pictures"]):
        raise RecordNotFoundError
    found = content["pictures"][number]
    return picture(found["sha256"], found["media_type"])


def _typed(publication_id: int, form: AnyForm) -> TypedCopy | BulletinText | None:
    """What is prepared anew; of a bulletin, from what is published now."""
    if isinstance(form, DisclosureCopyForm):
        return form.typed()
    if not isinstance(form, BulletinForm):
        return None
    with looking() as frame:
        period = get_publication(frame.session, frame.actor, publication_id).row.title
        month = _past(period)
        return bulletin_text(frame, month, form.introduction.data or "")


def _past(text: str) -> Month:
    """A month that is over."""
    month = Month.read(text)
    if month is None or month >= Month.of(local_date(moment())):
        abort(404)
    return month


def _bulletin_page(month: Month, form: BulletinForm) -> str:
    with looking() as frame:
        preparing_office(frame)
        text = bulletin_text(frame, month, form.introduction.data or "")
    return render_template(
        "bulletin_new.html", text=text, form=form, month=month, labels=DISCLOSURE_FIELDS
    )


def _said(command: StepCommand) -> str:
    if command.step is DisclosureStep.APPROVE and command.outcome is Outcome.ACCEPTED:
        return "published"
    return "cleared" if command.outcome is Outcome.ACCEPTED else command.outcome.value


def _asked_for(sent: Any) -> tuple[int, PublicationKind]:
    """The case and the kind that an address or a form names."""
    number, kind = sent.get("case_id", ""), sent.get("kind", "")
    if not number.isdecimal() or len(number) > 9 or kind not in OF_A_CASE:
        abort(404)
    return int(number), PublicationKind(kind)


def _new_page(case_id: int, kind: PublicationKind, form: DisclosureCopyForm | None) -> str:
    with looking() as frame:
        case = get_visible_case(frame.session, frame.actor, case_id)
        head = {"case_id": case.id, "number": case.case_number, "name": case.hazard_name}
        exposure = exposure_at(frame, case_id)
        if form is None:
            form = DisclosureCopyForm(obj=suggest(frame, case_id, kind))
            form.offer(captions_of(frame, case_id))
            form.pictures.data = []
    return render_template(
        "disclosure_new.html", form=form, kind=kind, head=head, exposure=exposure, **_asked(kind)
    )


def _page(publication_id: int, form: AnyForm | None) -> str:
    with looking() as frame:
        page = publication_view(frame, publication_id)
        if form is None and page.step is not None:
            form = _blank(frame, publication_id, page.page.row.case_id, page.step)
    if form is not None and not form.shown.data:
        form.shown.data = page.shown
    return render_template("disclosure.html", page=page, form=form, **_asked(page.page.row.kind))


def _asked(kind: PublicationKind) -> dict[str, Any]:
    """Which fields a kind asks for, and which of them it needs."""
    return {
        "asked": (*TYPED[kind], *(("reason",) if "reason" in REQUIRED[kind] else ()), "basis"),
        "required": REQUIRED[kind],
        "with_pictures": kind in SHOWS_PICTURES,
        "labels": DISCLOSURE_FIELDS,
        "decisions_said": DISCLOSURE_DECISIONS,
    }


def _blank(frame: Any, publication_id: int, case_id: int | None, step: DisclosureStep) -> AnyForm:
    if step is DisclosureStep.REVIEW_SECRECY:
        return SecrecyForm()
    if step is DisclosureStep.APPROVE:
        return ApprovalForm()
    if case_id is None:
        return BulletinForm()
    form = DisclosureCopyForm(obj=prepared(frame.session, publication_id))
    form.offer(captions_of(frame, case_id))
    form.pictures.data = []
    return form


def _sent(publication_id: int, step: DisclosureStep) -> AnyForm:
    if step is DisclosureStep.REVIEW_SECRECY:
        return SecrecyForm.sent()
    if step is DisclosureStep.APPROVE:
        return ApprovalForm.sent()
    with looking() as frame:
        case_id = get_publication(frame.session, frame.actor, publication_id).row.case_id
        if case_id is None:
            return BulletinForm.sent()
        form = DisclosureCopyForm.sent()
        form.offer(captions_of(frame, case_id))
    return form


def _to(publication_id: int) -> AnyResponse:
    return redirect(url_for("disclosures.show", publication_id=publication_id), 303)
