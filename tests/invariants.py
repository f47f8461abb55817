"""What holds in an office after every act, whoever did what. Each rule yields what breaks it."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.audit import first_broken_link
from services.clock import local_date
from services.models.case import Act, CaseCriterion, SupervisionCase
from services.models.deadline import Deadline, DeadlineChange
from services.models.document import NumberEntry, NumberSeries
from services.models.paper import PaperAct, PaperRegistration
from services.models.succession import Substitution
from services.office import Office
from services.operations.contents import changed_contents
from services.queries.duties import list_duties
from services.queries.facts import load_record, standing_of
from services.queries.scope import visible_to
from services.queries.tasks import TaskRow, list_open_tasks
from services.queries.vacancies import list_vacant_steps
from workflows.facts import ActRecord, CaseRecord, flags_of, round_number, track_of
from workflows.orders import RULES, orders_of
from workflows.paper import PaperState
from workflows.permissions import Actor, CaseStanding, holder_of, holds_duty, may_view
from workflows.phases import Position, phase_of
from workflows.vocabulary import Action, CaseEnding, Outcome

EVERYTHING = 10_000
_A = Action
EXTENDING = frozenset({_A.DECIDE_EXTENSION, _A.RECORD_EXTERNAL_EXTENSION})


@dataclass(frozen=True)
class CaseSight:
    """One case with what the rules derive from its record."""

    case: SupervisionCase
    record: CaseRecord
    standing: CaseStanding
    tasks: Sequence[TaskRow]

    @property
    def duties(self) -> list[TaskRow]:
        """The open steps that somebody has to do; a standing one only while a clock runs."""
        return [task for task in self.tasks if not task.standing or task.due_at is not None]

    def receiver_of(self, task: TaskRow) -> int | None:
        """Whose an open step of a handover is."""
        return self.standing.receiver_at(task.process_id, task.position)


@dataclass(frozen=True)
class Sight:
    """All that can be seen after an act. `people`: everybody; `looking`: who looks this time."""

    session: Session
    people: Mapping[str, Actor]
    looking: Sequence[str]
    cases: Sequence[CaseSight]
    today: date


@dataclass
class Memory:
    """What was seen after the act before."""

    acts: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, tuple[str, int]] = field(default_factory=dict)
    due: dict[int, datetime] = field(default_factory=dict)
    rounds: dict[int, int] = field(default_factory=dict)
    taken_back: dict[int, int] = field(default_factory=dict)
    limits: dict[int, date | None] = field(default_factory=dict)
    orders: dict[int, int] = field(default_factory=dict)
    paper: dict[int, tuple[str, int | None]] = field(default_factory=dict)


def look(
    session: Session,
    office: Office,
    people: Mapping[str, Actor],
    looking: Sequence[str],
    today: date,
) -> Sight:
    """Read everything once."""
    cases = session.scalars(sa.select(SupervisionCase).order_by(SupervisionCase.id))
    seen = [look_at(session, office, case) for case in cases]
    return Sight(session, people, looking, seen, today)


def look_at(session: Session, office: Office, case: SupervisionCase) -> CaseSight:
    """Read one case."""
    record = load_record(session, case, office.profile)
    standing = standing_of(session, case, record)
    return CaseSight(case, record, standing, list_open_tasks(session, case.id))


# ------------------------------------------------------------------ 1. nothing is stuck


def an_open_case_is_somebodys(sight: Sight, _memory: Memory) -> Iterator[str]:
    """An open case has a duty, and each duty falls to the posts of somebody who exists."""
    for seen in sight.cases:
        if seen.case.ending is None and not seen.duties:
            yield f"case {seen.case.id} is open and nobody has anything to do in it"
        everybody = replace(seen.standing, acted={}, acted_this_round={})
        for task in seen.duties:
            receiver = seen.receiver_of(task)
            if holder_of(task.step, seen.standing, receiver) is None:
                yield f"case {seen.case.id}: no organisation holds {task.step}"
            if not any(
                holds_duty(person, task.step, everybody, receiver)
                for person in sight.people.values()
            ):
                yield f"case {seen.case.id}: {task.step} falls to nobody"


def a_duty_without_anybody_is_told(sight: Sight, _memory: Memory) -> Iterator[str]:
    """What everybody must leave to others stands in the list of those who appoint; no more does."""
    vacant = {
        task.task_id: f"case {seen.case.id}: {task.step}"
        for seen in sight.cases
        for task in seen.duties
        if not any(
            holds_duty(person, task.step, seen.standing, seen.receiver_of(task))
            for person in sight.people.values()
        )
    }
    told = {
        task_id
        for seen in sight.cases
        for task_id in list_vacant_steps(sight.session, seen.case.id, sight.today)
    }
    yield from (f"{vacant[task_id]} waits for nobody, untold" for task_id in vacant.keys() - told)
    yield from (f"{task_id} is told as vacant and is not" for task_id in told - vacant.keys())


# ------------------------------------------------------------------ 2. what was done stays


def acts_stay(sight: Sight, memory: Memory) -> Iterator[str]:
    """No act is erased or changed."""
    acts = {act.id: _hash_of(act) for act in sight.session.scalars(sa.select(Act))}
    for number, before in memory.acts.items():
        if acts.get(number) != before:
            yield f"act {number} was {'changed' if number in acts else 'erased'}"
    memory.acts = acts


def the_chain_vouches(sight: Sight, _memory: Memory) -> Iterator[str]:
    """The chain holds, and every record is what was committed to."""
    if (entry := first_broken_link(sight.session)) is not None:
        yield f"entry {entry} does not fit the chain"
    for kind, record in changed_contents(sight.session).items():
        yield f"{kind}: {record} was changed"


def _hash_of(act: Act) -> str:
    kept = (
        act.case_id,
        act.action,
        act.outcome,
        act.opinion,
        sorted(act.content.items()),
        act.round_number,
        act.task_id,
        act.person_id,
        act.post_id,
        act.takes_back_id,
        act.substitution_id,
        act.at,
    )
    return hashlib.sha256(repr(kept).encode()).hexdigest()


# ------------------------------------------------------------------ 3. separation of duties

SUPERVISED_SIDE = frozenset(
    {
        _A.FILE_FIRST_REPORT,
        _A.SUPPLEMENT_REPORT,
        _A.SIGN_DOUBLE_REPORT,
        _A.RECORD_WORKFORCE_REPORT,
        _A.SUBMIT_PLAN,
        _A.REPORT_PROGRESS,
        _A.APPLY_FOR_ACCEPTANCE,
        _A.ENDORSE_AS_PARENT_COMPANY_HEAD,
        _A.EVALUATE_EFFECT,
        _A.OBJECT_TO_VERDICT,
        _A.ANSWER_PENALTY_NOTICE,
        _A.APPLY_FOR_RESUMPTION,
        _A.LIST_OWN_HAZARD,
        _A.ACCEPT_OWN_RECTIFICATION,
        _A.CLOSE_OWN_LISTING,
    }
)
SUPERVISING_SIDE = frozenset(
    {
        _A.CONFIRM_CRITERION,
        _A.ORDER_IMMEDIATE_MEASURES,
        _A.LIFT_IMMEDIATE_MEASURES,
        _A.ISSUE_RECTIFICATION_ORDER,
        _A.VERIFY_HAZARD,
        _A.CONFIRM_VERDICT,
        _A.PROPOSE_LISTING,
        _A.REVIEW_DRAFT,
        _A.COUNTERSIGN_LISTING,
        _A.SIGN_LISTING,
        _A.REVIEW_PLAN,
        _A.REVIEW_PROGRESS,
        _A.PROPOSE_ESCALATION,
        _A.CONFIRM_ESCALATION,
        _A.APPROVE_ESCALATION,
        _A.SERVE_ESCALATION,
        _A.RECORD_TALK,
        _A.REVIEW_ESCALATION_ANSWER,
        _A.PROPOSE_SUSPENSION,
        _A.REVIEW_LEGALITY,
        _A.SERVE_PENALTY_NOTICE,
        _A.RECORD_NO_ANSWER,
        _A.RECORD_HEARING,
        _A.REVIEW_AFTER_HEARING,
        _A.DECIDE_SUSPENSION,
        _A.SERVE_SUSPENSION,
        _A.LIFT_SUSPENSION,
        _A.RECORD_REFUSAL,
        _A.CONFIRM_REFUSAL,
        _A.PROPOSE_CORRECTION,
        _A.SIGN_CORRECTION,
        _A.LIFT_REFUSAL,
        _A.PROPOSE_ORDER,
        _A.REVIEW_ORDER,
        _A.HEAR_PARTY,
        _A.APPROVE_ORDER,
        _A.SERVE_ORDER,
        _A.RECORD_ORDER_RECEIPT,
        _A.LIFT_ORDER,
        _A.CONFIRM_ORDER_LIFTING,
        _A.RECORD_RESTORATION,
        _A.PROPOSE_INQUIRY,
        _A.CONFIRM_INQUIRY,
        _A.RECORD_INQUIRY_FINDING,
        _A.APPROVE_INQUIRY,
        _A.PROPOSE_RAISE,
        _A.CONFIRM_RAISE,
        _A.PETITION_RAISE,
        _A.RECORD_RAISE_ANSWER,
        _A.INSPECT_RESUMPTION,
        _A.APPROVE_RESUMPTION,
        _A.RECORD_RESUMPTION_CONSENT,
        _A.SIGN_RESUMPTION,
        _A.SERVE_RESUMPTION,
        _A.REVIEW_EXTENSION,
        _A.DECIDE_EXTENSION,
        _A.PETITION_EXTENSION,
        _A.RECORD_EXTERNAL_EXTENSION,
        _A.INSPECT_RECTIFICATION,
        _A.APPROVE_ACCEPTANCE,
        _A.ENDORSE_AS_LEADER_IN_CHARGE,
        _A.APPROVE_DELISTING,
        _A.PETITION_DELISTING,
        _A.RECORD_EXTERNAL_DELISTING,
        _A.CLOSE_TRACKED_CASE,
        _A.CHECK_OWN_CLOSURE,
        _A.WITHDRAW_CASE,
        _A.CONFIRM_WITHDRAWAL,
        _A.DECIDE_OBJECTION,
        _A.CONFIRM_PARTY_CHANGE,
        _A.CONFIRM_STOPPAGE,
        _A.RECORD_ACCIDENT,
        _A.CONFIRM_ACCIDENT,
        _A.LIFT_LEGAL_HOLD,
    }
)
_INSPECTED, _PASSED = frozenset({_A.INSPECT_RECTIFICATION}), frozenset({_A.APPROVE_ACCEPTANCE})
_DRAFTED, _REVIEWED = frozenset({_A.PROPOSE_LISTING}), frozenset({_A.REVIEW_DRAFT})
_FOUND = frozenset({_A.REGISTER_HAZARD, _A.VERIFY_HAZARD})
# Whoever has done the one never does the other afterwards in the same case.
KEPT_APART: Sequence[tuple[frozenset[Action], frozenset[Action]]] = (
    (_FOUND, frozenset({_A.CONFIRM_VERDICT})),
    (_FOUND | {_A.CONFIRM_VERDICT}, frozenset({_A.DECIDE_OBJECTION})),
    (_DRAFTED, _REVIEWED | {_A.COUNTERSIGN_LISTING, _A.SIGN_LISTING, _A.APPROVE_DELISTING}),
    (_REVIEWED, frozenset({_A.COUNTERSIGN_LISTING, _A.SIGN_LISTING, _A.APPROVE_DELISTING})),
    (frozenset({_A.COUNTERSIGN_LISTING}), frozenset({_A.SIGN_LISTING})),
    (_INSPECTED, _PASSED | {_A.CLOSE_TRACKED_CASE}),
    (
        _INSPECTED | _PASSED,
        frozenset({_A.ENDORSE_AS_LEADER_IN_CHARGE, _A.APPROVE_DELISTING, _A.PETITION_DELISTING}),
    ),
    (
        frozenset({_A.ENDORSE_AS_LEADER_IN_CHARGE}),
        frozenset({_A.APPROVE_DELISTING, _A.PETITION_DELISTING}),
    ),
    (frozenset({_A.APPLY_FOR_ACCEPTANCE}), frozenset({_A.ENDORSE_AS_PARENT_COMPANY_HEAD})),
    (frozenset({_A.ACCEPT_OWN_RECTIFICATION}), frozenset({_A.CLOSE_OWN_LISTING})),
    (frozenset({_A.REQUEST_COORDINATION}), frozenset({_A.ANSWER_COORDINATION})),
    (
        frozenset({_A.PROPOSE_ESCALATION}),
        frozenset({_A.CONFIRM_ESCALATION, _A.APPROVE_ESCALATION}),
    ),
    (frozenset({_A.CONFIRM_ESCALATION}), frozenset({_A.APPROVE_ESCALATION})),
    (frozenset({_A.ANSWER_ESCALATION}), frozenset({_A.REVIEW_ESCALATION_ANSWER})),
    (
        _FOUND | {_A.PROPOSE_SUSPENSION},
        frozenset(
            {
                _A.REVIEW_LEGALITY,
                _A.RECORD_HEARING,
                _A.REVIEW_AFTER_HEARING,
                _A.DECIDE_SUSPENSION,
            }
        ),
    ),
    (frozenset({_A.REVIEW_LEGALITY}), frozenset({_A.RECORD_HEARING, _A.DECIDE_SUSPENSION})),
    (
        frozenset({_A.RECORD_HEARING}),
        frozenset({_A.REVIEW_AFTER_HEARING, _A.DECIDE_SUSPENSION}),
    ),
    (frozenset({_A.REVIEW_AFTER_HEARING}), frozenset({_A.RECORD_HEARING, _A.DECIDE_SUSPENSION})),
    (frozenset({_A.RECORD_REFUSAL}), frozenset({_A.CONFIRM_REFUSAL})),
    (frozenset({_A.PROPOSE_CORRECTION}), frozenset({_A.SIGN_CORRECTION})),
    (_FOUND | {_A.PROPOSE_ORDER}, frozenset({_A.REVIEW_ORDER})),
    (
        frozenset({_A.PROPOSE_ORDER, _A.REVIEW_ORDER}),
        frozenset({_A.APPROVE_ORDER, _A.DECIDE_CLOSURE}),
    ),
    (frozenset({_A.APPROVE_ORDER}), frozenset({_A.DECIDE_CLOSURE, _A.LIFT_ORDER})),
    (frozenset({_A.DECIDE_CLOSURE}), frozenset({_A.LIFT_ORDER})),
    (
        frozenset({_A.LIFT_ORDER}),
        frozenset({_A.CONFIRM_ORDER_LIFTING, _A.DECIDE_CLOSURE_LIFTING}),
    ),
    (frozenset({_A.CONFIRM_ORDER_LIFTING}), frozenset({_A.DECIDE_CLOSURE_LIFTING})),
    (frozenset({_A.PROPOSE_INQUIRY}), frozenset({_A.CONFIRM_INQUIRY, _A.APPROVE_INQUIRY})),
    (frozenset({_A.PROPOSE_RAISE}), frozenset({_A.CONFIRM_RAISE})),
    (
        frozenset({_A.CONFIRM_INQUIRY, _A.RECORD_INQUIRY_FINDING}),
        frozenset({_A.APPROVE_INQUIRY}),
    ),
    (frozenset({_A.INSPECT_RESUMPTION}), frozenset({_A.APPROVE_RESUMPTION, _A.SIGN_RESUMPTION})),
    (frozenset({_A.APPROVE_RESUMPTION}), frozenset({_A.SIGN_RESUMPTION})),
    (frozenset({_A.REVIEW_EXTENSION}), frozenset({_A.DECIDE_EXTENSION})),
    (frozenset({_A.WITHDRAW_CASE}), frozenset({_A.CONFIRM_WITHDRAWAL})),
    (frozenset({_A.CHANGE_RESPONSIBLE_PARTY}), frozenset({_A.CONFIRM_PARTY_CHANGE})),
    (frozenset({_A.REPORT_STOPPAGE}), frozenset({_A.CONFIRM_STOPPAGE})),
    (frozenset({_A.RECORD_ACCIDENT}), frozenset({_A.CONFIRM_ACCIDENT, _A.LIFT_LEGAL_HOLD})),
    (frozenset({_A.CONFIRM_ACCIDENT}), frozenset({_A.LIFT_LEGAL_HOLD})),
    (SUPERVISED_SIDE, SUPERVISING_SIDE),
    (SUPERVISING_SIDE, SUPERVISED_SIDE),
)


def kept_apart_from(standing: CaseStanding, action: Action) -> frozenset[int]:
    """Who must leave this act to others, for what they have done in the case."""
    before = frozenset[Action]().union(*(one for one, other in KEPT_APART if action in other))
    people = frozenset[int]().union(*(standing.acted.get(done, frozenset()) for done in before))
    if action in (Action.INSPECT_RECTIFICATION, Action.INSPECT_RESUMPTION):
        people |= standing.acted_this_round.get(action, frozenset())
    return people


def duties_are_kept_apart(sight: Sight, _memory: Memory) -> Iterator[str]:
    """Nobody judges, reviews or decides on what the same person did, or whoever stood in did."""
    absent: dict[int | None, int] = {
        row.id: row.principal_person_id for row in sight.session.scalars(sa.select(Substitution))
    }
    done: defaultdict[tuple[int, int], set[Action]] = defaultdict(set)
    inspected: set[tuple[int, int, int]] = set()
    acts = sight.session.scalars(sa.select(Act).order_by(Act.id)).all()
    taken_back = {act.takes_back_id for act in acts}
    for act in acts:
        action = Action(act.action)
        for person_id in {act.person_id, absent.get(act.substitution_id, act.person_id)}:
            mine = done[act.case_id, person_id]
            for before, afterwards in KEPT_APART:
                if action in afterwards and before & mine:
                    yield f"act {act.id}: {person_id} did {before & mine} and then {action}"
            mine.add(action)
            key = (act.case_id, act.round_number, person_id)
            if action is Action.INSPECT_RECTIFICATION and act.id not in taken_back:
                if key in inspected:
                    yield f"act {act.id}: {person_id} inspected twice in one round"
                inspected.add(key)
    for clause in sight.session.scalars(sa.select(CaseCriterion)):
        if clause.confirmed_by_id in (clause.entered_by_id, clause.entered_for_id or -1):
            yield f"the clause of case {clause.case_id} was confirmed by whoever entered it"


def nobody_inspects_twice_on_one_application(sight: Sight, _memory: Memory) -> Iterator[str]:
    """Two people inspect before production resumes, each once after every application."""
    absent: dict[int | None, int] = {
        row.id: row.principal_person_id for row in sight.session.scalars(sa.select(Substitution))
    }
    acts = sight.session.scalars(sa.select(Act).order_by(Act.id)).all()
    taken_back = {act.takes_back_id for act in acts}
    inspected: defaultdict[int, set[int]] = defaultdict(set)
    for act in acts:
        if act.action == Action.APPLY_FOR_RESUMPTION:
            inspected[act.case_id].clear()
        elif act.action == Action.INSPECT_RESUMPTION and act.id not in taken_back:
            people = {act.person_id, absent.get(act.substitution_id, act.person_id)}
            if people & inspected[act.case_id]:
                yield f"act {act.id}: {people} inspected twice on one application"
            inspected[act.case_id] |= people


def substitutes_keep_to_their_authority(sight: Sight, _memory: Memory) -> Iterator[str]:
    """In another's name acts who was sent, under that post, on those days, but what is left out."""
    rows = {row.id: row for row in sight.session.scalars(sa.select(Substitution))}
    for act in sight.session.scalars(sa.select(Act).where(Act.substitution_id.is_not(None))):
        row = rows[act.substitution_id or 0]
        if (act.person_id, act.post_id) != (row.substitute_person_id, row.post_id):
            yield f"act {act.id}: by {act.person_id} under post {act.post_id}, not as authorised"
        if act.action in row.excluded or not row.from_on <= local_date(act.at) <= row.to_on:
            yield f"act {act.id}: authority {row.id} does not cover {act.action} at {act.at}"
        if row.confirmed_at is None or not row.confirmed_at <= act.at:
            yield f"act {act.id}: authority {row.id} was not confirmed"
        if row.revoked_at is not None and row.revoked_at < act.at:
            yield f"act {act.id}: authority {row.id} was revoked"
    for row in rows.values():
        people = (row.proposed_by_id, row.principal_person_id, row.substitute_person_id)
        if row.confirmed_by_id in people:
            yield f"authority {row.id} was confirmed by {row.confirmed_by_id}, who takes part"


def paper_takes_two(sight: Sight, memory: Memory) -> Iterator[str]:
    """Registered by one, confirmed by another, signed by a third or the second; decided once."""
    rows = sight.session.scalars(sa.select(PaperRegistration)).all()
    acts = {row.registration_id: row.act_id for row in sight.session.scalars(sa.select(PaperAct))}
    for row in rows:
        decided = memory.paper.get(row.id, (PaperState.PENDING.value, None))
        if decided[0] != PaperState.PENDING and decided != (row.state, row.decided_by_id):
            yield f"paper {row.id} was {decided}, and is {row.state} by {row.decided_by_id}"
        if row.registrar_id in (row.decided_by_id, row.signer_id):
            yield f"paper {row.id}: {row.registrar_id} is two of its people"
        if (row.id in acts) != (row.state == PaperState.CONFIRMED):
            yield f"paper {row.id} is {row.state}, its act {acts.get(row.id)}"
        if row.id in acts and not _is_as_registered(sight.session.get_one(Act, acts[row.id]), row):
            yield f"paper {row.id}: act {acts[row.id]} is not what was registered"
    memory.paper = {row.id: (row.state, row.decided_by_id) for row in rows}


def _is_as_registered(act: Act, row: PaperRegistration) -> bool:
    registered = (row.case_id, row.action, row.outcome, row.opinion, row.signer_id, row.task_id)
    return registered == (
        act.case_id,
        act.action,
        act.outcome,
        act.opinion,
        act.person_id,
        act.task_id,
    )


# ------------------------------------------------------------------ 4. who sees and owes what


def lists_agree_with_the_rules(sight: Sight, _memory: Memory) -> Iterator[str]:
    """SQL and rules agree on which cases somebody sees and on what somebody has to do."""
    for name in sight.looking:
        actor = sight.people[name]
        listed = set(sight.session.scalars(sa.select(SupervisionCase.id).where(visible_to(actor))))
        seen = {seen.case.id for seen in sight.cases if may_view(actor, seen.standing)}
        if listed != seen:
            yield f"{name} is shown cases {listed}, may see {seen}"
        rows = list_duties(sight.session, actor, EVERYTHING)
        shown = {(row.case_id, row.step, row.task_id) for row in rows}
        owed = {
            (seen.case.id, task.step, task.task_id)
            for seen in sight.cases
            for task in seen.duties
            if holds_duty(actor, task.step, seen.standing, seen.receiver_of(task))
        }
        if shown != owed:
            yield f"{name} is shown duties {shown - owed} too many, {owed - shown} too few"


# ------------------------------------------------------------------ 5. numbers, dates, columns


def numbers_have_no_gap(sight: Sight, memory: Memory) -> Iterator[str]:
    """Per series, organ and year 1, 2, 3, …; what was given once stays given."""
    given: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
    entries = sight.session.scalars(sa.select(NumberEntry).order_by(NumberEntry.number)).all()
    for entry in entries:
        given[entry.series, entry.organ_id, entry.year].append(entry.number)
    last = {
        (row.series, row.organ_id, row.year): row.last_number
        for row in sight.session.scalars(sa.select(NumberSeries))
    }
    for key, numbers in given.items():
        if numbers != list(range(1, last.get(key, 0) + 1)):
            yield f"{key}: numbers {numbers}, last {last.get(key)}"
    kept = {entry.id: (entry.text, entry.case_id) for entry in entries}
    if memory.numbers.items() - kept.items():
        yield f"numbers taken away: {memory.numbers.items() - kept.items()}"
    memory.numbers = kept


def clocks_belong_to_what_is_open(sight: Sight, memory: Memory) -> Iterator[str]:
    """A clock that runs belongs to an open case or an open step; a moved date stays on record."""
    deadlines = sight.session.scalars(sa.select(Deadline)).all()
    changes = sight.session.scalars(sa.select(DeadlineChange)).all()
    former = {(change.deadline_id, change.former_due_at) for change in changes}
    open_ids = {task.task_id for seen in sight.cases for task in seen.tasks}
    ended = {seen.case.id for seen in sight.cases if seen.case.ending is not None}
    for clock in deadlines:
        running = clock.ended_at is None
        if running and clock.task_id is not None and clock.task_id not in open_ids:
            yield f"clock {clock.rule_id} of case {clock.case_id} runs without its step"
        if running and clock.task_id is None and clock.case_id in ended:
            yield f"clock {clock.rule_id} of case {clock.case_id} runs after the case's end"
        before = memory.due.get(clock.id, clock.due_at)
        if before != clock.due_at and (clock.id, before) not in former:
            yield f"clock {clock.rule_id} of case {clock.case_id} was due {before}, unrecorded"
    for change in changes:
        if change.act_id is not None and change.due_on <= change.former_due_on:
            yield f"change {change.id}: an extension from {change.former_due_on} to {change.due_on}"
    memory.due = {clock.id: clock.due_at for clock in deadlines}


def rounds_and_limits_hold(sight: Sight, memory: Memory) -> Iterator[str]:
    """A round falls only when an act is taken back; a limit moves with an order or extension."""
    for seen in sight.cases:
        case = seen.case
        taken_back = len(seen.record.taken_back)
        fell = case.round_number < memory.rounds.get(case.id, 1)
        if fell and taken_back == memory.taken_back.get(case.id, 0):
            yield f"case {case.id} fell back to round {case.round_number}"
        orders = sum(_sets_limit(act) for act in seen.record.acts)
        limit_before = memory.limits.get(case.id)
        moved = case.rectification_limit_on != limit_before
        if moved and orders == memory.orders.get(case.id, 0):
            yield f"case {case.id}: limit {limit_before} became {case.rectification_limit_on}"
        memory.rounds[case.id], memory.taken_back[case.id] = case.round_number, taken_back
        memory.limits[case.id] = case.rectification_limit_on
        memory.orders[case.id] = orders


def _sets_limit(act: ActRecord) -> bool:
    granted = act.action in EXTENDING and act.outcome is Outcome.ACCEPTED
    return granted or act.action is _A.ISSUE_RECTIFICATION_ORDER


def no_order_outlives_its_case(sight: Sight, _memory: Memory) -> Iterator[str]:
    """What bars the end of a case is not open when it has ended."""
    for seen in sight.cases:
        orders = orders_of(seen.record.acts)
        barring = {kind for kind in orders.in_force if RULES[kind].bars_the_end}
        left = barring | ({orders.pending, orders.lifting} - {None})
        if seen.case.ending is not None and left:
            yield f"case {seen.case.id} has ended with {left}"


def columns_follow_the_record(sight: Sight, _memory: Memory) -> Iterator[str]:
    """Phase, round, track and flags are what the positions and acts amount to."""
    for seen in sight.cases:
        case, record = seen.case, seen.record
        positions = [Position(task.process_id, task.step) for task in seen.tasks]
        ending = CaseEnding(case.ending) if case.ending else None
        told = (case.phase, case.round_number, case.track, list(case.flags))
        due = (
            phase_of(positions, ending).value,
            round_number(record.acts),
            str(track_of(record)),
            [flag.value for flag in flags_of(record)],
        )
        if told != due:
            yield f"case {case.id} says {told}, its record {due}"


Invariant = Callable[[Sight, Memory], Iterator[str]]
INVARIANTS: Sequence[Invariant] = (
    an_open_case_is_somebodys,
    a_duty_without_anybody_is_told,
    acts_stay,
    duties_are_kept_apart,
    nobody_inspects_twice_on_one_application,
    substitutes_keep_to_their_authority,
    paper_takes_two,
    lists_agree_with_the_rules,
    numbers_have_no_gap,
    clocks_belong_to_what_is_open,
    rounds_and_limits_hold,
    no_order_outlives_its_case,
    columns_follow_the_record,
)
# What breaks these stays broken: they are asked for now and then, over everything.
NOW_AND_THEN: Sequence[Invariant] = (the_chain_vouches,)
