"""Traceback of one case: the chain backwards, and the case as it stood on a day."""

from datetime import date

from flask import Blueprint, render_template, request, url_for

from services.as_it_stood import get_as_it_stood
from services.definitions import load_definition
from services.diagrams import diagrams_of
from services.errors import CaseNotFoundError
from services.queries.case_page import get_case_page
from services.queries.trace import trace_back
from services.queries.tracebacks import may_propose
from web.context import surroundings
from web.views.as_it_stood import as_it_stood_view, chain_view, link_said
from web.views.case_page import case_head
from web.visitors import looking

blueprint = Blueprint("tracing", __name__)


@blueprint.get("/cases/<int:case_id>/trace")
def show_trace(case_id: int) -> str:
    """The chain backwards, for whoever reads the inside of the case."""
    with looking() as frame:
        case = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
        if not case.is_inside:
            raise CaseNotFoundError
        links = trace_back(frame.session, case_id, frame.actor)
        proposes = may_propose(frame.session, frame.actor, case_id)
    return render_template(
        "case_trace.html",
        head=case_head(case, frame.now),
        parts=chain_view(links),
        link_said=link_said,
        today=frame.today,
        may_propose=proposes,
    )


@blueprint.get("/cases/<int:case_id>/as-it-stood")
def show_as_it_stood(case_id: int) -> str:
    """The case as it stood at the end of a day; without a day, as it stands."""
    with looking() as frame:
        on = min(_day(request.args.get("on", "")) or frame.today, frame.today)
        profile = frame.office.profile
        found = get_as_it_stood(frame.session, frame.actor, case_id, profile, on, frame.now)
        pinned = load_definition(frame.session, found.page.definition_digest)
    folder = surroundings().settings.diagrams_folder
    diagrams = diagrams_of(pinned, frame.office.case_definition, folder)
    addresses = {
        diagram.outline.process_id: url_for(
            "tracing.show_as_it_stood",
            case_id=case_id,
            on=on.isoformat(),
            process=diagram.outline.process_id,
        )
        for diagram in diagrams
    }
    page = as_it_stood_view(found, on, diagrams, request.args.get("process", ""), addresses)
    return render_template(
        "case_as_it_stood.html",
        head=case_head(found.page, frame.now),
        page=page,
        addresses=addresses,
        today=frame.today,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
