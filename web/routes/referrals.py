"""Referrals on the sender's side: the list, a proposal, one referral, its steps and its package."""

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

from services.errors import InvalidCommandError, RecordNotFoundError
from services.queries.referrals import (
    CaseOfReferral,
    ReferralPage,
    find_case,
    get_sent_page,
    list_receivers,
    list_sent,
)
from services.reference.referral_grounds import referral_grounds
from services.referral.acts import propose_referral
from services.referral.package import SealPackage, gather, open_package, seal_package
from services.referral.reading import FILE, note_sent_look
from services.referral.step import ReferralNotFoundError, get_sent
from services.referral.table import STEPS
from web.forms.referrals import ProposalForm, ReferralStepForm
from web.labels import LOOK_KINDS, REFERRAL_FIELDS, REFERRAL_SAID
from web.views.referrals import (
    act_lines,
    bind_package,
    ground_basis,
    letter_lines,
    limits_of,
    offers_of,
)
from web.visitors import acting, looking
from workflows.referral import ReferralAction, ReferralOutcome

blueprint = Blueprint("referrals", __name__)


@blueprint.get("/referrals")
def list_all() -> str:
    """The referrals that the visitor proposed, or decides."""
    with looking() as frame:
        rows = list_sent(frame.session, frame.actor)
    return render_template("referrals.html", rows=rows, grounds=referral_grounds().grounds)


@blueprint.get("/referrals/new")
def show_new() -> str:
    """First the number of the case, then the proposal."""
    number = request.args.get("case_number", "").strip()
    form = ProposalForm(prefix="")
    form.case_number.data = number
    return _proposal_page(form)


@blueprint.post("/referrals/new")
def propose() -> Response:
    """Propose."""
    form = ProposalForm.sent()
    page = _offered(form)
    if page is None or not form.validate():
        return make_response(_proposal_page(form), 422)
    try:
        with acting() as frame:
            referral_id = propose_referral(frame, form.command())
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_proposal_page(form), 422)
    flash(REFERRAL_SAID["proposed"])
    return redirect(url_for("referrals.show", referral_id=referral_id), 303)


@blueprint.get("/referrals/<int:referral_id>")
def show(referral_id: int) -> str:
    """One referral, for its sender."""
    return _page(referral_id)


@blueprint.post("/referrals/<int:referral_id>/steps/<step>")
def take_step(referral_id: int, step: str) -> Response:
    """Take one step; a button says with which outcome."""
    if step not in STEPS:
        raise ReferralNotFoundError
    action = ReferralAction(step)
    form = _step_form(ReferralStepForm.sent())
    outcome = request.form.get("outcome", "")
    if outcome not in set(ReferralOutcome) or not form.validate():
        return make_response(_page(referral_id, action, form), 422)
    task_id = request.form.get("task_id", "")
    try:
        with acting() as frame:
            get_sent(frame, referral_id)
            command = form.command(action, referral_id, task_id, ReferralOutcome(outcome))
            STEPS[action](frame, command)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_page(referral_id, action, form), 422)
    flash(REFERRAL_SAID["taken"])
    return redirect(url_for("referrals.show", referral_id=referral_id), 303)


@blueprint.post("/referrals/<int:referral_id>/seal")
def seal(referral_id: int) -> Response:
    """Pack letter and dossier as they stand, and keep them so."""
    with looking() as frame:
        material = gather(frame, referral_id)
        content = bind_package(frame.session, material)
    command = SealPackage(
        referral_id=referral_id,
        task_id=request.form.get("task_id", ""),
        outcome=ReferralOutcome.SEALED,
        letter=material.letter,
        content=content,
    )
    with acting() as frame:
        seal_package(frame, command)
    flash(REFERRAL_SAID["sealed"])
    return redirect(url_for("referrals.show", referral_id=referral_id), 303)


@blueprint.get("/referrals/<int:referral_id>/package")
def download(referral_id: int) -> Response:
    """The package as it was sealed, to be carried; that it was taken is on record."""
    with acting() as frame:
        get_sent(frame, referral_id)
        page = get_sent_page(frame.session, referral_id)
        if page.package is None:
            raise RecordNotFoundError
        note_sent_look(frame, referral_id, FILE)
        content = open_package(frame, referral_id)
    return send_file(
        BytesIO(content),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"移送材料-{page.row.number}.zip",
    )


def _proposal_page(form: ProposalForm) -> str:
    case = _offered(form)
    return render_template(
        "referral_new.html",
        form=form,
        case=case,
        grounds=referral_grounds().grounds.values(),
        ground_basis=ground_basis,
        labels=REFERRAL_FIELDS,
    )


def _offered(form: ProposalForm) -> CaseOfReferral | None:
    """Fill the choices; the case that the number names, if the visitor reads its inside."""
    number = (form.case_number.data or "").strip()
    with looking() as frame:
        form.offer(list_receivers(frame.session))
        case = find_case(frame.session, frame.actor, number) if number else None
    if case is not None:
        form.offer_case(case)
    elif number:
        form.add_problems({"case_number": "no_such_case"})
    return case


def _page(
    referral_id: int, step: ReferralAction | None = None, form: ReferralStepForm | None = None
) -> str:
    """The page of a referral; what was typed into the form of a step stays there."""
    with looking() as frame:
        referral, standing = get_sent(frame, referral_id)
        page = get_sent_page(frame.session, referral_id)
        offers = offers_of(page.row.steps, frame.actor, standing, by_rule=referral.rule is not None)
        limits = limits_of(page.row.steps, frame.office.profile, frame.now)
        receivers = list_receivers(frame.session)
    forms = {
        offer.step.step: form
        if form is not None and offer.step.step is step
        else _fresh(ReferralStepForm(prefix=""), page)
        for offer in offers
    }
    for waiting, each in forms.items():
        each.offer(receivers)
        each.stand_for(waiting)
    return render_template(
        "referral.html",
        page=page,
        offers=offers,
        limits=limits,
        forms=forms,
        letter=letter_lines(page.package.letter) if page.package else (),
        ground=referral_grounds().grounds[page.row.ground],
        ground_basis=ground_basis,
        act_lines=act_lines,
        labels=REFERRAL_FIELDS,
        look_kinds=LOOK_KINDS,
        wrong=form,
    )


def _fresh(form: ReferralStepForm, page: ReferralPage) -> ReferralStepForm:
    """What a rule found stands in the fields, to be completed."""
    form.facts.data, form.ground.data = page.facts, page.row.ground
    form.about_name.data, form.about_post.data = page.row.about_name, page.row.about_post
    return form


def _step_form(form: ReferralStepForm) -> ReferralStepForm:
    with looking() as frame:
        form.offer(list_receivers(frame.session))
    return form
