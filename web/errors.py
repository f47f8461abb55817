"""Every refusal and fault as a Chinese page: right status, what to do, what was typed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from flask import (
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from services.bans.check import PrincipalBannedError
from web.context import surroundings
from web.guards import (
    OWN_SITE,
    SAFE_METHODS,
    NoPostError,
    PasswordChangeNeededError,
    is_own_path,
    may_open,
)
from web.labels import ERRORS, TITLES, error_sentence
from web.visitors import SignInNeededError
from workflows.errors import RuleError

# Code of a refusal -> status of the answer. An unlisted code is an act that the rules do not allow.
STATUS: Mapping[str, int] = {
    "rule_refused": 422,
    "task_not_ready": 409,
    "shown_changed": 409,
    "draft_not_ready": 409,
    "draft_outdated": 409,
    "proposal_outdated": 409,
    "target_being_withdrawn": 409,
    "batch_not_whole": 409,
    "batch_changed": 409,
    "batch_not_on_paper": 409,
    "take_back_refused": 409,
    "form_sent_twice": 409,
    "record_not_found": 404,
    "administration_refused": 403,
    "proposal_decided": 409,
    "incident_over": 409,
    "feed_not_found": 404,
    "registration_decided": 409,
    "links_given": 409,
    "no_link_allowed": 409,
    "no_account": 409,
    "second_factor_refused": 403,
    "no_device": 409,
    "link_over": 410,
    "too_many_requests": 429,
    "step_claimed": 409,
    "suggestion_over": 409,
    "already_endorsed": 409,
    "sheet_changed": 409,
    "permission_refused": 403,
    "disclosure_refused": 403,
    "disclosure_under_way": 409,
    "nothing_to_disclose": 409,
    "handover_refused": 403,
    "return_refused": 403,
    "look_back_refused": 403,
    "look_back_over": 409,
    "alert_over": 409,
    "record_unclear": 409,
    "traceback_refused": 403,
    "alerts_full": 429,
    "delegation_refused": 403,
    "copy_refused": 403,
    "campaign_refused": 403,
    "assessment_refused": 403,
    "points_refused": 403,
    "round_not_ready": 409,
    "ban_refused": 403,
    "ban_over": 409,
    "principal_banned": 403,
    "page_refused": 403,
    "no_post": 403,
    "cross_site_refused": 403,
    "demonstration_is_local": 403,
    "password_change_needed": 403,
    "sign_in_needed": 401,
    "referral_not_found": 404,
    "referral_refused": 403,
    "tip_not_found": 404,
    "tip_refused": 403,
    "tips_full": 429,
    "guesses_stopped": 429,
    "receipt_unknown": 404,
    "no_custodian": 503,
    "vault_locked": 403,
    "wrong_phrase": 403,
    "custodian_key_exists": 409,
    "superior_channel": 403,
    "case_not_found": 404,
    "document_not_found": 404,
    "import_not_found": 404,
    "deed_not_found": 404,
    "deed_refused": 403,
    "deed_settled": 409,
    "paper_not_found": 404,
    "paper_pending": 409,
    "paper_decided": 409,
    "form_token_missing": 400,
    "upload_too_large": 413,
    "definition_not_found": 500,
    "definition_invalid": 500,
    "definition_changed": 500,
    "unreadable_text": 400,
    "expression_not_allowed": 500,
    "fact_missing": 500,
    "script_not_allowed": 500,
    "diagram_failed": 500,
    "state_tampered": 500,
    "state_format": 500,
    "deadline_rule_invalid": 500,
    "printout_failed": 503,
    "render_failed": 503,
    "render_inputs_too_large": 422,
    "render_timed_out": 503,
    "renderer_died": 503,
}
UNLISTED = 422
NEVER_SHOWN_AGAIN = (
    "password",
    "csrf_token",
    "shown",
    "form_key",
    "one_time_code",
    "phrase",
    "phrase_again",
    "phrase_new",
    "identity_code",
    "identity_number",
)
KEPT_CHARACTERS = 20_000


@dataclass(frozen=True)
class ErrorPage:
    """What the page of a refusal says."""

    status: int
    title: str
    sentence: str
    kept: tuple[str, ...] = ()
    reference: str = ""
    way_on: str = ""


def install(app: Flask) -> None:
    """Answer every error of the rules and of HTTP by a page; never by a traceback."""
    app.register_error_handler(SignInNeededError, answer_sign_in_needed)
    app.register_error_handler(PasswordChangeNeededError, answer_password_change_needed)
    app.register_error_handler(NoPostError, answer_no_post)
    app.register_error_handler(PrincipalBannedError, answer_banned)
    app.register_error_handler(RuleError, answer_rule_error)
    app.register_error_handler(CSRFError, answer_missing_token)
    app.register_error_handler(SecurityError, answer_foreign_host)
    app.register_error_handler(InternalServerError, answer_fault)
    app.register_error_handler(HTTPException, answer_http_error)


def answer_rule_error(error: RuleError) -> Response:
    """A rule refused: its sentence, under its status."""
    status = STATUS.get(error.code, UNLISTED)
    reference = _logged(error.code, error) if status >= 500 else ""
    return _page(status, error_sentence(error.code, error.detail), reference=reference)


def answer_banned(error: PrincipalBannedError) -> Response:
    """A ban stopped a principal: with the way to compare the two, for whoever may."""
    way_on = ""
    if error.subject is not None and may_open("bans.compare"):
        subject, subject_id = error.subject
        way_on = url_for("bans.compare", subject=subject.value, subject_id=subject_id)
    return _page(STATUS[error.code], error_sentence(error.code, error.detail), way_on=way_on)


def answer_sign_in_needed(error: SignInNeededError) -> BaseResponse:
    """To the sign-in page and back; what a form held is shown, because it cannot be sent again."""
    if request.method not in SAFE_METHODS:
        return _page(401, error_sentence(error.code, error.detail))
    target = request.full_path.removesuffix("?")
    known = target != "/" and is_own_path(target)
    return redirect(url_for("sign_in.sign_in", next=target if known else None))


def answer_password_change_needed(error: PasswordChangeNeededError) -> BaseResponse:
    """To the page where the password is changed."""
    if request.method in SAFE_METHODS:
        return redirect(url_for("account.show_account"))
    return answer_rule_error(error)


def answer_no_post(error: NoPostError) -> BaseResponse:
    """To the account, which says so."""
    if request.method in SAFE_METHODS:
        return redirect(url_for("account.show_account"))
    return answer_rule_error(error)


def answer_missing_token(_error: CSRFError) -> Response:
    """A form without its token, or with that of another session."""
    return _page(400, error_sentence("form_token_missing", {}))


def answer_http_error(error: HTTPException) -> BaseResponse:
    """The statuses that Flask itself gives."""
    if error.code is None or error.code < 400:
        return error.get_response()
    code = f"http_{error.code}"
    return _page(error.code, ERRORS.get(code, ERRORS["http_400"]))


def answer_foreign_host(_error: SecurityError) -> Response:
    """A request for another host's name: no link can be made, so none is shown."""
    return _bare(ErrorPage(400, TITLES[400], ERRORS["http_400"]))


def answer_fault(_error: InternalServerError) -> Response:
    """A fault of ours. The page needs neither database nor session: they may be the fault."""
    reference = _reference()
    current_app.logger.error("fault reference=%s", reference)  # Flask wrote the traceback already
    return _bare(ErrorPage(500, TITLES[500], ERRORS["http_500"], _kept(), reference))


def _page(status: int, sentence: str, *, reference: str = "", way_on: str = "") -> Response:
    title = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    page = ErrorPage(status, title, sentence, _kept(), reference, way_on)
    return make_response(render_template("error.html", page=page), status)


def _bare(page: ErrorPage) -> Response:
    known = surroundings().demonstration  # as far as it is known: the database is not asked
    text = render_template("error_bare.html", page=page, demonstration=known)
    return make_response(text, page.status)


def _kept() -> tuple[str, ...]:
    """The longer texts of a refused form, so that nothing typed is lost; from our own pages."""
    if request.method in SAFE_METHODS or request.headers.get("Sec-Fetch-Site") not in OWN_SITE:
        return ()
    try:
        form = request.form
    except HTTPException:
        return ()
    texts = (
        text.strip()
        for name, text in form.items(multi=True)
        if not name.endswith(NEVER_SHOWN_AGAIN) and not name.startswith("password")
    )
    return tuple(text[:KEPT_CHARACTERS] for text in texts if _was_typed(text))


def _was_typed(text: str) -> bool:
    """Ids, hashes and choices are words of ASCII; what a person writes is not."""
    return not text.isascii() or " " in text


def _reference() -> str:
    """By which the person and the log name the same fault."""
    return secrets.token_hex(4)


def _logged(code: str, error: BaseException) -> str:
    reference = _reference()
    current_app.logger.error("%s reference=%s", code, reference, exc_info=error)
    return reference
