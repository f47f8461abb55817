"""The ledger, and the pages of one case."""

from flask import Blueprint, render_template, request, url_for

from services.definitions import load_definition
from services.diagrams import diagrams_of, standing_steps
from services.errors import CaseNotFoundError
from services.queries.assignments import find_claims, list_deeds
from services.queries.calendar import current_calendar
from services.queries.case_page import get_case_page
from services.queries.decision_facts import facts_at_acts
from services.queries.earlier_cases import list_earlier
from services.queries.knowledge import get_knowledge
from services.queries.ledger import list_ledger
from services.queries.passage import list_advances
from services.queries.time_held import account_for_time
from services.queries.urges import list_suggestions_of, list_urges
from services.queries.vacancies import list_vacant_steps
from web.context import surroundings
from web.views.case_page import case_head, case_view
from web.views.copies import copies_view
from web.views.diagram import diagram_view
from web.views.earlier_cases import earlier_lines
from web.views.knowledge import knowledge_view
from web.views.ledger import PAGE_SIZE, Wanted, ledger_view, watch_of
from web.views.open_step import open_steps
from web.views.paper import paper_of_case
from web.views.record import record_view
from web.visitors import looking

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases")
def list_cases() -> str:
    """The ledger: every case that the visitor may see, soonest deadline first."""
    wanted = Wanted.read(request.args)
    with looking() as frame:
        profile = frame.office.profile
        asked = wanted.as_filter(watch_of(frame.now, profile.attention))
        found = list_ledger(frame.session, frame.actor, asked, PAGE_SIZE, wanted.offset)
    return render_template("ledger.html", page=ledger_view(wanted, found, profile, frame.now))


@blueprint.get("/cases/<int:case_id>")
def show_case(case_id: int) -> str:
    """Where a case stands, its facts, its acts, its documents and deadlines."""
    with looking() as frame:
        profile = frame.office.profile
        case = get_case_page(frame.session, frame.actor, case_id, profile)
        claims = find_claims(frame.session, frame.actor, case_id, frame.today, profile)
        deeds = list_deeds(frame.session, frame.actor, case_id, profile)
        facts = facts_at_acts(frame.session, case, list_advances(frame.session, case))
        copies = copies_view(frame, case)
        paper = paper_of_case(frame, case)
        urges = list_urges(frame.session, frame.actor, case_id, inside=case.is_inside)
        suggestions = list_suggestions_of(frame.session, frame.actor, case_id)
        vacant = list_vacant_steps(frame.session, case_id, frame.today)
    steps = open_steps(case, claims, vacant, frame.now)
    page = case_view(case, steps, facts, deeds, copies, urges, frame.now)
    return render_template("case.html", page=page, paper=paper, suggestions=suggestions)


@blueprint.get("/cases/<int:case_id>/diagram")
def show_diagram(case_id: int) -> str:
    """The way a case has taken, as a picture and in words."""
    with looking() as frame:
        case = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
        advances = list_advances(frame.session, case)
        pinned = load_definition(frame.session, case.definition_digest)
    folder = surroundings().settings.diagrams_folder
    diagrams = diagrams_of(pinned, frame.office.case_definition, folder)
    addresses = {
        diagram.outline.process_id: url_for(
            "cases.show_diagram", case_id=case_id, process=diagram.outline.process_id
        )
        for diagram in diagrams
    }
    wanted = request.args.get("process", "")
    page = diagram_view(case, diagrams, advances, wanted, addresses, frame.now)
    return render_template(
        "case_diagram.html", head=case_head(case, frame.now), page=page, addresses=addresses
    )


@blueprint.get("/cases/<int:case_id>/record")
def show_record(case_id: int) -> str:
    """Every step with its arrival, its end, and how long it took."""
    with looking() as frame:
        case = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
        advances = list_advances(frame.session, case)
        deeds = list_deeds(frame.session, frame.actor, case_id, frame.office.profile)
        facts = facts_at_acts(frame.session, case, advances)
        standing = standing_steps(load_definition(frame.session, case.definition_digest))
        calendar = current_calendar(frame.session, frame.office)
    held = account_for_time(case, advances, deeds, standing, calendar, frame.now)
    page = record_view(case, facts, deeds, held, calendar, frame.now)
    return render_template("case_record.html", head=case_head(case, frame.now), page=page)


@blueprint.get("/cases/<int:case_id>/earlier")
def show_earlier(case_id: int) -> str:
    """Earlier cases of the same kind: who accepted them, who delisted them, on what evidence."""
    with looking() as frame:
        case = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
        if not case.is_inside:
            raise CaseNotFoundError
        earlier = list_earlier(frame.session, frame.actor, case_id)
    return render_template(
        "case_earlier.html", head=case_head(case, frame.now), earlier=earlier_lines(earlier)
    )


@blueprint.get("/cases/<int:case_id>/knowledge")
def show_knowledge(case_id: int) -> str:
    """Who knew what when, for whoever reads the inside of the case."""
    with looking() as frame:
        case = get_case_page(frame.session, frame.actor, case_id, frame.office.profile)
        found = get_knowledge(frame.session, frame.actor, case_id, frame.office, frame.now)
    return render_template(
        "case_knowledge.html", head=case_head(case, frame.now), page=knowledge_view(found)
    )
