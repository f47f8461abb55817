"""Taking back: the case is as before, the act stays on record, and one of two wins."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.actions.confirm_criterion import ConfirmCriterion
from services.actions.take_back import TakeBack, take_back
from services.assignments import claim_step, release_step
from services.database import Base, transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.frame import Frame, first_changed_act
from services.models.assignment import StepAssignment
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Post
from services.models.process import open_task, process_instance, step_event
from services.queries.facts import load_record, standing_of
from services.queries.shown import BASIS, shown_sha256
from tests.builders import CLAUSE, PHOTO, World
from workflows.assignments import StepClaimedError
from workflows.engine.errors import StateTamperedError
from workflows.errors import RuleError, TaskNotReadyError
from workflows.facts import derive, needs_met
from workflows.permissions import PermissionRefusedError
from workflows.taking_back import CAN_BE_TAKEN_BACK, TakeBackRefusedError
from workflows.vocabulary import Action, EscalationKind, OrderKind, Outcome, Track

# From the finding to the closing, with every act that can be taken back; one round.
WAY: tuple[tuple[str, Action], ...] = (
    ("safety_officer", Action.SUPPLEMENT_REPORT),
    ("principal", Action.SIGN_DOUBLE_REPORT),
    ("safety_officer", Action.RECORD_WORKFORCE_REPORT),
    ("case_officer", Action.VERIFY_HAZARD),
    ("second_officer", Action.CONFIRM_CRITERION),
    ("case_officer", Action.ISSUE_RECTIFICATION_ORDER),
    ("department_head", Action.CONFIRM_VERDICT),
    ("case_officer", Action.WITHDRAW_CASE),
    ("department_head", Action.CONFIRM_WITHDRAWAL),
    ("principal", Action.OBJECT_TO_VERDICT),
    ("office_head", Action.DECIDE_OBJECTION),
    ("case_officer", Action.ADD_FINDING),
    ("case_officer", Action.ANSWER_FINDER),
    ("case_officer", Action.CHANGE_RESPONSIBLE_PARTY),
    ("department_head", Action.CONFIRM_PARTY_CHANGE),
    ("principal", Action.REPORT_STOPPAGE),
    ("case_officer", Action.CONFIRM_STOPPAGE),
    ("case_officer", Action.REPORT_RESTART),
    ("principal", Action.REQUEST_COORDINATION),
    ("office_head", Action.ANSWER_COORDINATION),
    ("case_officer", Action.PROPOSE_ESCALATION),
    ("department_head", Action.CONFIRM_ESCALATION),
    ("leader", Action.APPROVE_ESCALATION),
    ("case_officer", Action.SERVE_ESCALATION),
    ("case_officer", Action.PROPOSE_ESCALATION),
    ("department_head", Action.CONFIRM_ESCALATION),
    ("case_officer", Action.SERVE_ESCALATION),
    ("case_officer", Action.RECORD_TALK),
    ("principal", Action.ANSWER_ESCALATION),
    ("case_officer", Action.REVIEW_ESCALATION_ANSWER),
    ("case_officer", Action.PROPOSE_SUSPENSION),
    ("legality_reviewer", Action.REVIEW_LEGALITY),
    ("case_officer", Action.SERVE_PENALTY_NOTICE),
    ("principal", Action.ANSWER_PENALTY_NOTICE),
    ("department_head", Action.DECIDE_SUSPENSION),
    ("case_officer", Action.SERVE_SUSPENSION),
    ("safety_officer", Action.APPLY_FOR_RESUMPTION),
    ("reviewer", Action.INSPECT_RESUMPTION),
    ("second_reviewer", Action.INSPECT_RESUMPTION),
    ("department_head", Action.APPROVE_RESUMPTION),
    ("case_officer", Action.RECORD_RESUMPTION_CONSENT),
    ("government_principal", Action.SIGN_RESUMPTION),
    ("case_officer", Action.SERVE_RESUMPTION),
    ("case_officer", Action.RECORD_REFUSAL),
    ("department_head", Action.CONFIRM_REFUSAL),
    ("department_head", Action.LIFT_REFUSAL),
    ("case_officer", Action.PROPOSE_CORRECTION),
    ("department_head", Action.SIGN_CORRECTION),
    ("case_officer", Action.PROPOSE_INQUIRY),
    ("office_head", Action.CONFIRM_INQUIRY),
    ("case_officer", Action.RECORD_INQUIRY_FINDING),
    ("leader", Action.APPROVE_INQUIRY),
    ("committee_officer", Action.PROPOSE_LISTING),
    ("office_head", Action.REVIEW_DRAFT),
    ("leader", Action.COUNTERSIGN_LISTING),
    ("signatory", Action.SIGN_LISTING),
    ("committee_officer", Action.SERVE_LISTING_NOTICE),
    ("government_officer", Action.ACKNOWLEDGE_HANDOVER),
    ("case_officer", Action.ACKNOWLEDGE_HANDOVER),
    ("government_officer", Action.REPORT_HANDOVER_RESULT),
    ("case_officer", Action.REPORT_HANDOVER_RESULT),
    ("safety_officer", Action.SUBMIT_PLAN),
    ("case_officer", Action.REVIEW_PLAN),
    ("safety_officer", Action.REPORT_PROGRESS),
    ("case_officer", Action.REVIEW_PROGRESS),
    ("safety_officer", Action.UPDATE_FIVE_IN_PLACE),
    ("principal", Action.REQUEST_EXTENSION),
    ("case_officer", Action.REVIEW_EXTENSION),
    ("principal", Action.APPLY_FOR_ACCEPTANCE),
    ("group_head", Action.ENDORSE_AS_PARENT_COMPANY_HEAD),
    ("safety_officer", Action.EVALUATE_EFFECT),
    ("reviewer", Action.INSPECT_RECTIFICATION),
    ("second_reviewer", Action.INSPECT_RECTIFICATION),
    ("department_head", Action.APPROVE_ACCEPTANCE),
    ("leader", Action.ENDORSE_AS_LEADER_IN_CHARGE),
    ("signatory", Action.APPROVE_DELISTING),
)
# An enterprise that lists its hazard itself, from the verdict on.
OWN_LISTING: tuple[tuple[str, Action], ...] = (
    ("principal", Action.LIST_OWN_HAZARD),
    ("principal", Action.ACCEPT_OWN_RECTIFICATION),
    ("group_head", Action.CLOSE_OWN_LISTING),
    ("case_officer", Action.CHECK_OWN_CLOSURE),
)
# Agreed to, these would take the case off the way.
REFUSED = (Action.CONFIRM_WITHDRAWAL, Action.DECIDE_OBJECTION, Action.CONFIRM_PARTY_CHANGE)
# What only grows, or is checked apart.
GROWING = (
    "act",
    "attachment",
    "audit_entry",
    "audit_head",
    "former_value",
    "outbox",
    "step_event",
)
MOVING = {
    "process_instance": {"version", "state", "state_before", "found_before"},
    "supervision_case": {"changed_at"},
}

Rows = dict[str, dict[tuple[object, ...], dict[str, Any]]]


def rows_of(world: World) -> Rows:
    """Every row of every table, by its key, without what moves with each act."""
    found: Rows = {}
    with world.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            keys = [column.name for column in table.primary_key]
            found[table.name] = {
                tuple(row[key] for key in keys): {
                    name: value
                    for name, value in row.items()
                    if name not in MOVING.get(table.name, ())
                }
                for row in connection.execute(sa.select(table)).mappings()
            }
    return found


def rules_of(world: World, case_id: int) -> tuple[object, ...]:
    """Everything that the rules derive from the record."""
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        record = load_record(session, case, world.office.profile)
        standing = standing_of(session, case, record)
        shown = [shown_sha256(session, case_id, action) for action in BASIS]
        return record.acts, derive(record), needs_met(record), standing.acted_this_round, shown


def assert_as_before(before: Rows, after: Rows) -> None:
    for name, rows in before.items():
        now = after[name]
        if name in GROWING:
            continue
        assert {key: now.get(key) for key in rows} == rows, name
        new = [row for key, row in now.items() if key not in rows]
        if name == "deadline":
            assert all(row["ended_as"] == "taken_back" for row in new)
        elif name == "document":
            assert all(row["state"] == "void" and row["number"] is None for row in new)
        else:
            assert new == [], name


def try_all(world: World, case_id: int, way: tuple[tuple[str, Action], ...]) -> set[object]:
    """Do and take back each act of the way with each outcome; then do it and go on."""
    tried = set[object]()
    measures = [EscalationKind.CIRCULAR, EscalationKind.REGULATORY_TALK]
    world.work()  # the report has its receipt
    for name, action in way:
        further: dict[str, Any] = {}
        if action is Action.PROPOSE_ESCALATION:
            further = {"escalation_kind": measures.pop(0)}
        if action in (Action.PROPOSE_ORDER, Action.LIFT_ORDER):
            further = {"enforcement_kind": OrderKind.GOVERNMENT_CLOSURE}
        if action is Action.VERIFY_HAZARD:
            further = {"criterion": CLAUSE, "uploads": (PHOTO,), "description": "皮带巷。"}
        for outcome in CAN_BE_TAKEN_BACK.get(action, ()):
            before, rules = rows_of(world), rules_of(world, case_id)
            world.do(name, case_id, action, outcome=outcome, opinion="理由。", **further)
            world.later(days=len(tried) % 2)  # in the same moment, or later
            world.take_back(name, case_id)
            assert_as_before(before, rows_of(world))
            assert rules_of(world, case_id) == rules
            tried.add((action, outcome))
        if action is Action.CONFIRM_CRITERION:
            world.confirm_criterion(case_id)
        elif action in REFUSED:
            world.do(name, case_id, action, outcome=Outcome.RETURNED, opinion="理由。")
        else:
            world.do(name, case_id, action, **further)
    with transaction(world.engine) as session:
        assert audit.first_broken_link(session) is None
        assert first_changed_act(session) is None
    return tried


# A party is closed down, and that is lifted again: of all orders it takes the most steps.
CLOSED_DOWN: tuple[tuple[str, Action], ...] = (
    ("case_officer", Action.PROPOSE_ORDER),
    ("legality_reviewer", Action.REVIEW_ORDER),
    ("case_officer", Action.HEAR_PARTY),
    ("department_head", Action.APPROVE_ORDER),
    ("government_principal", Action.DECIDE_CLOSURE),
    ("case_officer", Action.SERVE_ORDER),
    ("case_officer", Action.RECORD_ORDER_RECEIPT),
    ("case_officer", Action.LIFT_ORDER),
    ("department_head", Action.CONFIRM_ORDER_LIFTING),
    ("government_principal", Action.DECIDE_CLOSURE_LIFTING),
)
RAISING: tuple[tuple[str, Action], ...] = (
    ("committee_officer", Action.PROPOSE_RAISE),
    ("office_head", Action.CONFIRM_RAISE),
)
PENALTY_TOLD: tuple[tuple[str, Action], ...] = (
    ("case_officer", Action.PROPOSE_SUSPENSION),
    ("legality_reviewer", Action.REVIEW_LEGALITY),
    ("case_officer", Action.SERVE_PENALTY_NOTICE),
)


def test_every_act_that_can_be_taken_back_leaves_the_case_as_it_was(each_world: World) -> None:
    world = each_world
    tried = try_all(world, world.file_report(criterion=None, description=""), WAY)
    world.later(days=1)
    own = world.file_report()
    world.complete_double_report(own)
    world.confirm_criterion(own)
    world.do("case_officer", own, Action.VERIFY_HAZARD, 0, production_stopped=True)
    world.do("case_officer", own, Action.ISSUE_RECTIFICATION_ORDER)
    world.do("department_head", own, Action.CONFIRM_VERDICT, 0, track=Track.OWN_LISTING)
    tried |= try_all(world, own, OWN_LISTING)
    heard = world.file_report()
    world.to_listing(heard, track=Track.TRACKED)
    world.walk(heard, *PENALTY_TOLD)
    answer, hearing = Action.ANSWER_PENALTY_NOTICE, Action.RECORD_HEARING
    world.do("principal", heard, answer, outcome=Outcome.HEARING_ASKED)
    world.later(days=20)
    review = ("legality_reviewer", Action.REVIEW_AFTER_HEARING)
    tried |= try_all(world, heard, (("second_officer", hearing), review))
    world.do("department_head", heard, Action.DECIDE_SUSPENSION, outcome=Outcome.NOT_IMPOSED)
    world.walk(heard, *PENALTY_TOLD)
    world.later(days=30)
    tried |= try_all(world, heard, (("case_officer", Action.RECORD_NO_ANSWER),))
    closed = world.file_report()
    world.to_listing(closed, track=Track.TRACKED)
    tried |= try_all(world, closed, CLOSED_DOWN)
    raised = world.file_report()
    world.to_listing(raised)
    world.to_signed(raised)
    tried |= try_all(world, raised, RAISING)
    assert tried == {(a, o) for a, outcomes in CAN_BE_TAKEN_BACK.items() for o in outcomes}


# ------------------------------------------------------------------ what stays on record


def test_the_act_stays_and_the_taking_back_is_an_act_of_its_own(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    taken = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
    with transaction(world.engine) as session:
        before = _columns(session.get_one(Act, taken))
    world.later(minutes=5)
    act_id = world.take_back("case_officer", case_id).act_id
    with transaction(world.engine) as session:
        assert _columns(session.get_one(Act, taken)) == before
        act = session.get_one(Act, act_id)
        assert (act.action, act.outcome, act.opinion) == ("take_back", "done", "填错了。")
        assert act.content == {"act_id": taken}
        assert act.takes_back_id == taken
        events = session.connection().execute(
            sa.select(step_event.c.version, step_event.c.step_id, step_event.c.passed).order_by(
                step_event.c.id
            )
        )
        *_, (version, step, passed) = events
        assert (step, list(passed)) == ("take_back", [])
        assert version == session.execute(sa.select(process_instance.c.version)).scalar_one()
        entry = list(audit.commitments(session, "act_id"))[-1]
        assert entry[0] == act_id


def _columns(act: Act) -> dict[str, object]:
    return {column.name: getattr(act, column.name) for column in Act.__table__.columns}


def test_the_clock_of_the_step_runs_on_and_those_of_the_next_end(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    (due_at,) = _due(world, case_id, Action.VERIFY_HAZARD)
    world.later(days=2)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    world.later(days=1)
    world.take_back("case_officer", case_id)
    assert _due(world, case_id, Action.VERIFY_HAZARD) == [due_at]
    assert [row.ended_as for row in _deadlines(world, "verify_hazard")] == [None]
    assert [row.ended_as for row in _deadlines(world, "confirm_verdict")] == ["taken_back"]
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    assert [row.ended_as for row in _deadlines(world, "verify_hazard")] == ["met"]
    assert [row.ended_as for row in _deadlines(world, "confirm_verdict")] == ["taken_back", None]


def test_the_limit_of_the_case_runs_on_when_the_application_is_taken_back(
    each_world: World,
) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id, ("safety_officer", Action.SUBMIT_PLAN), ("case_officer", Action.REVIEW_PLAN)
    )
    world.do("principal", case_id, Action.APPLY_FOR_ACCEPTANCE)
    assert [row.ended_as for row in _deadlines(world, "rectification_limit")] == ["met"]
    world.take_back("principal", case_id)
    (limit,) = _deadlines(world, "rectification_limit")
    assert (limit.ended_at, limit.ended_as) == (None, None)


def test_a_failure_that_is_taken_back_begins_no_round(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.walk(
        case_id,
        ("safety_officer", Action.EVALUATE_EFFECT),
        ("reviewer", Action.INSPECT_RECTIFICATION),
        ("second_reviewer", Action.INSPECT_RECTIFICATION),
    )
    world.do(
        "department_head",
        case_id,
        Action.APPROVE_ACCEPTANCE,
        outcome=Outcome.FAILED,
        opinion="不合格。",
    )
    assert _case(world, case_id).round_number == 2
    world.take_back("department_head", case_id)
    assert _case(world, case_id).round_number == 1
    world.do("department_head", case_id, Action.APPROVE_ACCEPTANCE)
    assert Action.ENDORSE_AS_LEADER_IN_CHARGE in world.open_steps(case_id)


def test_whoever_took_an_act_back_stays_apart_from_what_decides_on_it(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    _give_post(world, "committee_officer", "office_head")
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.take_back("committee_officer", case_id)
    _give_post(world, "office_head", "committee_officer")
    world.do("office_head", case_id, Action.PROPOSE_LISTING)
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do("committee_officer", case_id, Action.REVIEW_DRAFT)
    assert refusal.value.detail["reason"] == "separation_of_duties"


def test_an_inspector_inspects_again_after_taking_back(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    world.do("reviewer", case_id, Action.INSPECT_RECTIFICATION)
    with pytest.raises(PermissionRefusedError):
        world.do("reviewer", case_id, Action.INSPECT_RECTIFICATION)
    world.take_back("reviewer", case_id)
    world.do("reviewer", case_id, Action.INSPECT_RECTIFICATION, outcome=Outcome.FAILED)


# ------------------------------------------------------------------ what is refused


def _refusal(world: World, name: str, case_id: int, act_id: int | None = None) -> RuleError:
    before = rows_of(world)
    with pytest.raises(RuleError) as refusal:
        world.take_back(name, case_id, act_id)
    assert rows_of(world) == before
    return refusal.value


@pytest.mark.parametrize(
    ("steps", "name", "reason"),
    [
        ((), "safety_officer", "began_the_case"),
        ((("case_officer", Action.ORDER_IMMEDIATE_MEASURES),), "case_officer", "measures"),
        (
            (("case_officer", Action.ISSUE_RECTIFICATION_ORDER),),
            "case_officer",
            "issued_a_document",
        ),
        (
            (
                ("case_officer", Action.WITHDRAW_CASE),
                ("department_head", Action.CONFIRM_WITHDRAWAL),
            ),
            "department_head",
            "ended_the_case",
        ),
        ((("case_officer", Action.RECORD_ACCIDENT),), "case_officer", "legal_hold"),
    ],
)
def test_acts_that_reach_further_are_not_taken_back(
    world: World, steps: tuple[tuple[str, Action], ...], name: str, reason: str
) -> None:
    case_id = world.file_report()
    world.walk(case_id, *steps)
    refusal = _refusal(world, name, case_id)
    assert isinstance(refusal, TakeBackRefusedError)
    assert refusal.detail["reason"] == reason


def test_a_signature_service_and_receipt_stay(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    assert _refusal(world, "signatory", case_id).detail["reason"] == "issued_a_document"
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    assert _refusal(world, "committee_officer", case_id).detail["reason"] == "served"
    world.do("government_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    assert _refusal(world, "government_officer", case_id).detail["reason"] == "received"


def test_a_confirmed_criterion_and_a_taking_back_stay(world: World) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    assert _refusal(world, "second_officer", case_id).detail["reason"] == "outside_the_diagram"
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    world.take_back("case_officer", case_id)
    assert _refusal(world, "case_officer", case_id).detail["reason"] == "outside_the_diagram"


def test_whoever_acted_since_is_named(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    taken = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
    world.later(minutes=3)
    world.confirm_criterion(case_id)
    refusal = _refusal(world, "case_officer", case_id, taken)
    assert refusal.detail == {
        "reason": "acted_since",
        "by": "second_officer",
        "at": world.now.isoformat(),
        "since": "confirm_criterion",
    }


def test_an_act_is_taken_back_once(world: World) -> None:
    case_id = world.file_report()
    taken = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
    world.take_back("case_officer", case_id)
    assert _refusal(world, "case_officer", case_id, taken).detail["reason"] == "already"


def test_nobody_takes_back_the_act_of_another(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    for name in ("second_officer", "department_head", "principal"):
        assert _refusal(world, name, case_id).detail["reason"] == "act_of_another"
    assert isinstance(_refusal(world, "rival_principal", case_id), CaseNotFoundError)


def test_who_has_left_the_post_takes_nothing_back(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id == world.person_ids["case_officer"])
            .values(role="department_head")
        )
    assert _refusal(world, "case_officer", case_id).detail["reason"] == "post_left"


def test_a_reason_is_asked_for_and_an_act_of_another_case_is_unknown(world: World) -> None:
    case_id = world.file_report()
    taken = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
    command = TakeBack(case_id=case_id, act_id=taken)
    with pytest.raises(InvalidCommandError):
        world.act("case_officer", command, Action.TAKE_BACK)
    other = world.register()
    for changed in (
        replace(command, opinion="填错了。", case_id=other),
        replace(command, opinion="填错了。", act_id=0),
    ):
        with pytest.raises(CaseNotFoundError):
            world.act("case_officer", changed, Action.TAKE_BACK)


def test_an_act_from_before_anything_was_kept_stays(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        session.connection().execute(sa.update(process_instance).values(state_before=None))
    assert _refusal(world, "case_officer", case_id).detail["reason"] == "not_kept"


def test_a_kept_state_of_another_moment_is_never_put_back(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        older = session.execute(sa.select(process_instance.c.state_before)).scalar_one()
    world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT)
    with transaction(world.engine) as session:
        session.connection().execute(sa.update(process_instance).values(state_before=older))
    with pytest.raises(StateTamperedError):
        world.take_back("safety_officer", case_id)


def test_a_link_that_no_taking_back_made_is_found(world: World) -> None:
    case_id = world.file_report()
    first = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
    second = world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT).act_id
    with transaction(world.engine) as session:
        assert first_changed_act(session) is None
        session.execute(sa.update(Act).where(Act.id == second).values(takes_back_id=first))
    with transaction(world.engine) as session:
        assert first_changed_act(session) == second


def test_a_step_that_somebody_holds_since_bars_it_until_given_back(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    task_id = world.task_id(case_id, Action.CONFIRM_VERDICT)
    world.later(minutes=2)
    with transaction(world.engine) as session:
        claim_step(world.frame(session, "department_head"), case_id, task_id)
    refusal = _refusal(world, "case_officer", case_id)
    assert refusal.detail == {
        "reason": "claimed_since",
        "by": "department_head",
        "at": world.now.isoformat(),
        "since": "confirm_verdict",
    }
    with transaction(world.engine) as session:
        release_step(world.frame(session, "department_head"), case_id, task_id, "退回。")
    world.take_back("case_officer", case_id)
    with transaction(world.engine) as session:
        kept = session.scalars(sa.select(sa.func.count(StepAssignment.id))).one()
    assert kept == 2


def test_a_step_held_before_is_held_by_the_same_person_again(world: World) -> None:
    case_id = world.file_report()
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        claim_step(world.frame(session, "case_officer"), case_id, task_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    world.take_back("case_officer", case_id)
    with pytest.raises(StepClaimedError):
        world.do("second_officer", case_id, Action.VERIFY_HAZARD)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)


# ------------------------------------------------------------------ two at once


def test_of_a_taking_back_and_a_claim_of_the_next_step_one_wins(each_world: World) -> None:
    world = each_world
    for _ in range(4):
        world.later(minutes=1)
        case_id = world.file_report()
        taken = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
        task_id = world.task_id(case_id, Action.CONFIRM_VERDICT)
        back = TakeBack(case_id=case_id, act_id=taken, opinion="填错了。")
        barrier, won = Barrier(2), list[str]()

        def run(name: str, act: Callable[[Frame], object], won: list[str] = won) -> None:
            barrier.wait()  # noqa: B023  # joined before the next turn
            try:
                with transaction(world.engine) as session:
                    act(world.frame(session, name))
            except RuleError:
                return
            won.append(name)

        both = (
            ("case_officer", partial(take_back, command=back)),
            ("department_head", partial(claim_step, case_id=case_id, task_id=task_id)),
        )
        threads = [Thread(target=run, args=item) for item in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert (Action.VERIFY_HAZARD in world.open_steps(case_id)) == (won == ["case_officer"])


def test_of_a_taking_back_and_the_next_step_at_once_exactly_one_wins(each_world: World) -> None:
    world = each_world
    results: list[list[str]] = []
    for _ in range(5):
        world.later(minutes=1)
        case_id = world.file_report()
        world.confirm_criterion(case_id)
        world.do("case_officer", case_id, Action.VERIFY_HAZARD)
        taken = world.last_act(case_id)
        verdict = world.command(case_id, Action.CONFIRM_VERDICT)
        back = TakeBack(case_id=case_id, act_id=taken, opinion="填错了。")
        results.append(
            _race(
                world,
                ("department_head", verdict, Action.CONFIRM_VERDICT),
                ("case_officer", back, Action.TAKE_BACK),
            )
        )
        acts = {row.action for row in _acts(world, case_id)}
        assert ("take_back" in acts) != ("confirm_verdict" in acts)
    assert all(
        result in (["take_back_refused", "won"], ["task_not_ready", "won"]) for result in results
    )


def test_of_a_taking_back_and_a_confirmation_beside_the_diagram_one_wins(
    each_world: World,
) -> None:
    world = each_world
    for _ in range(4):
        world.later(minutes=1)
        case_id = world.file_report(criterion=None)
        world.do("case_officer", case_id, Action.VERIFY_HAZARD, criterion=CLAUSE, uploads=(PHOTO,))
        taken = world.last_act(case_id)
        with transaction(world.engine) as session:
            shown = shown_sha256(session, case_id, Action.CONFIRM_CRITERION)
        confirm = ConfirmCriterion(case_id=case_id, shown=shown)
        back = TakeBack(case_id=case_id, act_id=taken, opinion="填错了。")
        _race(
            world,
            ("second_officer", confirm, Action.CONFIRM_CRITERION),
            ("case_officer", back, Action.TAKE_BACK),
        )
        acts = {row.action for row in _acts(world, case_id)}
        assert ("take_back" in acts) != ("confirm_criterion" in acts)


def test_sent_twice_at_once_it_is_taken_back_once(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    taken = world.do("case_officer", case_id, Action.VERIFY_HAZARD).act_id
    back = TakeBack(case_id=case_id, act_id=taken, opinion="填错了。")
    both = ("case_officer", back, Action.TAKE_BACK)
    assert _race(world, both, both) == ["take_back_refused", "won"]


def test_who_comes_too_late_is_told_who_took_it_back(world: World) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    verdict = world.command(case_id, Action.CONFIRM_VERDICT)
    world.take_back("case_officer", case_id)
    with pytest.raises(TaskNotReadyError) as refusal:
        world.act("department_head", verdict, Action.CONFIRM_VERDICT)
    assert refusal.value.detail == {
        "reason": "taken_back",
        "by": "case_officer",
        "at": world.now.isoformat(),
        "action": "verify_hazard",
    }


def _race(world: World, *acts: tuple[str, Any, Action]) -> list[str]:
    barrier, outcomes = Barrier(len(acts)), list[str]()

    def run(name: str, command: Any, action: Action) -> None:
        barrier.wait()
        try:
            world.act(name, command, action)
        except RuleError as error:
            outcomes.append(error.code)
        else:
            outcomes.append("won")

    threads = [Thread(target=run, args=item) for item in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


# ------------------------------------------------------------------ looking


def _case(world: World, case_id: int) -> SupervisionCase:
    with transaction(world.engine) as session:
        return session.get_one(SupervisionCase, case_id)


def _acts(world: World, case_id: int) -> list[Act]:
    with transaction(world.engine) as session:
        return list(session.scalars(sa.select(Act).where(Act.case_id == case_id).order_by(Act.id)))


def _deadlines(world: World, rule_id: str) -> list[Deadline]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Deadline).where(Deadline.rule_id == rule_id).order_by(Deadline.id)
            )
        )


def _due(world: World, case_id: int, action: Action) -> list[object]:
    with transaction(world.engine) as session:
        return list(
            session.connection()
            .execute(
                sa.select(open_task.c.due_at).where(
                    open_task.c.case_id == case_id, open_task.c.step_id == action
                )
            )
            .scalars()
        )


def _give_post(world: World, name: str, like: str) -> None:
    """A second post, the same as somebody else's."""
    with transaction(world.engine) as session:
        post = session.scalars(
            sa.select(Post).where(Post.person_id == world.person_ids[like])
        ).first()
        assert post is not None
        session.add(
            Post(
                person_id=world.person_ids[name],
                organisation_id=post.organisation_id,
                role=post.role,
                title=post.title,
                valid_from=date(2025, 1, 1),
            )
        )
