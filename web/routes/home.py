"""The first page after signing in."""

from flask import Blueprint, render_template

from services.queries.disclosure import count_unpublished, count_waiting
from services.queries.look_backs import count_alerts, count_due
from services.queries.referrals import count_waiting as count_waiting_referrals
from services.queries.returns import count_owed
from services.queries.tips import count_waiting_tips
from services.recounting import list_moved
from web.views.home import desk_of, home_view
from web.views.signing import needs_device
from web.visitors import looking, signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/home")
def show_home() -> str:
    """What the visitor's posts have to look after today; a plain page without cases."""
    with looking() as frame:
        desk = desk_of(post.role for post in frame.actor.posts)
        page = home_view(frame, desk) if desk else None
        disclosures = count_waiting(frame.session, frame.actor)
        unpublished = count_unpublished(frame.session, frame.actor)
        referrals = (
            count_waiting_referrals(frame.session, frame.actor) if frame.office.referrals else 0
        )
        tips = count_waiting_tips(frame.session, frame.actor)
        settings = frame.office.profile.look_back
        look_backs = count_due(frame.session, frame.actor, settings, frame.today)
        alerts = count_alerts(frame.session, frame.actor)
        returns = count_owed(frame.session, frame.actor)
        moved = len(list_moved(frame.session, frame.actor, frame.office))
        unbound = needs_device(frame, signed_in().roles)
    return render_template(
        "home.html",
        page=page,
        person=signed_in(),
        moved=moved,
        needs_device=unbound,
        disclosures=disclosures,
        unpublished=unpublished,
        look_backs=look_backs,
        alerts=alerts,
        returns=returns,
        tips=tips,
        referrals=referrals,
    )
