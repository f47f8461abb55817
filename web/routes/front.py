"""The front page: what this is, for everybody."""

from flask import Blueprint, render_template

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
def show_front_page() -> str:
    """Says what the system is and where to sign in; shows no case."""
    return render_template("front.html")
