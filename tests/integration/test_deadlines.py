"""Clocks of a case: opened by what starts them, met, ended, and running on."""

from datetime import date, timedelta

import sqlalchemy as sa

from services.database import transaction
from services.models.deadline import Deadline
from services.queries.duties import list_duties
from services.queries.ledger import LedgerFilter, list_ledger
from services.queries.shown import find_listing_draft
from tests.builders import World
from workflows.vocabulary import Action, Outcome


def _deadlines(world: World, rule_id: str) -> list[Deadline]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Deadline).where(Deadline.rule_id == rule_id).order_by(Deadline.id)
            )
        )


def test_the_act_that_ends_a_case_met_its_own_deadline(world: World) -> None:
    case_id = world.file_report(criterion=None, uploads=())
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, outcome=Outcome.ORDINARY)
    world.do(
        "department_head",
        case_id,
        Action.CONFIRM_VERDICT,
        outcome=Outcome.ORDINARY,
        opinion="不构成",
    )
    (verdict,) = _deadlines(world, "confirm_verdict")
    assert verdict.ended_as == "met"
    with transaction(world.engine) as session:
        running = session.scalars(sa.select(Deadline.id).where(Deadline.ended_at.is_(None)))
        assert running.all() == []


def test_the_rectification_limit_stops_at_the_application_and_runs_on_after_a_failure(
    world: World,
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    (limit,) = _deadlines(world, "rectification_limit")
    assert limit.due_on == world.now.date() + timedelta(days=90)
    world.rectify(case_id)
    assert _deadlines(world, "rectification_limit")[0].ended_as == "met"
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
        opinion="未达到要求",
    )
    (again,) = _deadlines(world, "rectification_limit")
    assert (again.ended_at, again.due_on) == (None, limit.due_on)


def test_a_case_past_its_rectification_limit_is_overdue_in_ledger_and_duties(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id, ("safety_officer", Action.SUBMIT_PLAN), ("case_officer", Action.REVIEW_PLAN)
    )
    limit = world.now.date() + timedelta(days=90)
    actor = world.actor("principal")
    with transaction(world.engine) as session:
        duties = {row.step: row.due_at for row in list_duties(session, actor, limit=20)}
    due_at = duties[Action.APPLY_FOR_ACCEPTANCE]
    assert due_at is not None
    assert (due_at + timedelta(hours=8)).date() == limit + timedelta(days=1)  # 24:00 of the day
    world.later(days=120)
    with transaction(world.engine) as session:
        page = list_ledger(session, None, LedgerFilter(overdue_at=world.now), limit=10)
    assert [row.case_id for row in page.rows] == [case_id]


def test_progress_is_due_while_rectification_is_under_way(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id, ("safety_officer", Action.SUBMIT_PLAN), ("case_officer", Action.REVIEW_PLAN)
    )
    (progress,) = _deadlines(world, "report_progress")
    assert progress.ended_at is None
    with transaction(world.engine) as session:
        steps = [
            row.step
            for row in list_duties(session, world.frame(session, "principal").actor, limit=20)
        ]
    assert Action.REPORT_PROGRESS in steps
    assert Action.ORDER_IMMEDIATE_MEASURES not in steps


# Rules of other tracks, sources and events: each has its own test.
OFF_THE_STRAIGHT_PATH = {
    "resolve_competence_dispute",
    "give_expert_opinion",
    "answer_to_finder",
    "answer_to_further_finder",
    "check_own_closure",
    "close_own_listing",
    "close_tracked_case",
    "confirm_accident",
    "confirm_party_change",
    "confirm_stoppage",
    "confirm_withdrawal",
    "answer_coordination",
    "answer_escalation",
    "approve_escalation",
    "confirm_escalation",
    "decide_extension",
    "review_escalation_answer",
    "serve_escalation",
    "answer_penalty_notice",
    "conclude_penalty",
    "decide_suspension",
    "record_hearing",
    "record_talk",
    "review_legality",
    "review_after_hearing",
    "serve_penalty_notice",
    "serve_suspension",
    "confirm_refusal",
    "sign_correction",
    "review_order",
    "hear_party",
    "approve_order",
    "decide_closure",
    "serve_order",
    "record_order_receipt",
    "confirm_order_lifting",
    "decide_closure_lifting",
    "record_restoration",
    "inquiry_due",
    "further_inquiry_due",
    "confirm_inquiry",
    "record_inquiry_finding",
    "approve_inquiry",
    "confirm_raise",
    "petition_raise",
    "record_raise_answer",
    "review_coal_resumption",
    "inspect_resumption",
    "approve_resumption",
    "sign_resumption",
    "serve_resumption",
    "decide_objection",
    "list_own_hazard",
    "petition_delisting",
    "petition_extension",
    "record_external_extension",
    "review_extension",
    "record_external_delisting",
    "record_external_listing",
    "serve_on_new_party",
}


def test_every_rule_fires_on_the_way_to_the_archive(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    world.do("safety_officer", case_id, Action.REPORT_PROGRESS)
    world.walk(
        case_id,
        ("principal", Action.APPLY_FOR_ACCEPTANCE),
        ("group_head", Action.ENDORSE_AS_PARENT_COMPANY_HEAD),
    )
    world.accept(case_id)
    world.close(case_id)
    with transaction(world.engine) as session:
        fired = set(session.scalars(sa.select(Deadline.rule_id)))
    in_a_case = {
        rule.id
        for rule in world.office.profile.rules.values()
        if not rule.starts.startswith("event:")
    }
    assert fired == in_a_case - OFF_THE_STRAIGHT_PATH


def test_the_notice_names_the_day_by_which_the_plan_is_due(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    (plan,) = _deadlines(world, "submit_plan")
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    with transaction(world.engine) as session:
        draft = find_listing_draft(session, case_id)
    assert draft is not None
    assert date.fromisoformat(draft.inputs["rectification"]["plan_due_on"]) == plan.due_on
