"""The brief above a decision: what is asked, by when, what it rests on, what each button does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.drafts import Draft
from services.frame import Frame
from services.queries.brief import Brief, DraftShown
from services.queries.calendar import current_calendar
from services.queries.case_page import ActRow, CasePage, DeadlineRow
from services.queries.listing_batches import Sitting, list_waiting_groups
from services.queries.shown import BASIS, ON_DRAFT
from services.queries.tasks import TaskRow
from web.forms.criterion import CriterionForm
from web.forms.step import DecisionForm, StepForm
from web.labels import (
    ASKED,
    BATCH_OBSTACLES,
    DECISIONS,
    FIELD_LABELS,
    MENDS,
    NEEDS,
    PROPOSAL_NAMES,
    PROPOSALS,
    Decision,
)
from web.views.acts import content_of
from web.views.assignments import AssignmentView, assignment_view
from web.views.criterion import CriterionChoice, criterion_choice
from web.views.due import Due, due_of
from web.views.form_rows import FieldRow, field_labels, field_rows
from web.views.ledger import division_name, sector_name
from web.views.party_changes import PartyChange, party_changes
from web.views.photos import PhotoPair, photo_pairs
from workflows.deadlines import Evidence, days_left
from workflows.outcomes import OUTCOMES
from workflows.permissions import HANDOVER, ROLES_OF
from workflows.vocabulary import Action, DeadlineUnit, Outcome, Role

_A = Action
_ORDER, _PLAN, _APPLICATION = (
    _A.ISSUE_RECTIFICATION_ORDER,
    _A.SUBMIT_PLAN,
    _A.APPLY_FOR_ACCEPTANCE,
)
# What production has been stopped by.
_STOPS = (_A.ORDER_IMMEDIATE_MEASURES, _A.SERVE_SUSPENSION, _A.REPORT_STOPPAGE, _A.CONFIRM_STOPPAGE)
# What else helps to decide, besides the acts that the decision rests on.
FURTHER: Mapping[Action, tuple[Action, ...]] = {
    _A.SIGN_DOUBLE_REPORT: (_A.FILE_FIRST_REPORT,),
    _ORDER: (_A.FILE_FIRST_REPORT, _A.REGISTER_HAZARD, _A.VERIFY_HAZARD),
    _A.LIFT_IMMEDIATE_MEASURES: (_A.ORDER_IMMEDIATE_MEASURES,),
    _A.VERIFY_HAZARD: (_A.CONFIRM_VERDICT,),
    _A.PROPOSE_LISTING: (
        _A.CONFIRM_VERDICT,
        _A.VERIFY_HAZARD,
        _ORDER,
        _A.REVIEW_DRAFT,
        _A.COUNTERSIGN_LISTING,
        _A.SIGN_LISTING,
    ),
    _A.REVIEW_DRAFT: (_A.CONFIRM_VERDICT, _A.VERIFY_HAZARD),
    _A.COUNTERSIGN_LISTING: (_A.CONFIRM_VERDICT, _A.VERIFY_HAZARD),
    _A.SIGN_LISTING: (_A.CONFIRM_VERDICT, _A.VERIFY_HAZARD),
    _A.REPORT_HANDOVER_RESULT: (_ORDER, _A.ACKNOWLEDGE_HANDOVER),
    _A.ACKNOWLEDGE_HANDOVER: (_A.RESOLVE_COMPETENCE_DISPUTE, _A.ACKNOWLEDGE_HANDOVER, _ORDER),
    _A.RESOLVE_COMPETENCE_DISPUTE: (_A.ACKNOWLEDGE_HANDOVER, _A.VERIFY_HAZARD, _ORDER),
    _PLAN: (_ORDER, _A.REVIEW_PLAN, _A.APPROVE_ACCEPTANCE),
    _A.REVIEW_PLAN: (_A.GIVE_EXPERT_OPINION, _A.RECALL_EXPERT, _ORDER),
    _A.GIVE_EXPERT_OPINION: (_A.INVITE_EXPERT, _A.REVIEW_PLAN, _PLAN, _A.EVALUATE_EFFECT, _ORDER),
    _A.RECALL_EXPERT: (_A.INVITE_EXPERT, _A.REVIEW_PLAN),
    _A.INVITE_EXPERT: (_APPLICATION, _A.EVALUATE_EFFECT, _ORDER),
    _A.REPORT_PROGRESS: (_A.REVIEW_PROGRESS, _A.RECORD_VISIT, _PLAN),
    _A.REVIEW_PROGRESS: (_A.RECORD_VISIT, _PLAN),
    _A.UPDATE_FIVE_IN_PLACE: (_A.UPDATE_FIVE_IN_PLACE, _A.SUPPLEMENT_REPORT, _PLAN),
    _A.REQUEST_COORDINATION: (_A.ANSWER_COORDINATION, _A.RECORD_VISIT, _PLAN),
    _A.ANSWER_COORDINATION: (_A.REPORT_PROGRESS, _A.RECORD_VISIT, _PLAN, _ORDER),
    _A.PROPOSE_ESCALATION: (
        _A.SERVE_ESCALATION,
        _A.RECORD_TALK,
        _A.ANSWER_ESCALATION,
        _A.RECORD_VISIT,
        _PLAN,
    ),
    _A.CONFIRM_ESCALATION: (_A.REPORT_PROGRESS, _A.RECORD_VISIT, _A.SERVE_ESCALATION, _ORDER),
    _A.APPROVE_ESCALATION: (_A.REPORT_PROGRESS, _A.RECORD_VISIT, _A.SERVE_ESCALATION, _ORDER),
    _A.RECORD_TALK: (_A.REPORT_PROGRESS, _A.RECORD_VISIT, _PLAN, _ORDER),
    _A.ANSWER_ESCALATION: (_PLAN, _A.REPORT_PROGRESS, _ORDER),
    _A.REVIEW_ESCALATION_ANSWER: (_A.RECORD_VISIT, _A.REPORT_PROGRESS),
    _A.PROPOSE_SUSPENSION: (
        _A.VERIFY_HAZARD,
        _ORDER,
        _A.RECORD_VISIT,
        _A.REVIEW_LEGALITY,
        _A.SERVE_ESCALATION,
        _A.ANSWER_ESCALATION,
        _A.CONFIRM_REFUSAL,
    ),
    _A.REVIEW_LEGALITY: (_A.VERIFY_HAZARD, _ORDER, _A.RECORD_VISIT),
    _A.ANSWER_PENALTY_NOTICE: (_ORDER,),
    _A.RECORD_HEARING: (_A.PROPOSE_SUSPENSION,),
    _A.REVIEW_AFTER_HEARING: (
        _A.REVIEW_LEGALITY,
        _A.SERVE_PENALTY_NOTICE,
        _A.VERIFY_HAZARD,
        _ORDER,
    ),
    _A.DECIDE_SUSPENSION: (_A.VERIFY_HAZARD, _ORDER, _A.RECORD_VISIT),
    _A.LIFT_SUSPENSION: (_A.RECORD_VISIT, _A.REPORT_PROGRESS, _ORDER),
    _A.RECORD_REFUSAL: (_ORDER, _A.ORDER_IMMEDIATE_MEASURES, _A.RECORD_VISIT, _A.SERVE_SUSPENSION),
    _A.CONFIRM_REFUSAL: (_ORDER, _A.ORDER_IMMEDIATE_MEASURES, _A.RECORD_VISIT, _A.REPORT_PROGRESS),
    _A.PROPOSE_CORRECTION: (_ORDER, _A.SIGN_LISTING, _A.SIGN_CORRECTION),
    _A.SIGN_CORRECTION: (_ORDER,),
    _A.LIFT_REFUSAL: (_A.RECORD_VISIT, _A.REPORT_PROGRESS, _ORDER),
    _A.PROPOSE_ORDER: (_A.VERIFY_HAZARD, _ORDER, _A.RECORD_VISIT, _A.SERVE_SUSPENSION),
    _A.REVIEW_ORDER: (_A.VERIFY_HAZARD, _ORDER, _A.RECORD_VISIT),
    _A.APPROVE_ORDER: (_A.VERIFY_HAZARD, _ORDER, _A.RECORD_VISIT, _A.SERVE_SUSPENSION),
    _A.DECIDE_CLOSURE: (_A.VERIFY_HAZARD, _ORDER, _A.SERVE_SUSPENSION),
    _A.LIFT_ORDER: (_A.RECORD_VISIT, _A.REPORT_PROGRESS, _ORDER),
    _A.CONFIRM_ORDER_LIFTING: (_A.SERVE_ORDER, _A.RECORD_VISIT, _A.REPORT_PROGRESS, _ORDER),
    _A.DECIDE_CLOSURE_LIFTING: (_A.SERVE_ORDER, _A.RECORD_VISIT),
    _A.RECORD_RESTORATION: (_A.SERVE_ORDER, _A.RECORD_ORDER_RECEIPT),
    _A.PROPOSE_INQUIRY: (_A.REGISTER_HAZARD, _A.ADD_FINDING, _A.VERIFY_HAZARD, _A.CONFIRM_VERDICT),
    _A.CONFIRM_INQUIRY: (_A.REGISTER_HAZARD, _A.ADD_FINDING, _A.VERIFY_HAZARD),
    _A.RECORD_INQUIRY_FINDING: (_A.VERIFY_HAZARD, _ORDER, _A.RECORD_VISIT),
    _A.APPROVE_INQUIRY: (_A.VERIFY_HAZARD, _ORDER, _A.RECORD_VISIT),
    _A.PROPOSE_RAISE: (
        _A.SERVE_ESCALATION,
        _A.ANSWER_ESCALATION,
        _A.RECORD_VISIT,
        _A.ANSWER_COORDINATION,
        _A.RECORD_RAISE_ANSWER,
    ),
    _A.CONFIRM_RAISE: (_A.SERVE_ESCALATION, _A.RECORD_VISIT, _A.REPORT_PROGRESS, _ORDER),
    _A.PETITION_RAISE: (_A.REPORT_PROGRESS, _A.RECORD_VISIT, _ORDER),
    _A.APPLY_FOR_RESUMPTION: (
        *_STOPS,
        _A.APPROVE_RESUMPTION,
        _A.RECORD_RESUMPTION_CONSENT,
        _A.SIGN_RESUMPTION,
    ),
    _A.INSPECT_RESUMPTION: (*_STOPS, _A.APPROVE_ACCEPTANCE, _ORDER),
    _A.APPROVE_RESUMPTION: (*_STOPS, _A.APPROVE_ACCEPTANCE),
    _A.RECORD_RESUMPTION_CONSENT: (_A.APPLY_FOR_RESUMPTION, _A.INSPECT_RESUMPTION),
    _A.SIGN_RESUMPTION: (*_STOPS, _A.APPROVE_ACCEPTANCE),
    _A.SERVE_RESUMPTION: _STOPS,
    _A.REQUEST_EXTENSION: (_A.REVIEW_EXTENSION, _A.DECIDE_EXTENSION, _PLAN, _ORDER),
    _A.REVIEW_EXTENSION: (_A.REPORT_PROGRESS, _A.RECORD_VISIT, _PLAN, _ORDER),
    _A.DECIDE_EXTENSION: (_A.REPORT_PROGRESS, _A.RECORD_VISIT, _PLAN, _ORDER),
    _A.PETITION_EXTENSION: (
        _A.RECORD_EXTERNAL_LISTING,
        _A.RECORD_RAISE_ANSWER,
        _A.REPORT_PROGRESS,
        _ORDER,
    ),
    _A.RECORD_EXTERNAL_EXTENSION: (_A.RECORD_EXTERNAL_LISTING,),
    _A.RECORD_VISIT: (_A.RECORD_VISIT, _A.REPORT_PROGRESS, _PLAN, _ORDER),
    _APPLICATION: (_PLAN, _A.RECORD_VISIT, _A.ENDORSE_AS_PARENT_COMPANY_HEAD),
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: (_ORDER, _PLAN, _A.REPORT_PROGRESS),
    _A.EVALUATE_EFFECT: (_APPLICATION, _PLAN),
    _A.INSPECT_RECTIFICATION: (_APPLICATION, _A.GIVE_EXPERT_OPINION, _ORDER),
    _A.APPROVE_ACCEPTANCE: (_A.EVALUATE_EFFECT, _A.GIVE_EXPERT_OPINION, _APPLICATION),
    _A.ENDORSE_AS_LEADER_IN_CHARGE: (
        _A.RECORD_SPOT_CHECK,
        _A.INSPECT_RECTIFICATION,
        _APPLICATION,
    ),
    _A.RECORD_SPOT_CHECK: (_A.APPROVE_ACCEPTANCE, _A.INSPECT_RECTIFICATION, _APPLICATION),
    _A.APPROVE_DELISTING: (_A.RECORD_SPOT_CHECK, _A.APPROVE_ACCEPTANCE, _A.REPORT_HANDOVER_RESULT),
    _A.PETITION_DELISTING: (
        _A.APPROVE_ACCEPTANCE,
        _A.RECORD_EXTERNAL_LISTING,
        _A.RECORD_RAISE_ANSWER,
    ),
    _A.RECORD_EXTERNAL_DELISTING: (_A.PETITION_DELISTING,),
    _A.CLOSE_TRACKED_CASE: (_A.INSPECT_RECTIFICATION, _APPLICATION),
    _A.LIST_OWN_HAZARD: (_A.CONFIRM_VERDICT, _ORDER),
    _A.ACCEPT_OWN_RECTIFICATION: (_A.LIST_OWN_HAZARD, _ORDER),
    _A.CLOSE_OWN_LISTING: (_A.LIST_OWN_HAZARD, _A.CHECK_OWN_CLOSURE),
    _A.CHECK_OWN_CLOSURE: (_A.ACCEPT_OWN_RECTIFICATION, _ORDER),
    _A.DECIDE_OBJECTION: (_A.CONFIRM_VERDICT, _A.VERIFY_HAZARD),
    _A.ANSWER_FINDER: (_A.REGISTER_HAZARD, _A.ADD_FINDING, _A.CONFIRM_VERDICT, _ORDER),
    _A.SERVE_ON_NEW_PARTY: (_A.CONFIRM_PARTY_CHANGE, _A.SERVE_LISTING_NOTICE),
    _A.REPORT_RESTART: (_A.REPORT_STOPPAGE, _A.CONFIRM_STOPPAGE),
    _A.LIFT_LEGAL_HOLD: (_A.RECORD_ACCIDENT, _A.CONFIRM_ACCIDENT),
}
# The decision table's word is shown where it is decided on, and to those who review that.
PROPOSED: Mapping[Action, tuple[str, ...]] = {
    _A.CONFIRM_VERDICT: ("proposed_track", "proposed_level"),
    _A.PROPOSE_LISTING: ("proposed_level",),
    _A.REVIEW_DRAFT: ("proposed_level",),
    _A.COUNTERSIGN_LISTING: ("proposed_level",),
    _A.SIGN_LISTING: ("proposed_level",),
    _A.DECIDE_EXTENSION: ("extension_decider",),
    _A.PETITION_EXTENSION: ("extension_decider",),
}
# Whoever decides on the end of rectification compares before and after.
COMPARES = frozenset(
    {
        _A.REVIEW_PROGRESS,
        _APPLICATION,
        _A.ENDORSE_AS_PARENT_COMPANY_HEAD,
        _A.EVALUATE_EFFECT,
        _A.GIVE_EXPERT_OPINION,
        _A.INSPECT_RECTIFICATION,
        _A.APPROVE_ACCEPTANCE,
        _A.ENDORSE_AS_LEADER_IN_CHARGE,
        _A.RECORD_SPOT_CHECK,
        _A.APPROVE_DELISTING,
        _A.PETITION_DELISTING,
        _A.CLOSE_TRACKED_CASE,
        _A.ACCEPT_OWN_RECTIFICATION,
        _A.CHECK_OWN_CLOSURE,
        _A.CLOSE_OWN_LISTING,
        _A.INSPECT_RESUMPTION,
        _A.APPROVE_RESUMPTION,
    }
)
_STARTING = (_A.FILE_FIRST_REPORT, _A.REGISTER_HAZARD)
_SENT_BACK = DecisionForm.REASONED - {Outcome.ORDINARY} | {
    Outcome.PASSED_ON,
    Outcome.DISPUTED,
    Outcome.EXPERT_ASKED,
}
# Done by several people in one round: all of them are shown.
_SEVERAL = (_A.INSPECT_RECTIFICATION, _A.REPORT_HANDOVER_RESULT)
MOST_OPINIONS = 8


@dataclass(frozen=True)
class LimitRow:
    """A deadline with its ground. `working_days` is None where it is not counted in them."""

    row: DeadlineRow
    due: Due
    working_days: int | None
    unit: DeadlineUnit
    evidence: Evidence


@dataclass(frozen=True)
class ActShown:
    """An act with what it put on record; open when the decision rests on it."""

    row: ActRow
    content: tuple[tuple[str, str | bool], ...]
    is_open: bool


@dataclass(frozen=True)
class Button:
    """One outcome as a button."""

    outcome: Outcome
    words: Decision
    is_first: bool
    obstacle: "Obstacle | None" = None


@dataclass(frozen=True)
class Obstacle:
    """Why the act must wait, and what is missing."""

    sentence: str
    missing: tuple[str, ...]
    about_criterion: bool


@dataclass(frozen=True)
class BriefView:
    """The page of one decision. `is_on_clock`: the step itself must be taken by a day."""

    case: CasePage
    step: Action
    task_id: str
    shown: str
    asked: str
    holder: str
    holder_roles: tuple[Role, ...]
    principal_name: str
    since: datetime | None
    limits: tuple[LimitRow, ...]
    no_limit: str
    is_on_clock: bool
    is_standing: bool
    sector: str
    division: str
    rectification_limit: Due | None
    party_changes: tuple[PartyChange, ...]
    rests_on: tuple[ActShown, ...]
    opinions: tuple[ActRow, ...]
    photos: tuple[PhotoPair, ...]
    photo_places: tuple[str, ...]
    proposal: tuple[tuple[str, str], ...]
    draft: DraftShown | None
    sitting: Sitting | None
    may_batch: int
    needs_draft: bool
    obstacle: Obstacle | None
    form: StepForm
    rows: Mapping[str, FieldRow]
    labels: Mapping[str, str]
    choice: CriterionChoice | None
    buttons: tuple[Button, ...]
    saved_at: datetime | None
    from_earlier: bool
    assignment: AssignmentView


def brief_view(
    frame: Frame, brief: Brief, form: StepForm, kept: Draft | None, *, from_earlier: bool = False
) -> BriefView:
    """The page for a step that is open."""
    page, task = brief.page, brief.step.task
    no_limit = frame.office.profile.without_limit.get(task.step)
    rests_on = _rests_on(page, task)
    photos = photo_pairs(page.acts)
    return BriefView(
        case=page,
        step=task.step,
        task_id=task.task_id,
        shown=brief.shown,
        asked=ASKED[task.step],
        holder=brief.step.holder_name,
        holder_roles=_roles_of_holder(frame, task.step),
        principal_name=brief.step.principal_name,
        since=task.opened_at,
        limits=_limits(frame, page, task),
        no_limit=no_limit.reason if no_limit else "",
        is_on_clock=task.due_at is not None,
        is_standing=task.standing,
        sector=sector_name(page.sector),
        division=division_name(page.division_code),
        rectification_limit=_rectification_limit(page, frame.now),
        party_changes=party_changes(page),
        rests_on=rests_on,
        opinions=_opinions(page, rests_on),
        photos=photos if task.step in COMPARES else (),
        photo_places=tuple(pair.place for pair in photos),
        proposal=_proposal(task.step, brief.proposal),
        draft=brief.draft,
        sitting=brief.sitting,
        may_batch=_may_batch(frame, page, task),
        needs_draft=task.step in ON_DRAFT and (brief.draft is None or not brief.draft.sha256),
        obstacle=_obstacle(brief),
        form=form,
        rows=field_rows(task.step, form),
        labels=field_labels(task.step, form),
        choice=choice_of(page, form),
        buttons=buttons_of(brief),
        saved_at=kept.saved_at if kept else None,
        from_earlier=from_earlier,
        assignment=assignment_view(frame, page.case_id, task.task_id),
    )


def _may_batch(frame: Frame, page: CasePage, task: TaskRow) -> int:
    """How many cases, this one included, one notice could list; 0 where there is no other."""
    if task.step is not Action.PROPOSE_LISTING:
        return 0
    groups = list_waiting_groups(frame.session, frame.actor, frame.today)
    sizes = (
        len(group.cases) for group in groups if page.case_id in {row.case_id for row in group.cases}
    )
    return next(sizes, 0)


def buttons_of(brief: Brief) -> tuple[Button, ...]:
    """One button for each outcome, the favourable one first, with what it still lacks."""
    action, unmet = brief.step.task.step, brief.step.unmet
    return tuple(
        Button(
            outcome,
            DECISIONS[action, outcome],
            place == 0,
            _lacking(brief, unmet[outcome])
            if outcome in unmet
            else _not_whole(brief.sitting, outcome),
        )
        for place, outcome in enumerate(OUTCOMES[action])
    )


def _roles_of_holder(frame: Frame, action: Action) -> tuple[Role, ...]:
    held = {post.role for post in frame.actor.posts}
    return tuple(role for role in ROLES_OF[action] if role in held)


def _limits(frame: Frame, page: CasePage, task: TaskRow) -> tuple[LimitRow, ...]:
    """The step's own deadline, and those of the case that this act meets."""
    profile = frame.office.profile
    reason = profile.without_limit.get(task.step)
    met = {rule.id for rule in profile.rules.values() if task.step in rule.ends}
    met |= set(reason.governed_by) if reason else set()
    return tuple(
        _limit(frame, row)
        for row in page.deadlines
        if row.ended_at is None
        and (row.task_id == task.task_id or (row.task_id is None and row.rule_id in met))
    )


def _limit(frame: Frame, row: DeadlineRow) -> LimitRow:
    unit = DeadlineUnit(row.basis["unit"])
    due = due_of(row.due_at, frame.now)
    assert due is not None
    working = None
    if unit is DeadlineUnit.WORKING_DAYS:
        working = days_left(
            row.due_at, frame.now, current_calendar(frame.session, frame.office), unit
        )
    return LimitRow(row, due, working, unit, Evidence(row.basis["evidence"]))


def _rectification_limit(page: CasePage, now: datetime) -> Due | None:
    rows = (row for row in page.deadlines if row.due_on == page.rectification_limit_on)
    found = next((row for row in rows if row.task_id is None), None)
    return due_of(found.due_at, now) if found else None


def _rests_on(page: CasePage, task: TaskRow) -> tuple[ActShown, ...]:
    action = task.step
    basis = BASIS.get(action, ())
    wanted = (*basis, *(a for a in FURTHER.get(action, ()) if a not in basis))
    others = _other_handovers(page, task)
    known = [act for act in page.counting_acts if act.handover_id not in others]
    acts = [act for kind in wanted for act in _latest(known, kind)]
    return tuple(ActShown(act, content_of(act), _is_open(act, basis or wanted[:1])) for act in acts)


def _is_open(act: ActRow, basis: tuple[Action, ...]) -> bool:
    """What a first report says heads the page already."""
    return act.outcome in _SENT_BACK or (act.action in basis and act.action not in _STARTING)


def _other_handovers(page: CasePage, task: TaskRow) -> frozenset[int]:
    """The handovers that a step of one handover is not about."""
    if task.process_id != HANDOVER:
        return frozenset()
    return frozenset(row.handover_id for row in page.handovers if row.position != task.position)


def _latest(known: list[ActRow], kind: Action) -> list[ActRow]:
    acts = [act for act in known if act.action is kind]
    if kind in _SEVERAL and acts:
        return [act for act in acts if act.round_number == acts[-1].round_number]
    return acts[-1:]


def _opinions(page: CasePage, rests_on: tuple[ActShown, ...]) -> tuple[ActRow, ...]:
    shown = {item.row.act_id for item in rests_on}
    others = [act for act in reversed(page.counting_acts) if act.act_id not in shown]
    return tuple(others[:MOST_OPINIONS])


def _proposal(action: Action, proposal: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (PROPOSAL_NAMES[name], PROPOSALS[name].get(proposal[name], proposal[name]))
        for name in PROPOSED.get(action, ())
        if name in proposal
    )


def _obstacle(brief: Brief) -> Obstacle | None:
    return None if brief.step.may_act else _lacking(brief, brief.step.refusal_detail)


def _lacking(brief: Brief, need: str) -> Obstacle:
    missing = brief.page.missing_fields if need == "nothing_missing" else ()
    return Obstacle(
        f"{NEEDS.get(need, need)}。{MENDS.get(need, '')}",
        tuple(FIELD_LABELS[name] for name in missing),
        about_criterion=need == "criterion_confirmed",
    )


def _not_whole(sitting: Sitting | None, outcome: Outcome) -> Obstacle | None:
    """Why nobody can agree to the draft of this batch."""
    if sitting is None or sitting.obstacle is None or outcome is not Outcome.ACCEPTED:
        return None
    return Obstacle(BATCH_OBSTACLES[sitting.obstacle], (), about_criterion=False)


def choice_of(page: CasePage, form: StepForm) -> CriterionChoice | None:
    """The clauses to choose from, for a form that asks for one."""
    if not isinstance(form, CriterionForm) or not form.asks_for_criterion():
        return None
    found_on: date | None = page.found_on or (form["found_on"].data if "found_on" in form else None)
    return criterion_choice(page.sector, found_on, form.clause_key.data or "")
