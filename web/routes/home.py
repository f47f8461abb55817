"""The first page after signing in."""

from flask import Blueprint, render_template

from services.recounting import list_moved
from web.views.home import desk_of, home_view
from web.views.notices import list_notices
from web.views.signing import needs_device
from web.visitors import looking, signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/home")
def show_home() -> str:
    """What the visitor's posts have to look after today; a plain page without cases."""
    with looking() as frame:
        desk = desk_of(post.role for post in frame.actor.posts)
        page = home_view(frame, desk) if desk else None
        notices = list_notices(frame)
        moved = len(list_moved(frame.session, frame.actor, frame.office))
        unbound = needs_device(frame, signed_in().roles)
    return render_template(
        "home.html",
        page=page,
        person=signed_in(),
        moved=moved,
        needs_device=unbound,
        notices=notices,
    )
