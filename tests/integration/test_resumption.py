"""Leave to resume production: asked for, inspected by two, decided, told; never a delisting."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.database import reading, transaction
from services.errors import InvalidCommandError
from services.models.case import SupervisionCase
from services.models.copy import CaseCopy, CopyRecipient
from services.models.deadline import Deadline
from services.models.document import Document
from services.models.organisation import Organisation, Person
from services.queries.case_page import get_case_page
from services.queries.concerns import Concern, Watch
from services.queries.duties import list_duties
from services.queries.facts import load_record
from services.queries.ledger import LedgerFilter, list_ledger
from tests.builders import PHOTO, World
from tests.integration.test_penalty import DECIDE, PROPOSE, judged, notified
from tests.integration.test_penalty import in_force as suspended
from tests.integration.test_substitutions import add_post
from web.views.measures import measures_in_force
from workflows.facts import needs_met, round_number
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import (
    Action,
    CaseFlag,
    LiftingGround,
    Outcome,
    Role,
    StoppageKind,
    Track,
)

APPLY, INSPECT, APPROVE = (
    Action.APPLY_FOR_RESUMPTION,
    Action.INSPECT_RESUMPTION,
    Action.APPROVE_RESUMPTION,
)
CONSENT, SIGN, SERVE = (
    Action.RECORD_RESUMPTION_CONSENT,
    Action.SIGN_RESUMPTION,
    Action.SERVE_RESUMPTION,
)
ORDER, LIFT = Action.ORDER_IMMEDIATE_MEASURES, Action.LIFT_IMMEDIATE_MEASURES
NOT_COAL = "industry_trade"
BOTH_SECTORS = pytest.mark.parametrize("coal", [True, False], ids=["coal", "other"])


def judged_elsewhere(world: World) -> int:
    """A major hazard that is no coal mine's."""
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["mine"]).sector = NOT_COAL
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    return case_id


def stopped(world: World, *, coal: bool = False) -> int:
    case_id = judged(world) if coal else judged_elsewhere(world)
    world.do("case_officer", case_id, ORDER)
    return case_id


def report_stoppage(world: World, case_id: int, kind: StoppageKind) -> None:
    world.do("principal", case_id, Action.REPORT_STOPPAGE, stoppage_kind=kind)
    world.do("case_officer", case_id, Action.CONFIRM_STOPPAGE)


def inspected(world: World, case_id: int) -> None:
    world.walk(
        case_id, ("safety_officer", APPLY), ("reviewer", INSPECT), ("second_reviewer", INSPECT)
    )


def approved(world: World, case_id: int) -> None:
    inspected(world, case_id)
    world.do("department_head", case_id, APPROVE)


def resumed(world: World, case_id: int) -> None:
    approved(world, case_id)
    if CONSENT in world.open_steps(case_id):
        world.walk(case_id, ("case_officer", CONSENT), ("government_principal", SIGN))
    world.do("case_officer", case_id, SERVE)


def missing(world: World, name: str, case_id: int, action: Action, **changes: object) -> str:
    with pytest.raises(PermissionRefusedError) as refused:
        world.do(name, case_id, action, 0, **changes)
    return str(refused.value.detail["missing"])


def wrong(world: World, name: str, case_id: int, action: Action, **changes: object) -> set[str]:
    with pytest.raises(InvalidCommandError) as refused:
        world.do(name, case_id, action, 0, **changes)
    return {f"{field}: {code}" for field, code in refused.value.fields.items()}


def needs(world: World, case_id: int) -> dict[str, bool]:
    with reading(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        return needs_met(load_record(session, case, world.office.profile))


def case_of(world: World, case_id: int) -> SupervisionCase:
    with reading(world.engine) as session:
        return session.get_one(SupervisionCase, case_id)


def notices(world: World) -> list[tuple[str | None, str, bool]]:
    with reading(world.engine) as session:
        rows = session.scalars(sa.select(Document).where(Document.kind == "resumption_notice"))
        return [(row.number, row.state, row.served_at is not None) for row in rows]


def page(world: World, name: str, case_id: int) -> Any:
    actor = world.actor(name)
    with reading(world.engine) as session:
        return get_case_page(session, actor, case_id, world.office.profile)


def clocks(world: World, case_id: int, *rules: str) -> dict[str, str | None]:
    with reading(world.engine) as session:
        rows = session.scalars(
            sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.rule_id.in_(rules))
        )
        return {row.rule_id: row.ended_as for row in rows}


# ------------------------------------------------------------------ from application to service


@BOTH_SECTORS
def test_a_resumption_ends_everything_that_had_stopped_production(
    each_world: World, *, coal: bool
) -> None:
    world = each_world
    case_id = stopped(world, coal=coal)
    report_stoppage(world, case_id, StoppageKind.ORDERED)
    suspended(world, case_id)
    before = case_of(world, case_id)
    assert set(before.flags) == {CaseFlag.STOPPED, CaseFlag.SUSPENDED}
    resumed(world, case_id)
    after, met = case_of(world, case_id), needs(world, case_id)
    assert after.flags == []
    assert met["no_measures_in_force"]
    assert met["no_suspension_in_force"]
    assert not met["work_stopped"]
    assert (after.ending, after.phase, after.rectification_limit_on) == (
        None,
        before.phase,
        before.rectification_limit_on,
    )
    assert [(state, served) for _, state, served in notices(world)] == [("issued", True)]
    assert APPLY in world.open_steps(case_id)


def test_outside_coal_the_heads_signature_numbers_the_notice(world: World) -> None:
    case_id = stopped(world)
    approved(world, case_id)
    ((number, _, served),) = notices(world)
    assert number is not None
    assert not served
    assert not {CONSENT, SIGN} & set(world.open_steps(case_id))
    assert clocks(world, case_id, "review_coal_resumption") == {}


def test_a_coal_mine_needs_the_administration_and_the_government(world: World) -> None:
    case_id = stopped(world, coal=True)
    approved(world, case_id)
    assert notices(world) == []
    assert not {SIGN, SERVE} & set(world.open_steps(case_id))
    world.do("case_officer", case_id, CONSENT)
    assert SERVE not in world.open_steps(case_id)
    world.do("government_principal", case_id, SIGN)
    ((number, _, _),) = notices(world)
    assert number == "department复产〔2026〕1号"
    world.do("case_officer", case_id, SERVE)
    served = page(world, "principal", case_id).acts[-1]
    assert served.content["notice_number"] == number


def test_a_citys_department_answers_to_the_citys_government(each_world: World) -> None:
    world = each_world
    case_id = stopped(world, coal=True)
    with transaction(world.engine) as session:
        department = session.get_one(Organisation, world.ids["department"])
        department.parent_id = world.ids["city"]
        mayor = Person(name="mayor")
        session.add(mayor)
        session.flush()
        world.person_ids["mayor"] = mayor.id
    add_post(world, "mayor", "city", Role.GOVERNMENT_PRINCIPAL)
    approved(world, case_id)
    world.do("case_officer", case_id, CONSENT)
    with reading(world.engine) as session:
        for name, due in (("mayor", [SIGN]), ("government_principal", [])):
            duties = list_duties(session, world.actor(name), 50)
            assert [row.step for row in duties if row.case_id == case_id] == due
    assert missing(world, "government_principal", case_id, SIGN) == ""
    world.do("mayor", case_id, SIGN)


def test_inspection_of_a_coal_mine_is_due_in_twenty_days(world: World) -> None:
    case_id = stopped(world, coal=True)
    world.do("principal", case_id, APPLY)
    with reading(world.engine) as session:
        due = session.scalars(
            sa.select(Deadline.due_on).where(Deadline.rule_id == "review_coal_resumption")
        ).one()
    # Sunday 22 March 2026 is the twentieth day; a day off moves it to Monday.
    assert due - world.now.date() in (timedelta(days=20), timedelta(days=21))
    world.do("reviewer", case_id, INSPECT)
    rules = ("review_coal_resumption", "approve_resumption")
    assert clocks(world, case_id, *rules) == {"review_coal_resumption": None}
    world.do("second_reviewer", case_id, INSPECT)
    world.do("department_head", case_id, APPROVE)
    assert clocks(world, case_id, *rules) == {
        "review_coal_resumption": "met",
        "approve_resumption": "met",
    }


# ------------------------------------------------------------------ who may ask, and when


@pytest.mark.parametrize("name", ["safety_officer", "principal"])
def test_the_party_asks_while_it_is_stopped_and_not_otherwise(world: World, name: str) -> None:
    case_id = judged_elsewhere(world)
    assert missing(world, name, case_id, APPLY) == "work_stopped"
    world.do("case_officer", case_id, ORDER)
    world.do(name, case_id, APPLY)
    assert APPLY not in world.open_steps(case_id)


@pytest.mark.parametrize("kind", list(StoppageKind))
def test_a_confirmed_stoppage_of_any_kind_is_enough(world: World, kind: StoppageKind) -> None:
    case_id = judged_elsewhere(world)
    world.do("principal", case_id, Action.REPORT_STOPPAGE, stoppage_kind=kind)
    assert missing(world, "principal", case_id, APPLY) == "work_stopped"
    world.do("case_officer", case_id, Action.CONFIRM_STOPPAGE)
    resumed(world, case_id)
    assert case_of(world, case_id).flags == []


def test_an_application_says_what_was_mended_and_proves_it(world: World) -> None:
    case_id = stopped(world)
    empty = {"self_checked_on": None, "self_check": "", "mended": "", "uploads": ()}
    assert wrong(world, "principal", case_id, APPLY, **empty) == {
        f"{name}: required" for name in empty
    }
    tomorrow = world.now.date() + timedelta(days=1)
    assert wrong(world, "principal", case_id, APPLY, self_checked_on=tomorrow) == {
        "self_checked_on: in_future"
    }


def test_nobody_else_asks(world: World) -> None:
    case_id = stopped(world)
    for name in ("case_officer", "department_head", "group_head", "government_officer"):
        assert missing(world, name, case_id, APPLY) == ""


# ------------------------------------------------------------------ inspection and decision


def test_two_people_inspect_each_once_on_every_application(each_world: World) -> None:
    world = each_world
    case_id = stopped(world)
    for _ in range(2):
        world.do("principal", case_id, APPLY)
        world.do("reviewer", case_id, INSPECT)
        assert missing(world, "reviewer", case_id, INSPECT) == INSPECT
        with reading(world.engine) as session:
            for name, due in (("reviewer", []), ("second_reviewer", [INSPECT])):
                duties = list_duties(session, world.actor(name), 50)
                assert [row.step for row in duties if row.case_id == case_id] == due
        world.do("second_reviewer", case_id, INSPECT)
        world.do("department_head", case_id, APPROVE, outcome=Outcome.RETURNED, opinion="缺材料。")
    assert round_number(_acts(world, case_id)) == 1


def _acts(world: World, case_id: int) -> Any:
    with reading(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        return load_record(session, case, world.office.profile).acts


def test_a_failed_inspection_bars_the_agreement_and_begins_no_round(world: World) -> None:
    case_id = stopped(world)
    world.do("principal", case_id, APPLY)
    failed = {"outcome": Outcome.FAILED, "opinion": ""}
    assert wrong(world, "reviewer", case_id, INSPECT, **failed) == {"opinion: required"}
    world.do("reviewer", case_id, INSPECT, outcome=Outcome.FAILED, opinion="装置未调试。")
    world.do("second_reviewer", case_id, INSPECT)
    assert missing(world, "department_head", case_id, APPROVE) == "resumption_inspected"
    refusal = {"outcome": Outcome.RETURNED, "opinion": ""}
    assert wrong(world, "department_head", case_id, APPROVE, **refusal) == {"opinion: required"}
    world.do("department_head", case_id, APPROVE, outcome=Outcome.RETURNED, opinion="不合格。")
    assert case_of(world, case_id).round_number == 1
    assert needs(world, case_id)["measures_in_force"]
    resumed(world, case_id)


def test_an_inspection_takes_place_after_the_application(world: World) -> None:
    case_id = stopped(world)
    world.do("principal", case_id, APPLY)
    day = world.now.date()
    for changes, code in (
        ({"inspected_on": day - timedelta(days=1)}, "inspected_on: before_resumption_application"),
        ({"inspected_on": day + timedelta(days=1)}, "inspected_on: in_future"),
        ({"findings": ""}, "findings: required"),
    ):
        assert wrong(world, "reviewer", case_id, INSPECT, **changes) == {code}


@pytest.mark.parametrize(
    ("name", "organisation", "role", "action"),
    [
        ("principal", "department", Role.ACCEPTANCE_REVIEWER, INSPECT),
        ("principal", "department", Role.DEPARTMENT_HEAD, APPROVE),
        ("reviewer", "department", Role.DEPARTMENT_HEAD, APPROVE),
        ("principal", "department", Role.CASE_OFFICER, CONSENT),
        ("reviewer", "county", Role.GOVERNMENT_PRINCIPAL, SIGN),
        ("department_head", "county", Role.GOVERNMENT_PRINCIPAL, SIGN),
        ("principal", "department", Role.CASE_OFFICER, SERVE),
    ],
)
def test_who_asks_inspects_agrees_and_signs_are_different_people(
    world: World, name: str, organisation: str, role: Role, action: Action
) -> None:
    case_id = stopped(world, coal=True)
    add_post(world, name, organisation, role)
    world.do("principal", case_id, APPLY)
    for step, who in (
        (INSPECT, "reviewer"),
        (INSPECT, "second_reviewer"),
        (APPROVE, "department_head"),
        (CONSENT, "case_officer"),
        (SIGN, "government_principal"),
        (SERVE, "case_officer"),
    ):
        if step is action:
            break
        world.do(who, case_id, step)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do(name, case_id, action)
    assert refused.value.detail["reason"] == "separation_of_duties"


@pytest.mark.parametrize(
    ("action", "name"), [(CONSENT, "case_officer"), (SIGN, "government_principal")]
)
def test_whoever_refuses_says_why_and_the_party_stays_stopped(
    world: World, action: Action, name: str
) -> None:
    case_id = stopped(world, coal=True)
    approved(world, case_id)
    if action is SIGN:
        world.do("case_officer", case_id, CONSENT)
    refusal = {"outcome": Outcome.RETURNED, "opinion": ""}
    assert wrong(world, name, case_id, action, **refusal) == {"opinion: required"}
    world.do(name, case_id, action, outcome=Outcome.RETURNED, opinion="通风系统未验收。")
    assert needs(world, case_id)["measures_in_force"]
    assert notices(world) == []
    world.do("principal", case_id, APPLY)


def test_the_consent_is_a_paper_with_a_date_and_a_scan(world: World) -> None:
    case_id = stopped(world, coal=True)
    approved(world, case_id)
    empty = {"paper_number": "", "paper_on": None, "uploads": ()}
    assert wrong(world, "case_officer", case_id, CONSENT, **empty) == {
        f"{name}: required" for name in empty
    }
    tomorrow = world.now.date() + timedelta(days=1)
    changes = {"paper_on": tomorrow}
    assert wrong(world, "case_officer", case_id, CONSENT, **changes) == {"paper_on: in_future"}


# ------------------------------------------------------------------ what stands in the way


def test_no_agreement_before_the_penalty_is_decided_and_the_party_learns_nothing(
    world: World,
) -> None:
    case_id = stopped(world)
    world.do("case_officer", case_id, PROPOSE)
    world.do("principal", case_id, APPLY)
    world.do("reviewer", case_id, INSPECT)
    world.do("second_reviewer", case_id, INSPECT)
    assert missing(world, "department_head", case_id, APPROVE) == "no_penalty_pending"
    shown = page(world, "principal", case_id)
    approval = next(row for row in shown.open_steps if row.task.step is APPROVE)
    assert (approval.may_act, approval.refusal) == (False, "no_post")
    assert "penalty" not in str(
        (shown.acts, shown.deadlines, shown.documents, approval.refusal_detail)
    )
    world.do("legality_reviewer", case_id, Action.REVIEW_LEGALITY, outcome=Outcome.RETURNED)
    world.do("department_head", case_id, APPROVE)


def test_a_refusal_is_never_barred(world: World) -> None:
    case_id = stopped(world)
    inspected(world, case_id)
    world.do("case_officer", case_id, PROPOSE)
    world.do("department_head", case_id, APPROVE, outcome=Outcome.RETURNED, opinion="缺材料。")


def test_the_government_is_not_told_of_a_penalty_that_is_prepared(world: World) -> None:
    case_id = stopped(world, coal=True)
    approved(world, case_id)
    world.do("case_officer", case_id, CONSENT)
    world.do("case_officer", case_id, PROPOSE)
    assert missing(world, "government_principal", case_id, SIGN) == "resumption_unopposed"


def test_no_agreement_while_the_case_is_on_legal_hold(world: World) -> None:
    case_id = stopped(world)
    inspected(world, case_id)
    world.do("case_officer", case_id, Action.RECORD_ACCIDENT)
    world.do("department_head", case_id, Action.CONFIRM_ACCIDENT)
    assert missing(world, "department_head", case_id, APPROVE) == "no_legal_hold"


@pytest.mark.parametrize("stop", ["measures", "suspension", "stoppage"])
def test_a_stop_after_the_application_is_not_judged_by_it(world: World, stop: str) -> None:
    case_id = stopped(world)
    inspected(world, case_id)
    if stop == "measures":
        world.do("second_officer", case_id, ORDER)
    elif stop == "suspension":
        suspended(world, case_id)
    else:
        report_stoppage(world, case_id, StoppageKind.ORDERED)
    assert missing(world, "department_head", case_id, APPROVE) == "no_stop_since_application"
    world.do("department_head", case_id, APPROVE, outcome=Outcome.RETURNED, opinion="又停产。")
    resumed(world, case_id)


def test_a_notice_that_a_newer_order_overtook_is_given_up(world: World) -> None:
    case_id = stopped(world)
    approved(world, case_id)
    given_up = {"outcome": Outcome.RETURNED, "opinion": "又发现瓦斯超限。"}
    assert missing(world, "case_officer", case_id, SERVE, **given_up) == "stopped_since_application"
    world.do("second_officer", case_id, ORDER)
    assert missing(world, "case_officer", case_id, SERVE) == "no_stop_since_application"
    no_reason = {"outcome": Outcome.RETURNED, "opinion": ""}
    assert wrong(world, "case_officer", case_id, SERVE, **no_reason) == {"opinion: required"}
    world.do("case_officer", case_id, SERVE, 0, **given_up)
    assert [(state, served) for _, state, served in notices(world)] == [("void", False)]
    assert needs(world, case_id)["measures_in_force"]
    assert needs(world, case_id)["no_resumption_pending"]
    resumed(world, case_id)
    assert [state for _, state, _ in notices(world)] == ["void", "issued"]
    assert needs(world, case_id)["no_measures_in_force"]


def test_power_is_restored_before_leave_is_given(world: World) -> None:
    case_id = stopped(world)
    world.do("case_officer", case_id, Action.PROPOSE_ORDER)
    inspected(world, case_id)
    assert missing(world, "department_head", case_id, APPROVE) == "no_stopping_order_open"
    shown = page(world, "principal", case_id)
    assert Action.PROPOSE_ORDER not in {act.action for act in shown.acts}
    world.do("department_head", case_id, Action.APPROVE_ORDER)
    world.do("case_officer", case_id, Action.SERVE_ORDER)
    world.later(days=2)
    world.do("case_officer", case_id, Action.RECORD_ORDER_RECEIPT)
    assert missing(world, "department_head", case_id, APPROVE) == "no_stop_since_application"
    world.do("department_head", case_id, APPROVE, outcome=Outcome.RETURNED, opinion="已停电。")
    inspected(world, case_id)
    assert missing(world, "department_head", case_id, APPROVE) == "no_stopping_order_open"
    world.do("case_officer", case_id, Action.LIFT_ORDER)
    world.do("department_head", case_id, Action.CONFIRM_ORDER_LIFTING)
    world.do("case_officer", case_id, Action.RECORD_RESTORATION)
    world.do("department_head", case_id, APPROVE)


def test_an_own_stoppage_after_the_application_is_no_order(world: World) -> None:
    case_id = stopped(world)
    inspected(world, case_id)
    report_stoppage(world, case_id, StoppageKind.OWN_DECISION)
    world.do("department_head", case_id, APPROVE)


def test_a_notice_is_served_on_or_after_its_day_on_somebody(world: World) -> None:
    case_id = stopped(world)
    approved(world, case_id)
    yesterday = world.now.date() - timedelta(days=1)
    for changes, code in (
        ({"served_on": yesterday}, "served_on: before_issue"),
        ({"served_on": None}, "served_on: required"),
        ({"received_by": ""}, "received_by: required"),
        ({"method": None}, "method: required"),
    ):
        assert wrong(world, "case_officer", case_id, SERVE, **changes) == {code}


def test_the_party_reads_of_the_notice_once_it_is_served(world: World) -> None:
    case_id = stopped(world)
    approved(world, case_id)

    def kinds(name: str) -> set[str]:
        return {str(row.kind) for row in page(world, name, case_id).documents}

    assert "resumption_notice" not in kinds("principal")
    assert "resumption_notice" in kinds("case_officer")
    world.do("case_officer", case_id, SERVE)
    assert "resumption_notice" in kinds("principal")


# ------------------------------------------------------------------ copies


def test_copies_go_to_the_territory_and_the_receivers(world: World) -> None:
    case_id = judged(world, Track.LISTED)
    world.complete_double_report(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.do("case_officer", case_id, ORDER)
    resumed(world, case_id)
    with reading(world.engine) as session:
        copy = session.scalars(sa.select(CaseCopy)).one()
        readers = set(session.scalars(sa.select(CopyRecipient.person_id)))
    assert readers == {world.person_ids["government_officer"]}
    assert copy.act_id == world.last_act(case_id)


# ------------------------------------------------------------------ the other ends of a stop


def test_a_restart_is_reported_only_after_a_stoppage_of_ones_own(world: World) -> None:
    case_id = judged_elsewhere(world)
    assert missing(world, "principal", case_id, Action.REPORT_RESTART) == "stopped"
    report_stoppage(world, case_id, StoppageKind.ORDERED)
    for name in ("principal", "case_officer"):
        assert missing(world, name, case_id, Action.REPORT_RESTART) == "no_ordered_stop"
    resumed(world, case_id)
    report_stoppage(world, case_id, StoppageKind.OWN_DECISION)
    world.do("safety_officer", case_id, Action.REPORT_RESTART)
    assert case_of(world, case_id).flags == []


@pytest.mark.parametrize("stop", ["measures", "suspension"])
def test_no_restart_is_reported_while_an_order_to_stop_stands(world: World, stop: str) -> None:
    case_id = judged_elsewhere(world)
    report_stoppage(world, case_id, StoppageKind.OWN_DECISION)
    if stop == "measures":
        world.do("case_officer", case_id, ORDER)
    else:
        suspended(world, case_id)
    assert missing(world, "principal", case_id, Action.REPORT_RESTART) == "no_ordered_stop"


def test_measures_for_a_major_hazard_do_not_end_by_one_officers_word(world: World) -> None:
    case_id = stopped(world)
    word = {"lifting_ground": LiftingGround.DANGER_REMOVED}
    assert wrong(world, "case_officer", case_id, LIFT, **word) == {
        "lifting_ground: resumption_needed"
    }
    assert wrong(world, "case_officer", case_id, LIFT, lifting_ground=None) == {
        "lifting_ground: required"
    }
    world.do("case_officer", case_id, LIFT, lifting_ground=LiftingGround.CLOSED_FOR_GOOD)
    assert needs(world, case_id)["no_measures_in_force"]


def test_measures_before_any_verdict_end_when_the_danger_is_over(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, ORDER)
    world.do("case_officer", case_id, LIFT, lifting_ground=LiftingGround.DANGER_REMOVED)


def test_a_suspension_is_lifted_only_where_it_was_revoked_or_nothing_is_left(world: World) -> None:
    case_id = judged_elsewhere(world)
    suspended(world, case_id)
    lift = Action.LIFT_SUSPENSION
    word = {"lifting_ground": LiftingGround.DANGER_REMOVED}
    assert wrong(world, "department_head", case_id, lift, **word) == {
        "lifting_ground: resumption_needed"
    }
    world.do("department_head", case_id, lift)


def test_the_list_of_measures_in_force_follows_a_resumption(world: World) -> None:
    case_id = stopped(world)

    def listed() -> list[int]:
        watch = Watch(world.now, 7, 30)
        wanted = LedgerFilter(concern=Concern.MEASURES_IN_FORCE, watch=watch)
        with reading(world.engine) as session:
            rows = list_ledger(session, world.actor("case_officer"), wanted, 10).rows
        return [row.case_id for row in rows]

    assert listed() == [case_id]
    resumed(world, case_id)
    assert listed() == []


def test_the_page_lists_what_stops_production_until_it_may_resume(world: World) -> None:
    case_id = stopped(world)
    suspended(world, case_id)
    offered = {
        measure.step.task.step
        for measure in measures_in_force(page(world, "principal", case_id))
        if measure.step
    }
    assert offered == {APPLY}
    assert len(measures_in_force(page(world, "case_officer", case_id))) == 2
    resumed(world, case_id)
    assert measures_in_force(page(world, "principal", case_id)) == ()


# ------------------------------------------------------------------ apart from delisting


def test_no_case_ends_and_no_party_changes_while_an_application_waits(world: World) -> None:
    case_id = judged_elsewhere(world)
    report_stoppage(world, case_id, StoppageKind.ORDERED)
    world.do("principal", case_id, APPLY)
    for ask, decide in (
        (Action.WITHDRAW_CASE, Action.CONFIRM_WITHDRAWAL),
        (Action.CHANGE_RESPONSIBLE_PARTY, Action.CONFIRM_PARTY_CHANGE),
    ):
        world.do("case_officer", case_id, ask)
        assert missing(world, "department_head", case_id, decide) == "no_resumption_pending"


def test_delisting_resumes_nothing_and_a_resumption_delists_nothing(world: World) -> None:
    case_id = judged(world, Track.LISTED)
    world.complete_double_report(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    suspended(world, case_id)
    resumed(world, case_id)
    assert case_of(world, case_id).ending is None
    report_stoppage(world, case_id, StoppageKind.ORDERED)
    world.rectify(case_id)
    world.accept(case_id)
    world.close(case_id)
    assert case_of(world, case_id).flags == [CaseFlag.STOPPED]


def test_a_penalty_after_a_resumption_stops_production_again(world: World) -> None:
    case_id = stopped(world)
    resumed(world, case_id)
    notified(world, case_id)
    world.do("principal", case_id, Action.ANSWER_PENALTY_NOTICE)
    world.do("department_head", case_id, DECIDE)
    world.do("case_officer", case_id, Action.SERVE_SUSPENSION)
    assert case_of(world, case_id).flags == [CaseFlag.SUSPENDED]
    world.do("principal", case_id, APPLY, uploads=(PHOTO,))
