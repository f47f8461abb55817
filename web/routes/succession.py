"""Who acts for whom: written authorities of substitutes, with the second person's confirmation."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.queries.substitutions import (
    PostChoice,
    get_authority_file,
    get_substitution_page,
    list_for,
    list_posts_to_arrange,
    list_substitutes,
    list_to_confirm,
)
from services.succession.deeds import DeedNotFoundError
from services.succession.substitutions import (
    confirm_substitution,
    propose_substitution,
    revoke_substitution,
)
from web.context import office
from web.forms.succession import SubstitutionForm
from web.labels import AUTHORITY_SAID, DEED_FIELDS, deed_problem
from web.views.files import download
from web.visitors import acting, looking
from workflows.substitution import actions_of

blueprint = Blueprint("succession", __name__)
HOME = "/administration/substitutions"
ONE = HOME + "/<int:substitution_id>"


@blueprint.get(HOME)
def list_substitutions() -> str:
    """Those that concern the visitor, and those that wait for the visitor's confirmation."""
    with looking() as frame:
        rows = list_for(frame.session, frame.actor, frame.today)
        waiting = list_to_confirm(frame.session, frame.actor, frame.today)
        posts = list_posts_to_arrange(frame.session, frame.actor, frame.today)
    return render_template(
        "succession_substitutions.html", rows=rows, waiting=waiting, may_propose=bool(posts)
    )


@blueprint.get(HOME + "/new")
def choose_post() -> Response | str:
    """For whose post a substitute is named; with one post there is nothing to choose."""
    with looking() as frame:
        posts = list_posts_to_arrange(frame.session, frame.actor, frame.today)
    if len(posts) == 1:
        return redirect(url_for("succession.propose", post_id=posts[0].post_id))
    return render_template("succession_posts.html", posts=posts)


@blueprint.route(HOME + "/new/<int:post_id>", methods=["GET", "POST"])
def propose(post_id: int) -> Response | str:
    """Substitute, days, reason, what is left out, and the scan of the written authority."""
    with looking() as frame:
        posts = list_posts_to_arrange(frame.session, frame.actor, frame.today)
        post = next((row for row in posts if row.post_id == post_id), None)
        if post is None:
            raise DeedNotFoundError
        substitutes = list_substitutes(frame.session, post_id, frame.today)
    asked = request.method == "GET"
    form = SubstitutionForm() if asked else SubstitutionForm.sent()
    form.offer(substitutes, actions_of(post.role))
    if asked:
        return _form_page(form, post)
    number = _try_to_propose(form, post)
    if number is None:
        form.keep_files()
        return make_response(_form_page(form, post), 422)
    flash(AUTHORITY_SAID["proposed"])
    return redirect(url_for("succession.show_substitution", substitution_id=number), 303)


@blueprint.get(ONE)
def show_substitution(substitution_id: int) -> str:
    """One authority: what it says, who decided, and what the visitor may do about it."""
    with looking() as frame:
        page = get_substitution_page(frame.session, frame.actor, substitution_id, frame.today)
    if page is None:
        raise DeedNotFoundError
    return render_template("succession_substitution.html", page=page)


@blueprint.post(ONE + "/confirm")
def confirm(substitution_id: int) -> Response:
    """The second person agrees; what no longer fits meanwhile is said on the page."""
    try:
        with acting() as frame:
            confirm_substitution(frame, substitution_id)
        flash(AUTHORITY_SAID["confirmed"])
    except InvalidCommandError as error:
        flash(deed_problem(error.fields), "problem")
    return redirect(url_for("succession.show_substitution", substitution_id=substitution_id), 303)


@blueprint.post(ONE + "/revoke")
def revoke(substitution_id: int) -> Response:
    """It ends at once."""
    with acting() as frame:
        revoke_substitution(frame, substitution_id)
    flash(AUTHORITY_SAID["revoked"])
    return redirect(url_for("succession.show_substitution", substitution_id=substitution_id), 303)


@blueprint.get(ONE + "/authority")
def download_authority(substitution_id: int) -> Response:
    """The scan, for whom it concerns and who sees a case in which it was used."""
    with looking() as frame:
        found = get_authority_file(frame.session, frame.actor, substitution_id, frame.today)
    return download(found.sha256, found.media_type, found.file_name)


def _form_page(form: SubstitutionForm, post: PostChoice) -> str:
    return render_template(
        "succession_propose.html",
        form=form,
        post=post,
        most_days=office().profile.substitution_most_days,
        deed_fields=DEED_FIELDS,
    )


def _try_to_propose(form: SubstitutionForm, post: PostChoice) -> int | None:
    """The number of the new authority; None when the form has to be amended."""
    if not form.validate():
        return None
    scans = form.accept_files("authority", office().upload_limit_bytes)
    if not scans:
        return None
    try:
        with acting() as frame:
            return propose_substitution(frame, form.command(post.post_id, scans[0]))
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return None
