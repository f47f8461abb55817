"""The administrators' pages: what is proposed, what is confirmed, what is on record."""

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from services.administration.links import make_confirmed_link
from services.administration.links import set_request_aside as set_aside
from services.administration.log import first_changed_entry
from services.administration.proposals import confirm, propose, refuse, withdraw
from services.errors import InvalidCommandError
from services.frame import Frame
from services.queries.administration import organisations, persons, posts, proposals
from services.queries.administration.log import chain_head, list_entries
from services.queries.bans import stops_of_proposal
from services.queries.calendar import current_calendar
from services.queries.vacancies import list_vacancies
from services.queries.worker_status import get_worker_status
from services.sealer import fingerprint
from services.sealing import verify
from web.forms.administration import (
    AccountForm,
    ChangeForm,
    DecisionForm,
    EndPostForm,
    HolidaysForm,
    OrganisationForm,
    PersonForm,
    PostForm,
    change_from,
)
from web.forms.step import typed
from web.guards import may_open
from web.views.administration import (
    PAGE_SIZE,
    ChainState,
    ListWanted,
    LogWanted,
    log_view,
    organisation_view,
    proposal_view,
    roles_of,
)
from web.views.tasks import page_number
from web.visitors import acting, looking
from workflows.administration import ChangeKind, ProposalState
from workflows.vocabulary import OrganisationKind

blueprint = Blueprint("administration", __name__, url_prefix="/administration")
MOST_VACANCIES = 50


@blueprint.get("")
def show_overview() -> str:
    """What waits, and who the three administrators are."""
    with looking() as frame:
        return render_template(
            "administration_overview.html",
            administrators=posts.list_administrators(frame.session, frame.today),
            waiting=proposals.count_open_proposals(frame.session),
            requests=persons.list_requests(frame.session, frame.today),
            worker=get_worker_status(frame.session, frame.now),
            vacancies=list_vacancies(
                frame.session, frame.office.profile, frame.today, MOST_VACANCIES
            ),
        )


@blueprint.get("/organisations")
def list_organisations() -> str:
    """Organisations, searched by name or credit code."""
    wanted = ListWanted.read(request.args)
    with looking() as frame:
        found = organisations.list_organisations(
            frame.session, wanted.text, wanted.kind, frame.today, PAGE_SIZE, wanted.offset
        )
    return render_template("administration_organisations.html", found=found, wanted=wanted)


@blueprint.get("/organisations/<int:organisation_id>")
def show_organisation(organisation_id: int) -> str:
    """One organisation with its posts."""
    with looking() as frame:
        found = organisations.get_organisation(frame.session, organisation_id, frame.today)
    return render_template(
        "administration_organisation.html", page=organisation_view(found, frame.today)
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
def add_organisation() -> Response | str:
    """Propose a new organisation."""
    form = OrganisationForm.sent() if request.method == "POST" else OrganisationForm()
    _offer_organisations(form)
    template = "administration_organisation_form.html"
    return _answer(form, template, lambda: _try(form, ChangeKind.ADD_ORGANISATION), page=None)


@blueprint.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
def edit_organisation(organisation_id: int) -> Response | str:
    """Propose other details of an organisation."""
    with looking() as frame:
        found = organisations.get_organisation(frame.session, organisation_id, frame.today)
    asked = request.method == "GET"
    form = OrganisationForm(typed(found.values)) if asked else OrganisationForm.sent()
    del form.kind
    _offer_organisations(form)
    kind = ChangeKind.EDIT_ORGANISATION
    return _answer(
        form,
        "administration_organisation_form.html",
        lambda: _try(form, kind, organisation_id=organisation_id),
        page=organisation_view(found, frame.today),
    )


@blueprint.route("/holidays/new", methods=["GET", "POST"])
def load_holidays() -> Response | str:
    """Propose the notice of a year; below it those that are in force."""
    form = HolidaysForm.sent() if request.method == "POST" else HolidaysForm()
    with looking() as frame:
        notices = current_calendar(frame.session, frame.office).notices
    return _answer(
        form,
        "administration_holidays_form.html",
        lambda: _try(form, ChangeKind.LOAD_HOLIDAYS),
        notices=sorted(notices.items(), reverse=True),
    )


@blueprint.get("/persons")
def list_persons() -> str:
    """Persons, searched by name, user name or organisation."""
    wanted = ListWanted.read(request.args)
    with looking() as frame:
        found = persons.list_persons(
            frame.session, wanted.text, frame.today, PAGE_SIZE, wanted.offset
        )
    return render_template("administration_persons.html", found=found, wanted=wanted)


@blueprint.get("/persons/<int:person_id>")
def show_person(person_id: int) -> str:
    """One person: account, posts, what waits, and what can be proposed."""
    return _person_page(person_id, AccountForm(), EndPostForm(), ended=None)


@blueprint.route("/persons/new", methods=["GET", "POST"])
def add_person() -> Response | str:
    """Propose a new person with an account and a first post."""
    form = PersonForm.sent() if request.method == "POST" else PersonForm(_beginning())
    return _answer_post(form, ChangeKind.ADD_PERSON, person_id=None)


@blueprint.route("/persons/<int:person_id>/posts/new", methods=["GET", "POST"])
def give_post(person_id: int) -> Response | str:
    """Propose a further post."""
    form = PostForm.sent() if request.method == "POST" else PostForm(_beginning())
    return _answer_post(form, ChangeKind.GIVE_POST, person_id=person_id)


@blueprint.post("/persons/<int:person_id>/posts/<int:post_id>/end")
def end_post(person_id: int, post_id: int) -> Response | str:
    """Propose the last day of a post."""
    form = EndPostForm.sent()
    proposed = _try(form, ChangeKind.END_POST, person_id=person_id, post_id=post_id)
    if proposed is None:
        return make_response(_person_page(person_id, AccountForm(), form, ended=post_id), 422)
    return _proposed(proposed)


@blueprint.post("/persons/<int:person_id>/account")
def change_account(person_id: int) -> Response | str:
    """Propose to disable or enable an account, or to issue a link."""
    form = AccountForm.sent()
    with looking() as frame:
        form.offer(persons.get_person(frame.session, person_id, frame.now).row.state)
    proposed = None
    if form.validate():
        proposed = _try(form, ChangeKind(form.kind.data), person_id=person_id)
    if proposed is None:
        return make_response(_person_page(person_id, form, EndPostForm(), ended=None), 422)
    return _proposed(proposed)


@blueprint.post("/persons/<int:person_id>/link")
def make_link(person_id: int) -> str:
    """Make the link that was confirmed and show it, this once."""
    with acting() as frame:
        link = make_confirmed_link(frame, person_id)
    address = url_for("password_links.show_link", _external=True)
    return render_template(
        "administration_link.html",
        links=[link],
        address=address,
        back=url_for("administration.show_person", person_id=person_id),
    )


@blueprint.post("/persons/<int:person_id>/request/close")
def set_request_aside(person_id: int) -> Response:
    """A request for a new password that is not answered by a link."""
    with acting() as frame:
        set_aside(frame, person_id)
    flash("set_aside")
    return redirect(url_for("administration.show_overview"), 303)


@blueprint.get("/changes")
def list_proposals() -> str:
    """Proposed changes, those that wait first."""
    state = request.args.get("state", "")
    chosen = ProposalState(state) if state in set(ProposalState) else None
    number = page_number(request.args.get("page", "1"))
    with looking() as frame:
        found = proposals.list_proposals(frame.session, chosen, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    wanted = ListWanted("", None, number)
    return render_template(
        "administration_proposals.html", found=found, wanted=wanted, chosen=chosen
    )


@blueprint.get("/changes/<int:proposal_id>")
def show_proposal(proposal_id: int) -> str:
    """One proposed change: what it is, and what it replaces."""
    return _proposal_page(proposal_id, DecisionForm())


@blueprint.post("/changes/<int:proposal_id>/decision")
def decide_proposal(proposal_id: int) -> Response | str:
    """The second person's decision."""
    form = DecisionForm.sent()
    said = "confirmed" if request.form.get("decision") == "confirm" else "refused"
    if not form.validate():
        return make_response(_proposal_page(proposal_id, form), 422)
    decide: Callable[[Frame, int, str], None] = confirm if said == "confirmed" else refuse
    try:
        with acting() as frame:
            decide(frame, proposal_id, form.opinion.data or "")
    except InvalidCommandError as error:
        form.add_problems({"opinion": next(iter(error.fields.values()))})
        return make_response(_proposal_page(proposal_id, form), 422)
    flash(said)
    return redirect(url_for("administration.show_proposal", proposal_id=proposal_id), 303)


@blueprint.post("/changes/<int:proposal_id>/withdrawal")
def withdraw_proposal(proposal_id: int) -> Response:
    """Who proposed it takes it back."""
    with acting() as frame:
        withdraw(frame, proposal_id)
    flash("withdrawn")
    return redirect(url_for("administration.show_proposal", proposal_id=proposal_id), 303)


@blueprint.get("/log")
def show_log() -> str:
    """The log, the newest first, and the state of the chain when it is asked for."""
    wanted = LogWanted.read(request.args)
    with looking() as frame:
        found = list_entries(frame.session, wanted.filter, PAGE_SIZE, wanted.offset)
        state = ChainState(chain_head(frame.session))
        if wanted.check:
            state = ChainState(
                state.head,
                checked=True,
                verdict=verify(frame.session, frame.office.sealer),
                key=fingerprint(frame.office.sealer.public_key),
                changed_entry=first_changed_entry(frame.session),
            )
        page = log_view(frame.session, found, wanted, state)
    return render_template("administration_log.html", page=page)


def _answer_post(form: PostForm, kind: ChangeKind, person_id: int | None) -> Response | str:
    with looking() as frame:
        form.offer(organisations.list_organisation_names(frame.session))
        holder = persons.get_person(frame.session, person_id, frame.now) if person_id else None

    def attempt() -> int | None:
        chosen = int(form.organisation_id.data or 0)
        return _try(form, kind, person_id=person_id, organisation_id=chosen)

    template = "administration_post_form.html"
    return _answer(form, template, attempt, holder=holder, roles=roles_of())


def _answer(
    form: ChangeForm, template: str, attempt: Callable[[], int | None], **page: object
) -> Response | str:
    if request.method == "GET":
        return render_template(template, form=form, **page)
    proposed = attempt() if form.validate() else None
    if proposed is None:
        return make_response(render_template(template, form=form, **page), 422)
    return _proposed(proposed)


def _try(form: ChangeForm, kind: ChangeKind, **concerned: int | None) -> int | None:
    """The id of the proposal; None when the form has to be amended, with the problems in it."""
    if not form.validate():
        return None
    try:
        with acting() as frame:
            return propose(frame, change_from(form, kind, **concerned))
    except InvalidCommandError as error:
        form.take_problems(error)
        return None


def _proposed(proposal_id: int) -> Response:
    flash("proposed")
    return redirect(url_for("administration.show_proposal", proposal_id=proposal_id), 303)


def _beginning() -> MultiDict[str, str]:
    with looking() as frame:
        chosen = request.args.get("organisation", "")
        return typed({"valid_from": frame.today.isoformat(), "organisation_id": chosen})


def _offer_organisations(form: OrganisationForm) -> None:
    with looking() as frame:
        parents = organisations.list_organisation_names(frame.session)
        departments = organisations.list_organisation_names(
            frame.session, (OrganisationKind.DEPARTMENT,)
        )
    form.offer(parents, departments)


def _person_page(
    person_id: int, account_form: AccountForm, end_form: EndPostForm, ended: int | None
) -> str:
    with looking() as frame:
        found = persons.get_person(frame.session, person_id, frame.now)
    account_form.offer(found.row.state)
    return render_template(
        "administration_person.html",
        found=found,
        form=end_form if ended else account_form,
        account_form=account_form,
        end_form=end_form,
        ended=ended,
        today=frame.today,
        own=person_id == frame.actor.person_id,
    )


def _proposal_page(proposal_id: int, form: DecisionForm) -> str:
    with looking() as frame:
        found = proposals.get_proposal(frame.session, proposal_id)
        page = proposal_view(frame.session, found, frame.actor.person_id)
        told = page.is_open and may_open("administration.decide_proposal")
        hits = stops_of_proposal(frame.session, proposal_id, frame.today) if told else ()
    return render_template("administration_proposal.html", page=page, form=form, hits=hits)
