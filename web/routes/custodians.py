"""The custodians' desk: keys and phrases, originals, the edited copies, requests for identities."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import Frame
from services.queries.tips import (
    find_about_organ,
    find_suggested_handler,
    get_tip_page,
    list_all_tips,
    list_handlers,
)
from services.tips import custodians
from services.tips.acts import reassign_tip, refuse_identity_in, register_tip
from services.tips.conversation import get_unread, pass_on_message
from services.tips.custodians import VaultLockedError, WrongPhraseError
from services.tips.desk import (
    CustodianTip,
    closed_places,
    find_original_picture,
    read_tip,
    registration_limits,
)
from services.tips.identity import decide_identity, record_view
from services.tips.receiving import telling_words
from services.tips.sealing import OpenVault
from services.tips.step import TipCommand
from web.context import moment, surroundings, transaction
from web.forms.tips import (
    ChangePhraseForm,
    NewPhraseForm,
    PassOnForm,
    PhraseForm,
    ReassignForm,
    RegisterTipForm,
    TipStepForm,
)
from web.headers import SANDBOX_SECURITY_POLICY
from web.labels import TIP_FIELDS, TIP_SAID, VIEW_KINDS, error_sentence
from web.visitors import acting, looking, signed_in
from workflows.tips import TipAction, TipOutcome

blueprint = Blueprint("custodians", __name__, url_prefix="/custodian")
COOKIE = "guapai_custodian"


@blueprint.get("")
def show_desk() -> str:
    """What waits for a custodian, and whether the vault is open."""
    return _desk()


@blueprint.post("/key")
def make_key() -> Response:
    """The visitor's key, and its recovery code, shown this once."""
    form = NewPhraseForm.sent()
    if not form.validate():
        return make_response(_desk(new=form), 422)
    try:
        _count_try()
        with acting() as frame:
            code = custodians.make_key(frame, form.phrase.data or "")
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return make_response(_desk(new=form), 422)
    except WrongPhraseError as refusal:
        form.add_problems({"phrase": error_sentence(refusal.code, refusal.detail)})
        return make_response(_desk(new=form), 403)
    return make_response(render_template("custodian_recovery.html", code=code))


@blueprint.post("/phrase")
def change_phrase() -> Response:
    """Another phrase for the same key, by the old one or by the recovery code."""
    form = ChangePhraseForm.sent()
    if not form.validate():
        return make_response(_desk(change=form), 422)
    try:
        _count_try()
        with acting() as frame:
            unlocked = custodians.unlock(frame, form.phrase.data or "")
            custodians.change_phrase(frame, unlocked, form.phrase_new.data or "")
    except InvalidCommandError:
        form.add_problems({"phrase_new": f"too_short:{custodians.PHRASE_LEAST}"})
        return make_response(_desk(change=form), 422)
    except WrongPhraseError as refusal:
        form.add_problems({"phrase": error_sentence(refusal.code, refusal.detail)})
        return make_response(_desk(change=form), 403)
    flash(TIP_SAID["phrase_changed"])
    return redirect(url_for("custodians.show_desk"), 303)


@blueprint.post("/open")
def open_vault() -> Response:
    """Open the vault for a quarter of an hour; the token stays in the browser."""
    form = PhraseForm.sent()
    if not form.validate():
        return make_response(_desk(phrase=form), 422)
    try:
        _count_try()
        with acting() as frame:
            unlocked = custodians.unlock(frame, form.phrase.data or "")
            token = custodians.begin_opening(frame, unlocked)
    except WrongPhraseError as refusal:
        form.add_problems({"phrase": error_sentence(refusal.code, refusal.detail)})
        return make_response(_desk(phrase=form), 403)
    flash(TIP_SAID["opened"])
    response = redirect(url_for("custodians.show_desk"), 303)
    response.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="Strict",
        secure=surroundings().settings.https,
        path=url_for("custodians.show_desk"),
    )
    return response


@blueprint.post("/close")
def close_vault() -> Response:
    """Close the vault."""
    with transaction() as session:
        custodians.end_opening(session, _token())
    flash(TIP_SAID["closed"])
    response = redirect(url_for("custodians.show_desk"), 303)
    response.delete_cookie(COOKIE, path=url_for("custodians.show_desk"))
    return response


@blueprint.post("/keys/<int:key_id>")
def hand_over(key_id: int) -> Response:
    """Let a further custodian read what the visitor can."""
    with acting() as frame:
        custodians.hand_over(frame, _vault(frame), key_id)
    flash(TIP_SAID["handed_over"])
    return redirect(url_for("custodians.show_desk"), 303)


@blueprint.get("/tips/<int:tip_id>")
def show_tip(tip_id: int) -> Response:
    """The original, where the vault is open, beside what the offices see."""
    try:
        with acting() as frame:
            read_tip(frame.session, _vault(frame), tip_id)
            record_view(frame.session, tip_id, frame.actor.person_id, "original", frame.now)
    except VaultLockedError as refusal:
        flash(error_sentence(refusal.code, refusal.detail))
        return redirect(url_for("custodians.show_desk"))
    return make_response(_tip_page(tip_id))


@blueprint.get("/tips/<int:tip_id>/pictures/<int:item_id>")
def show_picture(tip_id: int, item_id: int) -> Response:
    """A picture as it was sealed."""
    with looking() as frame:
        picture = find_original_picture(frame.session, _vault(frame), tip_id, item_id)
    response = make_response(picture.content)
    response.content_type = picture.media_type
    response.headers["Content-Security-Policy"] = SANDBOX_SECURITY_POLICY
    return response


@blueprint.post("/tips/<int:tip_id>/registration")
def register(tip_id: int) -> Response:
    """Write the edited copy and give it to an office, or do not take the tip."""
    form = RegisterTipForm.sent()
    with looking() as frame:
        _offer(frame, tip_id, form, read_tip(frame.session, _vault(frame), tip_id))
    taken = request.form.get("outcome") != TipOutcome.NOT_TAKEN
    outcome = TipOutcome.REGISTERED if taken else TipOutcome.NOT_TAKEN
    told = telling_words(form.title.data or "", form.place.data or "", form.text.data or "")
    warned = taken and bool(told) and not form.confirmed.data
    if not form.validate() or warned:
        return make_response(_tip_page(tip_id, form, told if warned else ()), 422)
    try:
        with acting() as frame:
            register_tip(frame, _vault(frame), form.command(tip_id, outcome))
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_tip_page(tip_id, form), 422)
    flash(TIP_SAID["registered" if taken else "not_taken"])
    return redirect(url_for("custodians.show_tip", tip_id=tip_id), 303)


@blueprint.post("/tips/<int:tip_id>/handler")
def reassign(tip_id: int) -> Response:
    """Give the tip to another office, because the first says that it is not theirs."""
    form = ReassignForm.sent()
    with looking() as frame:
        form.offer(list_handlers(frame.session, find_about_organ(frame.session, tip_id)))
    if not form.validate():
        return make_response(_tip_page(tip_id, reassigning=form), 422)
    try:
        with acting() as frame:
            _vault(frame)
            reassign_tip(frame, form.command(tip_id, request.form.get("task_id", "")))
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_tip_page(tip_id, reassigning=form), 422)
    flash(TIP_SAID["reassigned"])
    return redirect(url_for("custodians.show_tip", tip_id=tip_id), 303)


@blueprint.post("/tips/<int:tip_id>/messages/<int:message_id>")
def pass_on(tip_id: int, message_id: int) -> Response:
    """Give the offices an edited copy of a message."""
    form = PassOnForm.sent()
    text = form.text.data or ""
    try:
        with acting() as frame:
            message = get_unread(frame.session, tip_id, message_id)
            refuse_identity_in(frame.session, _vault(frame), tip_id, {"text": text})
            pass_on_message(frame, message, text)
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return make_response(_tip_page(tip_id, passing=(message_id, form)), 422)
    flash(TIP_SAID["passed_on"])
    return redirect(url_for("custodians.show_tip", tip_id=tip_id), 303)


@blueprint.post("/tips/<int:tip_id>/identity")
def decide(tip_id: int) -> Response:
    """Grant or refuse; the code of a grant is shown this once."""
    form = TipStepForm.sent()
    outcome = request.form.get("outcome", "")
    if outcome not in (TipOutcome.GRANTED, TipOutcome.REFUSED):
        raise RecordNotFoundError
    command = TipCommand(
        tip_id=tip_id,
        task_id=request.form.get("task_id", ""),
        outcome=TipOutcome(outcome),
        opinion=form.opinion.data or "",
    )
    try:
        with acting() as frame:
            code = decide_identity(frame, _vault(frame), command)
    except InvalidCommandError as error:
        form.take_problems(error)
        return make_response(_tip_page(tip_id, deciding=form), 422)
    if code:
        return make_response(render_template("custodian_grant.html", code=code, tip_id=tip_id))
    flash(TIP_SAID["refused"])
    return redirect(url_for("custodians.show_tip", tip_id=tip_id), 303)


def _token() -> str:
    return request.cookies.get(COOKIE, "")


def _vault(frame: Frame) -> OpenVault:
    return custodians.get_vault(frame, _token())


def _count_try() -> None:
    """On its own, so that it counts whatever becomes of the rest."""
    with transaction() as session:
        custodians.count_try(session, signed_in().person_id, moment())


def _desk(
    *,
    new: NewPhraseForm | None = None,
    change: ChangePhraseForm | None = None,
    phrase: PhraseForm | None = None,
) -> str:
    with looking() as frame:
        key = custodians.find_key(frame.session, frame.actor.person_id)
        vault = custodians.find_vault(frame, _token())
        waits = key is not None and key.opens_from is None
        in_vain = key is not None and custodians.waits_in_vain(frame, key)
        rows = list_all_tips(frame.session)
        waiting = custodians.list_waiting_keys(frame.session) if vault else []
        unread = custodians.tips_with_unread(frame.session)
        limits = registration_limits(frame)
        closed = closed_places(frame)
    return render_template(
        "custodian.html",
        key=key,
        is_open=vault is not None,
        waits=waits and not in_vain,
        in_vain=in_vain,
        rows=rows,
        waiting=waiting,
        unread=unread,
        limits=limits,
        closed=closed,
        new=new or NewPhraseForm(),
        change=change or ChangePhraseForm(),
        phrase=phrase or PhraseForm(),
        wrong=new or change or phrase,
        labels=TIP_FIELDS,
        today=frame.today,
    )


def _tip_page(
    tip_id: int,
    form: RegisterTipForm | None = None,
    told: tuple[str, ...] = (),
    *,
    passing: tuple[int, PassOnForm] | None = None,
    deciding: TipStepForm | None = None,
    reassigning: ReassignForm | None = None,
) -> str:
    with looking() as frame:
        original = read_tip(frame.session, _vault(frame), tip_id)
        page = get_tip_page(frame.session, tip_id)
        shown = form or RegisterTipForm()
        _offer(frame, tip_id, shown, original)
        elsewhere = reassigning or ReassignForm()
        elsewhere.offer(list_handlers(frame.session, find_about_organ(frame.session, tip_id)))
    steps = {step.step: step for step in page.row.steps}
    return render_template(
        "custodian_tip.html",
        page=page,
        original=original,
        form=shown,
        told=told,
        passing=passing,
        deciding=deciding or TipStepForm(),
        decision=steps.get(TipAction.DECIDE_IDENTITY_REQUEST),
        reassigning=elsewhere,
        reassignment=steps.get(TipAction.REASSIGN_TIP),
        labels=TIP_FIELDS,
        view_kinds=VIEW_KINDS,
    )


def _offer(frame: Frame, tip_id: int, form: RegisterTipForm, original: CustodianTip) -> None:
    handlers = list_handlers(frame.session, find_about_organ(frame.session, tip_id))
    names = {number: f"照片{place}" for place, number in enumerate(original.pictures, start=1)}
    form.offer(handlers, names)
    if request.method == "GET":
        suggested = find_suggested_handler(frame.session, tip_id)
        form.handler_id.data = str(suggested) if suggested in handlers else ""
