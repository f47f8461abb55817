"""日程: one's own deadlines by day, and the secret address at which a calendar reads them."""

import hashlib

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.administration.feeds import end_own_feed, make_own_feed
from services.calendar_feeds import FeedNotFoundError, count_wrong_address, read_feed
from services.clock import local_date
from services.queries.months import Month
from services.queries.own_deadlines import OwnDeadlineRow, Span, list_own_deadlines
from services.queries.people import find_actor
from services.sign_in_rules import network_of
from web.context import moment, office, reading, transaction
from web.views.calendar import calendar_view
from web.views.calendar_file import calendar_file
from web.visitors import acting, looking
from workflows.permissions import UNTOLD_CLOCKS

blueprint = Blueprint("calendar", __name__)
MOST_IN_FILE = 500


@blueprint.get("/deadlines/calendar")
def show_calendar() -> str:
    """One month; of the present one also what should have been done before it."""
    with looking() as frame:
        month = Month.read(request.args.get("month", "")) or Month.of(frame.today)
        page = calendar_view(frame, month)
    return render_template("calendar.html", page=page)


@blueprint.post("/account/calendar")
def make_address() -> str:
    """Make the visitor's address and show it, this once; the one before is worthless."""
    with acting() as frame:
        token = make_own_feed(frame)
    address = url_for("calendar.show_feed", token=token, _external=True)
    return render_template("calendar_address.html", address=address)


@blueprint.post("/account/calendar/end")
def end_address() -> BaseResponse:
    """No calendar reads the visitor's deadlines any more."""
    with acting() as frame:
        end_own_feed(frame)
    flash("feed_ended")
    return redirect(url_for("account.show_account"), 303)


@blueprint.get("/calendar/<token>.ics")
def show_feed(token: str) -> Response:
    """The deadlines of whoever made this address; 304 while nothing has changed."""
    rows = _rows_at(token)
    tag = hashlib.sha256(f"{request.host_url} {rows}".encode()).hexdigest()
    if request.if_none_match.contains(tag):
        response = Response(status=304)
    else:
        content = calendar_file(rows, _address)
        response = Response(content, content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    response.set_etag(tag)
    return response


def _rows_at(token: str) -> list[OwnDeadlineRow]:
    """FeedNotFoundError also for whoever holds no post any more."""
    with transaction() as work:
        person_id = read_feed(work, token, moment())
    if person_id is None:
        with transaction() as work:
            count_wrong_address(work, network_of(request.remote_addr or ""), moment())
        raise FeedNotFoundError
    today, rules = local_date(moment()), office().profile.rules
    with reading() as work:
        actor = find_actor(work, person_id, today)
        if actor is None or not actor.posts:
            raise FeedNotFoundError
        rows = list_own_deadlines(work, actor, rules, today, Span(), MOST_IN_FILE)
    # What nobody outside has been told of does not leave the office.
    return [row for row in rows if row.rule_id not in UNTOLD_CLOCKS]


def _address(row: OwnDeadlineRow) -> str:
    anchor = f"counting-{row.deadline_id}"
    return url_for("cases.show_case", case_id=row.case_id, _anchor=anchor, _external=True)
