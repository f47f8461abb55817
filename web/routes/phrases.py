"""One's own stock phrases."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.errors import InvalidCommandError
from services.phrases import MOST_PHRASES, add_phrase, delete_phrase
from web.context import moment, transaction
from web.forms.phrases import PhraseForm
from web.labels import PHRASE_ADDED, PHRASE_DELETED
from web.visitors import own_phrases, signed_in

blueprint = Blueprint("phrases", __name__)


@blueprint.get("/account/phrases")
def show_phrases() -> str:
    """All of them, and a field for one more."""
    return _page(PhraseForm())


@blueprint.post("/account/phrases")
def add() -> Response:
    """Keep one more."""
    form = PhraseForm.sent()
    if not form.validate() or not _added(form):
        return make_response(_page(form), 422)
    flash(PHRASE_ADDED)
    return redirect(url_for("phrases.show_phrases"), 303)


@blueprint.post("/account/phrases/<int:phrase_id>/delete")
def delete(phrase_id: int) -> Response:
    """Drop one."""
    with transaction() as session:
        delete_phrase(session, signed_in().person_id, phrase_id)
    flash(PHRASE_DELETED)
    return redirect(url_for("phrases.show_phrases"), 303)


def _added(form: PhraseForm) -> bool:
    try:
        with transaction() as session:
            add_phrase(session, signed_in().person_id, form["text"].data, moment())
    except InvalidCommandError as error:
        form.add_problems(error.fields)
        return False
    return True


def _page(form: PhraseForm) -> str:
    return render_template("phrases.html", form=form, rows=own_phrases(), most=MOST_PHRASES)
