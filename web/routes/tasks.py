"""One's duties, and the page on which each of them is decided."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.action_table import ACTIONS
from services.drafts import drop_draft, find_draft, save_draft
from services.errors import InvalidCommandError, ShownChangedError
from services.frame import Frame, Receipt
from services.queries.assignments import refuse_if_held
from services.queries.brief import Brief, get_brief, get_criterion_shown
from services.queries.case_page import CasePage, get_case_page
from services.queries.deeds import count_waiting
from services.queries.duty_groups import DutyGroup, count_groups, list_groups
from services.queries.form_key import FormKey
from services.queries.listing_batches import WaitingGroup, list_waiting_groups
from services.queries.own_work import count_own_work
from services.queries.paper_cases import count_waiting_on_paper
from services.queries.returns import count_owed
from services.second_factor import SecondFactorError
from web.context import office
from web.forms.acts import ACT_FORMS, Target, command_of, outcome_of
from web.forms.sent import beginning, pressed, typed_values
from web.forms.signing import CodeForm
from web.forms.step import StepForm
from web.guards import may_open
from web.labels import batch_decided
from web.views.brief import brief_view
from web.views.criterion import criterion_view
from web.views.followed import CATEGORY, tell_what_followed
from web.views.paper import paper_of_case
from web.views.signing import asks_for_code, signing_view
from web.views.tasks import PAGE_SIZE, PageAsked, duties_view, page_number, step_asked_for
from web.visitors import acting, looking, signing
from workflows.vocabulary import Action, Outcome

blueprint = Blueprint("tasks", __name__)
TASK = "/cases/<int:case_id>/tasks/<task_id>"
CRITERION = "/cases/<int:case_id>/criterion"


@blueprint.get("/tasks")
def list_tasks() -> str:
    """What falls to the visitor, by who holds it, soonest due first."""
    numbers = {group: page_number(request.args.get(group, "1")) for group in DutyGroup}
    step = step_asked_for(request.args.get("step", ""))
    with looking() as frame:
        session, actor = frame.session, frame.actor
        counts = count_own_work(session, actor, frame.now)
        groups = (
            count_groups(session, actor, frame.today, frame.now, step) if step else counts.groups
        )
        pages = [PageAsked(group, groups[group], numbers[group], step) for group in DutyGroup]
        offsets = {asked.group: asked.offset for asked in pages}
        rows = list_groups(session, actor, frame.today, offsets, PAGE_SIZE, step)
        to_confirm = count_waiting(session, actor, frame.today)
        paper_waiting = count_waiting_on_paper(session, actor)
        batches = _batches(frame)
        returns = count_owed(session, actor)
    page = duties_view(rows, pages, counts, frame.now)
    return render_template(
        "tasks.html",
        page=page,
        to_confirm=to_confirm,
        paper_waiting=paper_waiting,
        batches=batches,
        returns=returns,
    )


@blueprint.get(TASK)
def show_task(case_id: int, task_id: str) -> str:
    """The brief and the form, with what was kept of an earlier try."""
    with looking() as frame:
        brief = _brief(frame, case_id, task_id)
        kept = find_draft(frame.session, frame.actor.person_id, _form_key(brief))
        form_class = ACT_FORMS[brief.step.task.step]
        begun = beginning(form_class, brief, kept)
        form = form_class(begun.values)
        form.fit(brief, frame.office.profile)
        page = brief_view(frame, brief, form, kept, from_earlier=begun.from_earlier)
        paper = paper_of_case(frame, brief.page)
        asked = signing_view(frame, brief.step.task.step)
    return render_template("task.html", page=page, paper=paper, signing=asked)


@blueprint.post(TASK)
def carry_out(case_id: int, task_id: str) -> Response:
    """Decide; or keep what was typed; or list the clauses and go on typing."""
    with looking() as frame:
        brief = _brief(frame, case_id, task_id)
        if not pressed("draft"):
            _refuse_if_held(frame, brief)
    if pressed("draft"):
        return _keep(brief)
    if request.form.get("shown") != brief.shown:
        raise ShownChangedError
    form = ACT_FORMS[brief.step.task.step].sent()
    form.fit(brief, office().profile)
    if pressed("list_clauses") or pressed("mark_photos"):
        return make_response(_page_again(brief, form))
    code = CodeForm.sent()
    receipt = _try(brief, form, code, _pressed_outcome(brief.step.task.step))
    if receipt is None:
        return make_response(_page_again(brief, form, code), 422)
    with looking() as frame:
        address = tell_what_followed(frame, brief.page, brief.step.task.step, receipt)
    if brief.sitting is not None:
        flash(batch_decided(len(brief.sitting.acted_on)), CATEGORY)
    return redirect(address, 303)


@blueprint.get(CRITERION)
def show_criterion(case_id: int) -> str:
    """The typed clause beside the files that it is compared with."""
    with looking() as frame:
        shown = get_criterion_shown(frame.session, frame.actor, case_id)
        page = criterion_view(_case(frame, case_id), shown, frame.actor)
    return render_template("criterion.html", page=page)


@blueprint.post(CRITERION)
def confirm_criterion(case_id: int) -> Response:
    """A second person confirms the clause."""
    action = Action.CONFIRM_CRITERION
    form = ACT_FORMS[action].sent()
    if not form.is_complete(Outcome.DONE):
        raise InvalidCommandError({name: code for _id, name, code in form.problems()})
    target = Target(case_id=case_id, shown=request.form.get("shown", ""))
    with acting() as frame:
        before = _case(frame, case_id)
        receipt = ACTIONS[action].carry_out(
            frame, command_of(action, form, target, Outcome.DONE, ())
        )
    with looking() as frame:
        address = tell_what_followed(frame, before, action, receipt)
    return redirect(address, 303)


def _batches(frame: Frame) -> list[WaitingGroup]:
    """Cases that the visitor could propose by one notice."""
    if not may_open("listing_batches.show_form"):
        return []
    return list_waiting_groups(frame.session, frame.actor, frame.today)


def _brief(frame: Frame, case_id: int, task_id: str) -> Brief:
    return get_brief(
        frame.session, frame.actor, case_id, task_id, frame.office.profile, frame.today
    )


def _refuse_if_held(frame: Frame, brief: Brief) -> None:
    """Before the form is looked at: a page that comes back would not hold what was typed."""
    task, profile = brief.step.task, frame.office.profile
    refuse_if_held(frame.session, frame.actor, task.case_id, task.task_id, frame.today, profile)


def _form_key(brief: Brief) -> str:
    task = brief.step.task
    return str(FormKey(task.step, task.case_id, task.task_id))


def _pressed_outcome(action: Action) -> Outcome:
    outcome = outcome_of(action, request.form.get("outcome", ""))
    if outcome is None:
        raise InvalidCommandError({"outcome": "choice"})
    return outcome


def _try(brief: Brief, form: StepForm, code: CodeForm, outcome: Outcome) -> Receipt | None:
    """Carry the act out; None when the forms have to be amended, with the problems in them."""
    action = brief.step.task.step
    asked = asks_for_code(office(), action)
    complete = form.is_complete(outcome)
    if (asked and not code.validate()) or not complete:
        return None
    uploads = form.accepted_files(office().upload_limit_bytes)
    if uploads is None:
        return None
    target = Target(brief.page.case_id, brief.step.task.task_id, brief.shown)
    command = command_of(action, form, target, outcome, uploads)
    try:
        with signing(code.text) if asked else acting() as frame:
            receipt = ACTIONS[action].carry_out(frame, command)
            drop_draft(frame.session, frame.actor.person_id, _form_key(brief))
    except InvalidCommandError as error:
        form.take_problems(error)
        return None
    except SecondFactorError as error:
        code.refuse(error)
        return None
    return receipt


def _keep(brief: Brief) -> Response:
    """Texts and files; a file that is not accepted is named, the rest is kept all the same."""
    form = ACT_FORMS[brief.step.task.step].sent()
    form.fit(brief, office().profile)
    form.keep_files()
    with acting() as frame:
        values = {**typed_values(), **form.received_values()}
        save_draft(frame.session, frame.actor.person_id, _form_key(brief), values, frame.now)
    if list(form.problems()):
        return make_response(_page_again(brief, form), 422)
    task = brief.step.task
    return redirect(url_for("tasks.show_task", case_id=task.case_id, task_id=task.task_id), 303)


def _page_again(brief: Brief, form: StepForm, code: CodeForm | None = None) -> str:
    form.keep_files()
    with looking() as frame:
        kept = find_draft(frame.session, frame.actor.person_id, _form_key(brief))
        page = brief_view(frame, brief, form, kept)
        paper = paper_of_case(frame, brief.page)
        asked = signing_view(frame, brief.step.task.step, code)
    return render_template("task.html", page=page, paper=paper, signing=asked)


def _case(frame: Frame, case_id: int) -> CasePage:
    profile = frame.office.profile
    return get_case_page(frame.session, frame.actor, case_id, profile)
