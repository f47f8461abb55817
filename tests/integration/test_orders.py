"""Enforcement orders: by kind, who proposes, reviews, decides, serves, confirms and lifts."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.document import Document
from services.queries.case_page import get_case_page
from services.queries.concerns import Watch
from services.queries.home import list_late, list_late_steps
from services.queries.ledger import LedgerFilter, list_ledger
from services.reference.order_bases import order_bases
from tests.builders import PHOTO, World
from tests.integration.test_penalty import in_force as suspend
from tests.integration.test_penalty import judged, numbers
from tests.integration.test_substitutions import add_post
from web.labels import MENDS, error_sentence, label_of
from web.views.measures import Measure, measures_in_force
from workflows.orders import NO_ORDER_OPEN, NOT_IN_FORCE, NOT_PENDING, RULES, Signer, orders_of
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, OrderKind, Outcome, PartyAnswer, Role, Track

PROPOSE, REVIEW, HEAR, APPROVE, CLOSE = (
    Action.PROPOSE_ORDER,
    Action.REVIEW_ORDER,
    Action.HEAR_PARTY,
    Action.APPROVE_ORDER,
    Action.DECIDE_CLOSURE,
)
SERVE, RECEIPT = Action.SERVE_ORDER, Action.RECORD_ORDER_RECEIPT
LIFT, CONFIRM, REOPEN, RESTORE = (
    Action.LIFT_ORDER,
    Action.CONFIRM_ORDER_LIFTING,
    Action.DECIDE_CLOSURE_LIFTING,
    Action.RECORD_RESTORATION,
)
EVERY_KIND = pytest.mark.parametrize("kind", list(OrderKind))
POWER, CLOSURE = OrderKind.POWER_STOP, OrderKind.GOVERNMENT_CLOSURE


def propose(world: World, case_id: int, kind: OrderKind, **changes: object) -> None:
    told = {} if RULES[kind].compels_a_decision else {"decision_refused": ""}
    world.do("case_officer", case_id, PROPOSE, 0, enforcement_kind=kind, **{**told, **changes})


def approve(world: World, case_id: int, kind: OrderKind, **changes: object) -> None:
    """From the proposal until it can be served."""
    rule = RULES[kind]
    propose(world, case_id, kind, **changes)
    if rule.reviewed_first:
        world.do("legality_reviewer", case_id, REVIEW)
    if rule.heard_first:
        world.do("case_officer", case_id, HEAR)
    world.do("department_head", case_id, APPROVE)
    if rule.signer is Signer.GOVERNMENT:
        world.do("government_principal", case_id, CLOSE)


def put_in_force(world: World, case_id: int, kind: OrderKind) -> None:
    approve(world, case_id, kind)
    world.do("case_officer", case_id, SERVE)
    if RULES[kind].executed_by_others:
        world.later(days=1)
        world.do("case_officer", case_id, RECEIPT)


def lift(world: World, case_id: int, kind: OrderKind) -> None:
    rule = RULES[kind]
    world.do("case_officer", case_id, LIFT, 0, enforcement_kind=kind)
    world.do("department_head", case_id, CONFIRM)
    if rule.signer is Signer.GOVERNMENT:
        world.do("government_principal", case_id, REOPEN)
    if rule.restored:
        world.do("case_officer", case_id, RESTORE)


def read(world: World, name: str, case_id: int) -> Any:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return get_case_page(session, actor, case_id, world.office.profile)


def in_force(world: World, case_id: int, name: str = "case_officer") -> set[OrderKind]:
    return set(orders_of(read(world, name, case_id).counting_acts).in_force)


def refused_need(world: World, name: str, case_id: int, action: Action) -> str:
    with pytest.raises(PermissionRefusedError) as refused:
        world.do(name, case_id, action)
    return str(refused.value.detail["missing"])


# ------------------------------------------------------------------ the way of each kind


@EVERY_KIND
def test_each_kind_goes_its_way_from_proposal_to_lifting(world: World, kind: OrderKind) -> None:
    case_id = judged(world)
    put_in_force(world, case_id, kind)
    assert in_force(world, case_id) == {kind}
    assert in_force(world, case_id, "principal") == {kind}
    world.later(days=2)
    lift(world, case_id, kind)
    assert in_force(world, case_id) == in_force(world, case_id, "principal") == set()
    assert {PROPOSE, LIFT} <= set(world.open_steps(case_id))


def test_power_is_stopped_and_restored_with_receipts(each_world: World) -> None:
    world = each_world
    case_id = judged(world)
    approve(world, case_id, POWER)
    (number,) = numbers(world, "enforcement_order")
    world.do("case_officer", case_id, SERVE)
    assert in_force(world, case_id) == set()
    world.later(days=1)
    world.do("case_officer", case_id, RECEIPT)
    assert in_force(world, case_id) == {POWER}
    world.do("case_officer", case_id, LIFT)
    world.do("department_head", case_id, CONFIRM)
    assert in_force(world, case_id) == {POWER}
    world.do("case_officer", case_id, RESTORE)
    assert in_force(world, case_id) == set()
    acts = read(world, "principal", case_id).acts
    served = next(act for act in acts if act.action is SERVE)
    assert served.content["enforcement_number"] == number
    assert served.content["executor"] == "示例供电公司"
    assert served.content["legal_basis"] == "安全生产法第七十条"
    assert acts[-1].content["lifting_number"] == numbers(world, "order_lifting_notice")[0]


def test_a_government_closes_down_on_the_petition_of_the_department(each_world: World) -> None:
    world = each_world
    case_id = judged(world)
    propose(world, case_id, CLOSURE, decision_refused="")
    world.do("legality_reviewer", case_id, REVIEW)
    assert len(numbers(world, "order_notice")) == 1
    world.do("case_officer", case_id, HEAR)
    world.do("department_head", case_id, APPROVE)
    assert (len(numbers(world, "closure_petition")), numbers(world, "enforcement_order")) == (1, [])
    assert SERVE not in world.open_steps(case_id)
    page = read(world, "government_principal", case_id)
    assert CLOSE in {row.task.step for row in page.open_steps}
    assert page.acts[-1].opinion == "同意。" or not page.acts[-1].withheld
    world.do("government_principal", case_id, CLOSE)
    world.do("case_officer", case_id, SERVE)
    world.do("case_officer", case_id, RECEIPT)
    served = next(act for act in read(world, "principal", case_id).acts if act.action is SERVE)
    assert served.content["enforcement_number"] == "示例政决〔2026〕9号"


@pytest.mark.parametrize(
    "refuser", ["legality_reviewer", "department_head", "government_principal"]
)
def test_whoever_refuses_says_why_and_the_kind_may_be_proposed_again(
    world: World, refuser: str
) -> None:
    case_id = judged(world)
    propose(world, case_id, CLOSURE)
    action = REVIEW
    if refuser != "legality_reviewer":
        world.do("legality_reviewer", case_id, REVIEW)
        world.do("case_officer", case_id, HEAR)
        action = APPROVE
    if refuser == "government_principal":
        world.do("department_head", case_id, APPROVE)
        action = CLOSE
    with pytest.raises(InvalidCommandError) as refused:
        world.do(refuser, case_id, action, outcome=Outcome.RETURNED, opinion="")
    assert set(refused.value.fields) == {"opinion"}
    world.do(refuser, case_id, action, outcome=Outcome.RETURNED, opinion="不符合法定情形。")
    assert SERVE not in world.open_steps(case_id)
    propose(world, case_id, CLOSURE)


def test_orders_of_several_kinds_are_in_force_side_by_side(world: World) -> None:
    case_id = judged(world)
    put_in_force(world, case_id, POWER)
    put_in_force(world, case_id, OrderKind.SEALING)
    put_in_force(world, case_id, OrderKind.EXPLOSIVES_STOP)
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, case_id, POWER)
    assert refused.value.fields == {"enforcement_kind": "order_in_force"}
    lift(world, case_id, OrderKind.SEALING)
    assert in_force(world, case_id) == {POWER, OrderKind.EXPLOSIVES_STOP}
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, LIFT, 0, enforcement_kind=OrderKind.SEALING)
    assert refused.value.fields == {"enforcement_kind": "order_not_in_force"}


def test_nothing_is_lifted_where_nothing_is_in_force(world: World) -> None:
    assert refused_need(world, "case_officer", judged(world), LIFT) == "order_in_force"


def test_a_refused_lifting_leaves_the_order_in_force(world: World) -> None:
    case_id = judged(world)
    put_in_force(world, case_id, CLOSURE)
    world.do("case_officer", case_id, LIFT, 0, enforcement_kind=CLOSURE)
    world.do("department_head", case_id, CONFIRM)
    refusal = {"outcome": Outcome.RETURNED, "opinion": "条件未变。"}
    world.do("government_principal", case_id, REOPEN, 0, **refusal)
    assert in_force(world, case_id) == {CLOSURE}
    world.do("case_officer", case_id, LIFT, 0, enforcement_kind=CLOSURE)
    world.do("department_head", case_id, CONFIRM, 0, **refusal)
    assert in_force(world, case_id) == {CLOSURE}


# ------------------------------------------------------------------ what each act must say


def test_only_what_compels_names_the_decision_that_is_not_obeyed(world: World) -> None:
    case_id = judged(world)
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, case_id, POWER, decision_refused="")
    assert set(refused.value.fields) == {"decision_refused"}
    propose(world, case_id, OrderKind.SEALING, decision_refused="")


def test_only_a_power_stop_has_an_emergency(world: World) -> None:
    case_id = judged(world)
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, case_id, OrderKind.EXPLOSIVES_STOP, emergency="瓦斯超限。")
    assert refused.value.fields == {"emergency": "told_afterwards_anyway"}


def test_power_is_not_stopped_earlier_than_24_hours_after_the_party_was_told(
    each_world: World,
) -> None:
    world = each_world
    case_id = judged(world)
    approve(world, case_id, POWER)
    told = world.now
    early = told + timedelta(hours=24) - timedelta(minutes=1)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, SERVE, 0, told_at=told, stops_at=early)
    earliest = (told + timedelta(hours=24)).isoformat()
    assert refused.value.fields == {"stops_at": f"too_soon_after_notice:{earliest}"}
    world.do("case_officer", case_id, SERVE, 0, told_at=told, stops_at=told + timedelta(hours=24))


def test_in_an_emergency_power_is_stopped_at_once(world: World) -> None:
    case_id = judged(world)
    approve(world, case_id, POWER, emergency="瓦斯浓度超限，随时可能爆炸。")
    before = world.now - timedelta(minutes=1)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, SERVE, 0, told_at=world.now, stops_at=before)
    assert refused.value.fields == {"stops_at": "before_told"}
    world.do("case_officer", case_id, SERVE, 0, told_at=world.now, stops_at=world.now)
    world.do("case_officer", case_id, RECEIPT)


def test_the_party_is_told_after_the_approval_and_not_in_the_future(world: World) -> None:
    case_id = judged(world)
    world.later(days=1)
    approve(world, case_id, POWER)
    day = timedelta(days=1)
    for told_at, problem in (
        (world.now - day, f"before_day:{world.now.date().isoformat()}"),
        (world.now + timedelta(hours=1), "in_future"),
    ):
        with pytest.raises(InvalidCommandError) as refused:
            world.do("case_officer", case_id, SERVE, 0, told_at=told_at, stops_at=told_at + day)
        assert refused.value.fields == {"told_at": problem}


@pytest.mark.parametrize("missing", ["executor", "executor_method", "executor_served_on"])
def test_whoever_carries_it_out_is_notified_in_writing(world: World, missing: str) -> None:
    case_id = judged(world)
    approve(world, case_id, OrderKind.EXPLOSIVES_STOP)
    nothing: dict[str, object] = {missing: "" if missing == "executor" else None}
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, SERVE, 0, **nothing)
    assert set(refused.value.fields) == {missing}


def test_a_receipt_is_a_paper_and_not_older_than_the_service(world: World) -> None:
    case_id = judged(world)
    approve(world, case_id, POWER)
    world.do("case_officer", case_id, SERVE)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, RECEIPT, 0, uploads=())
    assert set(refused.value.fields) == {"uploads"}
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, RECEIPT)
    stops_on = (world.now + timedelta(days=1)).date().isoformat()
    assert refused.value.fields == {"executed_on": f"before_day:{stops_on}"}
    yesterday = world.now.date() - timedelta(days=1)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, RECEIPT, 0, receipt_on=yesterday)
    assert set(refused.value.fields) == {"receipt_on"}


def test_silence_of_the_party_is_recorded_when_its_time_is_over(world: World) -> None:
    case_id = judged(world)
    propose(world, case_id, OrderKind.DISHONESTY_LIST)
    world.do("legality_reviewer", case_id, REVIEW)
    told_on = world.now.date()
    silent: dict[str, object] = {
        "party_answer": PartyAnswer.NOTHING,
        "served_on": told_on,
        "heard_on": None,
        "statement": "",
        "uploads": (),
    }
    # Monday; five working days end on the next Monday.
    world.later(days=7)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, HEAR, 0, **silent)
    assert refused.value.fields == {"party_answer": "answer_time_runs:2026-03-09"}
    world.later(days=1)
    world.do("case_officer", case_id, HEAR, 0, **silent)
    assert APPROVE in world.open_steps(case_id)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"statement": ""}, {"statement"}),
        ({"uploads": ()}, {"uploads"}),
        ({"heard_on": None}, {"heard_on"}),
        ({"party_answer": PartyAnswer.WAIVED, "heard_on": None}, {"heard_on"}),
    ],
)
def test_what_the_party_said_has_a_day_a_content_and_a_paper(
    world: World, changes: dict[str, object], wrong: set[str]
) -> None:
    case_id = judged(world)
    propose(world, case_id, CLOSURE)
    world.do("legality_reviewer", case_id, REVIEW)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, HEAR, 0, **changes)
    assert set(refused.value.fields) == wrong
    world.do("case_officer", case_id, HEAR, 0, uploads=(PHOTO,))


@pytest.mark.parametrize("action", [CLOSE, REOPEN])
@pytest.mark.parametrize("missing", ["decision_number", "decided_on"])
def test_a_decision_of_the_government_has_its_own_number_and_day(
    world: World, action: Action, missing: str
) -> None:
    case_id = judged(world)
    if action is REOPEN:
        put_in_force(world, case_id, CLOSURE)
        world.do("case_officer", case_id, LIFT, 0, enforcement_kind=CLOSURE)
        world.do("department_head", case_id, CONFIRM)
    else:
        propose(world, case_id, CLOSURE)
        world.do("legality_reviewer", case_id, REVIEW)
        world.do("case_officer", case_id, HEAR)
        world.do("department_head", case_id, APPROVE)
    nothing: dict[str, object] = {missing: "" if missing == "decision_number" else None}
    with pytest.raises(InvalidCommandError) as refused:
        world.do("government_principal", case_id, action, 0, **nothing)
    assert set(refused.value.fields) == {missing}


# ------------------------------------------------------------------ different people


@pytest.mark.parametrize(
    ("name", "role", "action"),
    [
        ("case_officer", Role.LEGALITY_REVIEWER, REVIEW),
        ("case_officer", Role.DEPARTMENT_HEAD, APPROVE),
        ("legality_reviewer", Role.DEPARTMENT_HEAD, APPROVE),
        ("department_head", Role.CASE_OFFICER, LIFT),
        ("second_officer", Role.DEPARTMENT_HEAD, CONFIRM),
    ],
)
def test_proposer_reviewer_approver_and_lifter_are_different_people(
    world: World, name: str, role: Role, action: Action
) -> None:
    case_id = judged(world)
    add_post(world, name, "department", role)
    kind = OrderKind.APPROVAL_STOP
    if action in (LIFT, CONFIRM):
        put_in_force(world, case_id, kind)
    else:
        propose(world, case_id, kind)
    if action is APPROVE:
        world.do("legality_reviewer", case_id, REVIEW)
    if action is CONFIRM:
        world.do("second_officer", case_id, LIFT, 0, enforcement_kind=kind)
    changes = {"enforcement_kind": kind} if action is LIFT else {}
    with pytest.raises(PermissionRefusedError) as refused:
        world.do(name, case_id, action, 0, **changes)
    assert refused.value.detail["reason"] == "separation_of_duties"


def test_nobody_of_the_party_decides_for_the_government(world: World) -> None:
    case_id = judged(world)
    add_post(world, "principal", "county", Role.GOVERNMENT_PRINCIPAL)
    world.complete_double_report(case_id)
    propose(world, case_id, CLOSURE)
    world.do("legality_reviewer", case_id, REVIEW)
    world.do("case_officer", case_id, HEAR)
    world.do("department_head", case_id, APPROVE)
    with pytest.raises(PermissionRefusedError):
        world.do("principal", case_id, CLOSE)


# ------------------------------------------------------------------ who learns of it when


@EVERY_KIND
def test_the_party_learns_of_an_order_when_it_is_told(world: World, kind: OrderKind) -> None:
    case_id = judged(world)
    rule = RULES[kind]
    before = _seen(world, "principal", case_id)
    propose(world, case_id, kind, facts_and_evidence="措施事实金丝雀")
    unserved = _seen(world, "principal", case_id)
    if rule.reviewed_first:
        world.do("legality_reviewer", case_id, REVIEW, 0, opinion="内部意见金丝雀")
    world.later(days=30)
    assert _seen(world, "principal", case_id) == unserved == before
    for name, sees in (("principal", False), ("case_officer", True), ("government_officer", True)):
        assert bool(_late(world, name) & _NAMES) == sees
        assert bool(_waiting(world, name, case_id) & {REVIEW, HEAR, APPROVE}) == sees
    if rule.heard_first:
        world.do("case_officer", case_id, HEAR)
        assert "措施事实金丝雀" in _text(world, "principal", case_id)
    world.do("department_head", case_id, APPROVE, 0, opinion="内部意见金丝雀")
    if rule.signer is Signer.GOVERNMENT:
        world.do("government_principal", case_id, CLOSE)
    assert not {"enforcement_order", "closure_petition"} & _documents(world, "principal", case_id)
    world.do("case_officer", case_id, SERVE)
    assert "措施事实金丝雀" in _text(world, "principal", case_id)
    assert "内部意见金丝雀" not in _text(world, "principal", case_id)
    assert "内部意见金丝雀" in _text(world, "government_officer", case_id)
    by_department = rule.signer is Signer.DEPARTMENT
    assert ("enforcement_order" in _documents(world, "principal", case_id)) == by_department


def test_a_refused_order_stays_untold_when_a_later_one_is_served(world: World) -> None:
    case_id = judged(world)
    propose(world, case_id, POWER, facts_and_evidence="未批准的金丝雀")
    world.do("department_head", case_id, APPROVE, outcome=Outcome.RETURNED, opinion="证据不足。")
    count = len(read(world, "principal", case_id).acts)
    put_in_force(world, case_id, OrderKind.SEALING)
    acts = read(world, "principal", case_id).acts
    assert [act.action for act in acts[count:]] == [PROPOSE, APPROVE, SERVE]
    assert acts[count].withheld
    assert "未批准的金丝雀" not in _text(world, "principal", case_id)


_NAMES = {"审核措施合法性", "审批执法措施", "告知并听取意见"}


def _seen(world: World, name: str, case_id: int) -> tuple[object, ...]:
    page = read(world, name, case_id)
    return (
        [act.act_id for act in page.acts],
        {row.task.step for row in page.open_steps} - {PROPOSE},
        [row.rule_id for row in page.deadlines],
        [row.document_id for row in page.documents],
    )


def _text(world: World, name: str, case_id: int) -> str:
    return str([(act.content, act.opinion) for act in read(world, name, case_id).acts])


def _documents(world: World, name: str, case_id: int) -> set[str]:
    return {str(document.kind) for document in read(world, name, case_id).documents}


def _late(world: World, name: str) -> set[str]:
    actor, watch = world.actor(name), Watch(world.now, 7, 30)
    with transaction(world.engine) as session:
        late = [row.name for row in list_late_steps(session, actor, watch)]
        return {*late, *(row.name for row in list_late(session, actor, watch, 50))}


def _waiting(world: World, name: str, case_id: int) -> set[Action]:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        rows = list_ledger(session, actor, LedgerFilter(), 10).rows
    return {item.step for row in rows if row.case_id == case_id for item in row.waiting}


def test_the_government_reads_the_petition_that_it_decides_on(world: World) -> None:
    case_id = judged(world)
    propose(world, case_id, CLOSURE)
    world.do("legality_reviewer", case_id, REVIEW)
    world.do("case_officer", case_id, HEAR)
    world.do("department_head", case_id, APPROVE)
    for name, sees in (("government_officer", True), ("principal", False), ("group_head", False)):
        assert ("closure_petition" in _documents(world, name, case_id)) == sees


# ------------------------------------------------------------------ what is in force, on the page


def measures(world: World, case_id: int, name: str = "case_officer") -> list[Measure]:
    return list(measures_in_force(read(world, name, case_id)))


def test_all_measures_in_force_stand_in_one_list(world: World) -> None:
    case_id = judged(world)
    world.do("case_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES)
    world.later(days=1)
    suspend(world, case_id)
    world.later(days=1)
    put_in_force(world, case_id, POWER)
    put_in_force(world, case_id, CLOSURE)
    world.do("case_officer", case_id, LIFT, 0, enforcement_kind=POWER)
    found = measures(world, case_id)
    told = [(item.name, item.number, item.bars_the_end, item.is_being_lifted) for item in found]
    assert told == [
        ("现场处理措施决定书", numbers(world, "immediate_measures_order")[0], True, False),
        ("停产停业整顿", numbers(world, "unit_penalty_decision")[0], True, False),
        ("停止供电", numbers(world, "enforcement_order")[0], True, True),
        ("政府关闭", "示例政决〔2026〕9号", False, False),
    ]
    since = [item.since for item in found]
    assert since == sorted(since)
    assert all(item.lifted_by.startswith("申请恢复生产") for item in found[:2])
    assert [item.lifted_by for item in found[2:]] == [
        "由部门主要负责人同意并取得恢复回执后解除",
        "由属地政府决定解除",
    ]
    party = measures(world, case_id, "principal")
    assert [item.name for item in party] == [item.name for item in found]
    offered = {item.step.task.step for item in party if item.step}
    assert offered <= {Action.APPLY_FOR_RESUMPTION}


def test_what_was_lifted_is_no_longer_in_the_list(world: World) -> None:
    case_id = judged(world)
    assert measures(world, case_id) == []
    world.do("case_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES)
    suspend(world, case_id)
    put_in_force(world, case_id, OrderKind.SEALING)
    endable = {item.name for item in measures(world, case_id) if item.step}
    assert endable == {"现场处理措施决定书", "查封"}
    world.do("case_officer", case_id, Action.LIFT_IMMEDIATE_MEASURES)
    world.do("department_head", case_id, Action.LIFT_SUSPENSION)
    lift(world, case_id, OrderKind.SEALING)
    assert measures(world, case_id) == []


@pytest.mark.parametrize("kind", [POWER, OrderKind.SEALING])
def test_a_refusal_names_the_order(kind: OrderKind) -> None:
    named = f"“{label_of(kind)}”"
    for need in (NOT_PENDING[kind], NOT_IN_FORCE[kind]):
        detail = {"action": "approve_delisting", "reason": "need_unmet", "missing": need}
        assert named in error_sentence("permission_refused", detail)
        assert MENDS[need]


# ------------------------------------------------------------------ the end of the case


@EVERY_KIND
@pytest.mark.parametrize("stage", ["pending", "in_force", "lifting"])
def test_an_open_order_bars_the_end_and_is_named(world: World, kind: OrderKind, stage: str) -> None:
    case_id = judged(world)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    if stage == "pending":
        propose(world, case_id, kind)
    else:
        put_in_force(world, case_id, kind)
    if stage == "lifting":
        world.do("case_officer", case_id, LIFT, 0, enforcement_kind=kind)
    if stage == "in_force" and not RULES[kind].bars_the_end:
        world.do("department_head", case_id, Action.CLOSE_TRACKED_CASE)
        return
    needs = {NOT_PENDING[kind], NOT_IN_FORCE.get(kind)}
    assert refused_need(world, "department_head", case_id, Action.CLOSE_TRACKED_CASE) in needs
    world.do("case_officer", case_id, Action.WITHDRAW_CASE)
    assert refused_need(world, "department_head", case_id, Action.CONFIRM_WITHDRAWAL) in needs


def test_a_listed_case_is_not_delisted_without_power(world: World) -> None:
    case_id = judged(world, Track.LISTED)
    world.complete_double_report(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.rectify(case_id)
    put_in_force(world, case_id, POWER)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    missing = refused_need(world, "signatory", case_id, Action.APPROVE_DELISTING)
    assert missing == "no_power_stop_in_force"
    lift(world, case_id, POWER)
    world.do("signatory", case_id, Action.APPROVE_DELISTING)


def test_the_party_is_not_changed_under_an_open_order(world: World) -> None:
    case_id = judged(world)
    propose(world, case_id, POWER)
    world.do("case_officer", case_id, Action.CHANGE_RESPONSIBLE_PARTY)
    missing = refused_need(world, "department_head", case_id, Action.CONFIRM_PARTY_CHANGE)
    assert missing == "no_power_stop_pending"


# ------------------------------------------------------------------ the table of kinds


def test_every_kind_has_its_row_its_basis_and_its_needs() -> None:
    assert set(RULES) == set(order_bases()) == set(NOT_PENDING) == set(OrderKind)
    assert {kind for kind, rule in RULES.items() if rule.signer is Signer.GOVERNMENT} == {CLOSURE}
    assert {kind for kind, rule in RULES.items() if rule.told_beforehand} == {POWER}
    assert len(NO_ORDER_OPEN) == len(set(NO_ORDER_OPEN))
    assert all(rule.executed_by_others for rule in RULES.values() if rule.restored)


def test_a_served_order_has_its_number_and_time_of_service(world: World) -> None:
    case_id = judged(world)
    put_in_force(world, case_id, OrderKind.SEALING)
    with transaction(world.engine) as session:
        order = session.scalars(
            sa.select(Document).where(Document.kind == "enforcement_order")
        ).one()
        assert order.number
        assert order.served_at is not None
