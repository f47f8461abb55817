"""The public site: what was published, for everybody, without an account and without a cookie."""

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from services.clock import local_date
from services.errors import RecordNotFoundError
from services.queries.public.bulletins import find_bulletin, list_bulletins
from services.queries.public.cases import (
    PublicCaseRow,
    PublicFilter,
    count_statuses,
    find_picture,
    find_public_case,
    list_pictures,
    list_public_cases,
    list_years,
)
from services.queries.public.entries import (
    PublicEntryRow,
    list_amendments,
    list_entries_of,
    list_news,
)
from services.queries.public.statistics import count_public_cases
from web.context import moment, office, reading
from web.labels.public import party_said, site_name
from web.views.files import pdf, picture
from web.views.public import (
    PAGE_SIZE,
    PublicWanted,
    counties_of,
    entry_line,
    log_view,
    page_number,
    public_case_view,
    public_list_view,
    sector_names,
)
from web.views.public_bulletins import bulletin_view
from web.views.public_data import (
    CSV_TYPE,
    JSON_TYPE,
    MOST_CASES,
    cases_csv,
    cases_json,
    data_columns,
)
from web.views.public_feeds import (
    ATOM_TYPE,
    MOST_ENTRIES,
    RSS_TYPE,
    Feed,
    atom,
    feeds_of,
    find_feed,
    rss,
)
from web.views.public_links import current_copy, public_link
from web.views.public_statistics import statistics_view

blueprint = Blueprint("public", __name__)
NEWEST = 8
MOST_BULLETINS = 240  # twenty years of them


@blueprint.context_processor
def words_of_every_page() -> dict[str, object]:
    """What the frame of a public page says."""
    return {
        "link": public_link,
        "party_said": party_said,
        "in_copy": current_copy() is not None,
        "site_name": site_name(office().profile.name),
        "today": local_date(moment()),
    }


@blueprint.get("/public")
def show_front() -> str:
    """What this is, how many cases stand where, and what was published last."""
    with reading() as session:
        numbers = count_statuses(session, local_date(moment()))
        news = list_news(session, NEWEST)
        bulletins = list_bulletins(session, 1)
    return render_template(
        "public_front.html",
        numbers=numbers,
        news=[entry_line(row) for row in news],
        bulletin=bulletin_view(bulletins[0]) if bulletins else None,
        counties=_counties(),
        sectors=sector_names(),
    )


@blueprint.get("/public/cases")
def list_cases() -> str:
    """The published cases, as narrowed by the address."""
    counties, today = _counties(), local_date(moment())
    wanted = PublicWanted.read(request.args)
    with reading() as session:
        found = list_public_cases(session, wanted.as_filter(), today, PAGE_SIZE, wanted.offset)
        years = list_years(session)
    page = public_list_view(wanted, found, years, counties, today)
    return render_template("public_cases.html", page=page)


@blueprint.get("/public/cases/<int:public_id>")
def show_case(public_id: int) -> AnyResponse | str:
    """One case; of one that was taken down only that it was, and by which rule."""
    with reading() as session:
        case = find_public_case(session, public_id)
        if case is None:
            raise RecordNotFoundError
        entries = list_entries_of(session, public_id)
        pictures = list_pictures(session, public_id)
    if case.taken_down_at is not None:
        lines = [line for line in map(entry_line, entries) if line.is_takedown]
        gone = render_template("public_taken_down.html", public_id=public_id, lines=lines)
        return make_response(gone, 410)
    page = public_case_view(case, entries, pictures, local_date(moment()))
    return render_template("public_case.html", page=page)


@blueprint.get("/public/pictures/<token>")
def show_picture(token: str) -> Response:
    """A picture of a published case, until it is withdrawn."""
    with reading() as session:
        found = find_picture(session, token)
    if found is None:
        raise RecordNotFoundError
    return picture(found.sha256, found.media_type)


@blueprint.get("/public/bulletins")
def list_all_bulletins() -> str:
    """The monthly bulletins."""
    with reading() as session:
        found = list_bulletins(session, MOST_BULLETINS)
    return render_template("public_bulletins.html", bulletins=[bulletin_view(row) for row in found])


@blueprint.get("/public/bulletins/<int:bulletin_id>")
def show_bulletin(bulletin_id: int) -> str:
    """One bulletin, with the anchor of the audit chain that it bears."""
    with reading() as session:
        found = find_bulletin(session, bulletin_id)
    if found is None:
        raise RecordNotFoundError
    return render_template("public_bulletin.html", page=bulletin_view(found))


@blueprint.get("/public/bulletins/<int:bulletin_id>.pdf")
def show_bulletin_file(bulletin_id: int) -> Response:
    """A bulletin as it was printed."""
    with reading() as session:
        found = find_bulletin(session, bulletin_id)
    if found is None or found.sha256 is None or not found.is_offered:
        raise RecordNotFoundError
    return pdf(office().files.read(found.sha256), f"{bulletin_view(found).title}.pdf")


@blueprint.get("/public/statistics")
def show_statistics() -> str:
    """How many there are where, in bands."""
    with reading() as session:
        counts = count_public_cases(session, local_date(moment()))
    tables = statistics_view(counts, _counties())
    return render_template("public_statistics.html", tables=tables)


@blueprint.get("/public/log")
def show_log() -> str:
    """What was corrected and taken down, and why."""
    number = page_number(request.args)
    with reading() as session:
        found = list_amendments(session, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    return render_template("public_log.html", page=log_view(found, number))


@blueprint.get("/public/data")
def show_data() -> str:
    """The open data, and what each column holds."""
    return render_template("public_data.html", columns=data_columns())


@blueprint.get("/public/data/cases.csv")
def download_csv() -> Response:
    """All published cases for a table."""
    return Response(cases_csv(_all_cases(), local_date(moment())), content_type=CSV_TYPE)


@blueprint.get("/public/data/cases.json")
def download_json() -> Response:
    """All published cases for a program."""
    place, today = office().profile.name, local_date(moment())
    content = cases_json(_all_cases(), place, moment(), today)
    return Response(content, content_type=JSON_TYPE)


@blueprint.get("/public/contacts")
def show_contacts() -> str:
    """To whom one turns."""
    return render_template("public_contacts.html")


@blueprint.get("/public/feeds")
def show_feeds() -> str:
    """To what one can subscribe."""
    return render_template("public_feeds.html", feeds=feeds_of(_counties()))


@blueprint.get("/public/feeds/<name>.atom")
def show_atom(name: str) -> Response:
    """One feed as Atom."""
    feed, rows = _feed(name)
    return Response(atom(feed, rows, office().profile.name, moment()), content_type=ATOM_TYPE)


@blueprint.get("/public/feeds/<name>.rss")
def show_rss(name: str) -> Response:
    """One feed as RSS."""
    feed, rows = _feed(name)
    return Response(rss(feed, rows, office().profile.name, moment()), content_type=RSS_TYPE)


def _feed(name: str) -> tuple[Feed, tuple[PublicEntryRow, ...]]:
    feed = find_feed(name, _counties())
    if feed is None:
        raise RecordNotFoundError
    with reading() as session:
        rows = list_news(session, MOST_ENTRIES, sector=feed.sector, division_code=feed.county)
    return feed, rows


def _all_cases() -> tuple[PublicCaseRow, ...]:
    with reading() as session:
        today = local_date(moment())
        return list_public_cases(session, PublicFilter(), today, MOST_CASES).rows


def _counties() -> Mapping[str, str]:
    return counties_of(office().profile.division_code)
