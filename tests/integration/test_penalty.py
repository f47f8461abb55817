"""A suspension penalty: four people, a party that is told and heard, two numbered decisions."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.models.document import Document
from services.queries.case_page import get_case_page
from services.queries.concerns import Watch
from services.queries.home import list_late, list_late_steps
from services.queries.ledger import LedgerFilter, count_ledger, count_matching, list_ledger
from services.queries.passage import list_advances
from services.queries.shown import BASIS
from tests.builders import World
from tests.integration.test_substitutions import add_post
from workflows.permissions import UNTOLD_CLOCKS, PermissionRefusedError
from workflows.vocabulary import Action, CaseFlag, Outcome, Role, Track

PROPOSE, LEGALITY, NOTIFY = (
    Action.PROPOSE_SUSPENSION,
    Action.REVIEW_LEGALITY,
    Action.SERVE_PENALTY_NOTICE,
)
ANSWER, SILENCE, HEAR = (
    Action.ANSWER_PENALTY_NOTICE,
    Action.RECORD_NO_ANSWER,
    Action.RECORD_HEARING,
)
AGAIN = Action.REVIEW_AFTER_HEARING
DECIDE, SERVE, LIFT = Action.DECIDE_SUSPENSION, Action.SERVE_SUSPENSION, Action.LIFT_SUSPENSION
DECISIONS = ("unit_penalty_decision", "head_penalty_decision")


def judged(world: World, track: Track = Track.TRACKED) -> int:
    case_id = world.file_report()
    world.to_listing(case_id, track=track)
    return case_id


def notified(world: World, case_id: int) -> None:
    world.walk(
        case_id,
        ("case_officer", PROPOSE),
        ("legality_reviewer", LEGALITY),
        ("case_officer", NOTIFY),
    )


def in_force(world: World, case_id: int) -> None:
    notified(world, case_id)
    world.do("principal", case_id, ANSWER)
    world.do("department_head", case_id, DECIDE)
    world.do("case_officer", case_id, SERVE)


def numbers(world: World, *kinds: str) -> list[str | None]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Document.number).where(Document.kind.in_(kinds)).order_by(Document.id)
            )
        )


def clocks(world: World, case_id: int, rule: str) -> list[tuple[int | None, str | None]]:
    with transaction(world.engine) as session:
        rows = session.execute(
            sa.select(Deadline.holder_id, Deadline.ended_as)
            .where(Deadline.case_id == case_id, Deadline.rule_id == rule)
            .order_by(Deadline.id)
        )
        return [(row.holder_id, row.ended_as) for row in rows]


def flags(world: World, case_id: int) -> list[str]:
    with transaction(world.engine) as session:
        return list(session.get_one(SupervisionCase, case_id).flags)


def read(world: World, name: str, case_id: int) -> Any:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return get_case_page(session, actor, case_id, world.office.profile)


def test_one_case_two_penalties_from_proposal_to_lifting(each_world: World) -> None:
    world = each_world
    case_id = judged(world)
    world.do("case_officer", case_id, PROPOSE)
    assert numbers(world, "penalty_notice") == []
    world.do("legality_reviewer", case_id, LEGALITY)
    assert len(numbers(world, "penalty_notice")) == 1
    world.do("case_officer", case_id, NOTIFY)
    assert clocks(world, case_id, "answer_penalty_notice") == [(world.ids["mine"], None)]
    world.do("principal", case_id, ANSWER, outcome=Outcome.HEARING_ASKED)
    assert DECIDE not in world.open_steps(case_id)
    world.later(days=20)
    world.do("second_officer", case_id, HEAR)
    assert DECIDE not in world.open_steps(case_id)
    world.do("legality_reviewer", case_id, AGAIN)
    world.do("department_head", case_id, DECIDE)
    assert len(set(numbers(world, *DECISIONS))) == 2
    assert flags(world, case_id) == []
    world.do("case_officer", case_id, SERVE)
    assert flags(world, case_id) == [CaseFlag.SUSPENDED]
    assert clocks(world, case_id, "conclude_penalty") == [(world.ids["department"], "met")]
    world.do("department_head", case_id, LIFT)
    assert flags(world, case_id) == []
    world.do("case_officer", case_id, PROPOSE)


def test_without_a_penalty_for_the_head_only_the_unit_gets_a_decision(world: World) -> None:
    case_id = judged(world)
    notified(world, case_id)
    world.do("principal", case_id, ANSWER, outcome=Outcome.WAIVED, statement="")
    world.do("department_head", case_id, DECIDE, head_name="", head_penalty="")
    assert len(numbers(world, *DECISIONS)) == 1
    world.do("case_officer", case_id, SERVE, head_received_by="")


@pytest.mark.parametrize("missing", ["head_name", "head_penalty"])
def test_a_penalty_for_the_head_has_a_name_and_a_content(world: World, missing: str) -> None:
    case_id = judged(world)
    changes: dict[str, object] = {missing: ""}
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, PROPOSE, 0, **changes)
    assert set(refused.value.fields) == {missing}


def test_a_proposal_that_is_not_legal_ends_untold_and_may_come_again(world: World) -> None:
    case_id = judged(world)
    world.do("case_officer", case_id, PROPOSE)
    with pytest.raises(InvalidCommandError):
        world.do("legality_reviewer", case_id, LEGALITY, outcome=Outcome.RETURNED, opinion="")
    world.do("legality_reviewer", case_id, LEGALITY, outcome=Outcome.RETURNED, opinion="缺证据。")
    assert numbers(world, "penalty_notice") == []
    department = world.ids["department"]
    assert clocks(world, case_id, "conclude_penalty") == [(department, "ended")]
    world.do("case_officer", case_id, PROPOSE)
    assert clocks(world, case_id, "conclude_penalty") == [(department, "ended"), (department, None)]


def test_silence_is_recorded_by_a_person_and_not_before_the_time_is_over(
    each_world: World,
) -> None:
    world = each_world
    case_id = judged(world)
    notified(world, case_id)
    # Monday; five working days end on the next Monday.
    world.later(days=7)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, SILENCE)
    assert refused.value.fields == {"opinion": "answer_time_runs:2026-03-09"}
    world.later(days=1)
    world.do("case_officer", case_id, SILENCE)
    assert ANSWER not in world.open_steps(case_id)
    world.do("department_head", case_id, DECIDE)


def test_a_late_answer_is_heard_as_long_as_silence_is_not_recorded(world: World) -> None:
    case_id = judged(world)
    notified(world, case_id)
    world.later(days=30)
    world.do("principal", case_id, ANSWER)
    assert SILENCE not in world.open_steps(case_id)


def test_a_hearing_is_announced_seven_working_days_before(world: World) -> None:
    case_id = judged(world)
    notified(world, case_id)
    world.do("principal", case_id, ANSWER, outcome=Outcome.HEARING_ASKED)
    world.later(days=14)
    late = world.now.date() - timedelta(days=6)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("second_officer", case_id, HEAR, notified_on=late)
    assert refused.value.fields == {"notified_on": "short_notice:2026-03-05"}
    world.do("second_officer", case_id, HEAR, notified_on=world.now.date() - timedelta(days=11))


def test_a_hearing_is_announced_after_it_was_asked_for(world: World) -> None:
    case_id = judged(world)
    notified(world, case_id)
    world.later(days=3)
    asked_on = world.now.date()
    world.do("principal", case_id, ANSWER, outcome=Outcome.HEARING_ASKED)
    world.later(days=20)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("second_officer", case_id, HEAR, notified_on=asked_on - timedelta(days=1))
    assert refused.value.fields == {"notified_on": "before_hearing_asked"}
    world.do("second_officer", case_id, HEAR, notified_on=asked_on)


def heard(world: World) -> int:
    case_id = judged(world)
    notified(world, case_id)
    world.do("principal", case_id, ANSWER, outcome=Outcome.HEARING_ASKED)
    world.later(days=20)
    world.do("second_officer", case_id, HEAR)
    return case_id


def test_after_a_hearing_no_penalty_is_imposed_that_was_not_found_legal_again(
    world: World,
) -> None:
    case_id = heard(world)
    with pytest.raises(InvalidCommandError) as unsaid:
        world.do("legality_reviewer", case_id, AGAIN, outcome=Outcome.RETURNED, opinion="")
    assert set(unsaid.value.fields) == {"opinion"}
    world.do("legality_reviewer", case_id, AGAIN, outcome=Outcome.RETURNED, opinion="证据不足。")
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("department_head", case_id, DECIDE)
    assert refused.value.detail["missing"] == "legal_after_hearing"
    world.do("department_head", case_id, DECIDE, outcome=Outcome.NOT_IMPOSED)
    notified(world, case_id)
    world.do("principal", case_id, ANSWER)
    world.do("department_head", case_id, DECIDE)


def test_the_party_does_not_read_the_review_after_the_hearing(world: World) -> None:
    case_id = heard(world)
    world.do("legality_reviewer", case_id, AGAIN, opinion="再审意见金丝雀")
    acts = read(world, "principal", case_id).acts
    assert acts[-1].action is AGAIN
    assert "金丝雀" not in str(acts)


@pytest.mark.parametrize("answer", [Outcome.STATED, Outcome.WAIVED])
def test_only_a_statement_must_say_something(world: World, answer: Outcome) -> None:
    case_id = judged(world)
    notified(world, case_id)
    if answer is Outcome.STATED:
        with pytest.raises(InvalidCommandError):
            world.do("principal", case_id, ANSWER, outcome=answer, statement="")
    else:
        world.do("principal", case_id, ANSWER, outcome=answer, statement="")


@pytest.mark.parametrize(
    ("name", "role", "action"),
    [
        ("case_officer", Role.LEGALITY_REVIEWER, LEGALITY),
        ("case_officer", Role.LEGALITY_REVIEWER, HEAR),
        ("legality_reviewer", Role.CASE_OFFICER, HEAR),
        ("case_officer", Role.LEGALITY_REVIEWER, AGAIN),
        ("second_officer", Role.LEGALITY_REVIEWER, AGAIN),
        ("case_officer", Role.DEPARTMENT_HEAD, DECIDE),
        ("legality_reviewer", Role.DEPARTMENT_HEAD, DECIDE),
        ("second_officer", Role.DEPARTMENT_HEAD, DECIDE),
    ],
)
def test_proposer_reviewer_chair_and_decider_are_four_people(
    world: World, name: str, role: Role, action: Action
) -> None:
    case_id = judged(world)
    add_post(world, name, "department", role)
    world.do("case_officer", case_id, PROPOSE)
    if action is not LEGALITY:
        world.do("legality_reviewer", case_id, LEGALITY)
        world.do("case_officer", case_id, NOTIFY)
        world.do("principal", case_id, ANSWER, outcome=Outcome.HEARING_ASKED)
    if action in (AGAIN, DECIDE):
        world.later(days=20)
        world.do("second_officer", case_id, HEAR)
    if action is DECIDE:
        world.do("legality_reviewer", case_id, AGAIN)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do(name, case_id, action)
    assert refused.value.detail["reason"] == "separation_of_duties"


def test_nobody_of_the_supervised_side_decides(world: World) -> None:
    case_id = judged(world)
    add_post(world, "principal", "department", Role.DEPARTMENT_HEAD)
    notified(world, case_id)
    world.do("principal", case_id, ANSWER)
    with pytest.raises(PermissionRefusedError):
        world.do("principal", case_id, DECIDE)


def test_self_report_is_weighed_in_the_proposal(world: World) -> None:
    case_id = judged(world)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, PROPOSE, leniency="")
    assert set(refused.value.fields) == {"leniency"}
    world.do("case_officer", case_id, PROPOSE)
    assert read(world, "case_officer", case_id).acts[-1].content["self_reported"] is True
    found = world.register()
    world.confirm_criterion(found)
    world.do("case_officer", found, Action.VERIFY_HAZARD)
    world.do("case_officer", found, Action.ISSUE_RECTIFICATION_ORDER)
    world.do("department_head", found, Action.CONFIRM_VERDICT, track=Track.TRACKED)
    world.do("case_officer", found, PROPOSE, leniency="")
    assert read(world, "case_officer", found).acts[-1].content["self_reported"] is False


def test_the_party_learns_of_a_penalty_by_the_notice_and_not_before(world: World) -> None:
    case_id = judged(world)
    before = read(world, "principal", case_id)
    world.do("case_officer", case_id, PROPOSE, facts_and_evidence="告知内容金丝雀")
    world.do("legality_reviewer", case_id, LEGALITY, opinion="内部意见金丝雀")
    world.later(days=30)
    assert _seen(world, "principal", case_id) == _of(before)
    for name, sees in (("principal", False), ("case_officer", True)):
        assert bool(_names(world, name) & {"法制审核", "送达处罚告知书", "处罚案件办结"}) == sees
        assert (NOTIFY in _waiting(world, name, case_id)) == sees
        assert bool(_moved(world, name, case_id) & {PROPOSE, LEGALITY}) == sees
        assert bool(_late_cases(world, name)) == sees
        running = [row for row in read(world, name, case_id).deadlines if row.ended_at is None]
        assert _next_due(world, name, case_id) == min(row.due_at for row in running)
    world.do("case_officer", case_id, NOTIFY)
    told = read(world, "principal", case_id)
    text = str([(act.content, act.opinion) for act in told.acts])
    assert "告知内容金丝雀" in text
    assert "内部意见金丝雀" not in text
    assert [document.kind for document in told.documents] == [
        *(document.kind for document in before.documents),
        "penalty_notice",
    ]
    world.do("principal", case_id, ANSWER)
    world.do("department_head", case_id, DECIDE, discussion="集体讨论金丝雀")
    decided = read(world, "principal", case_id)
    assert not set(DECISIONS) & {str(document.kind) for document in decided.documents}
    world.do("case_officer", case_id, SERVE)
    after = read(world, "principal", case_id)
    assert set(DECISIONS) <= {str(document.kind) for document in after.documents}
    assert "集体讨论金丝雀" not in str([act.content for act in after.acts])


def _of(page: Any) -> tuple[object, ...]:
    steps = {row.task.step for row in page.open_steps}
    return (
        [act.act_id for act in page.acts],
        steps - {PROPOSE},
        [row.rule_id for row in page.deadlines],
        [row.document_id for row in page.documents],
        page.flags,
    )


def _seen(world: World, name: str, case_id: int) -> tuple[object, ...]:
    return _of(read(world, name, case_id))


def _watch(world: World) -> Watch:
    return Watch(world.now, 7, 30)


def _names(world: World, name: str) -> set[str]:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        late = [row.name for row in list_late_steps(session, actor, _watch(world))]
        return {*late, *(row.name for row in list_late(session, actor, _watch(world), 50))}


def _late_cases(world: World, name: str) -> int:
    """How many cases the ledger finds late by a clock of the hidden part, counted both ways."""
    actor = world.actor(name)
    wanted = [
        LedgerFilter(overdue_at=world.now, overdue_rule=rule) for rule in sorted(UNTOLD_CLOCKS)
    ]
    with transaction(world.engine) as session:
        found = [count_ledger(session, actor, item) for item in wanted]
        assert list(count_matching(session, actor, wanted)) == found
    return sum(found)


def _next_due(world: World, name: str, case_id: int) -> datetime | None:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        rows = list_ledger(session, actor, LedgerFilter(), 10).rows
    return next(row.next_due_at for row in rows if row.case_id == case_id)


def _waiting(world: World, name: str, case_id: int) -> set[Action]:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        rows = list_ledger(session, actor, LedgerFilter(), 10).rows
    return {item.step for row in rows if row.case_id == case_id for item in row.waiting}


def _moved(world: World, name: str, case_id: int) -> set[str]:
    page = read(world, name, case_id)
    with transaction(world.engine) as session:
        advances = list_advances(session, page)
    return {place.element_id for advance in advances for place in advance.passed}


@pytest.mark.parametrize("stage", ["pending", "in_force"])
def test_nothing_ends_a_case_while_a_penalty_is_open(world: World, stage: str) -> None:
    case_id = judged(world)
    world.complete_double_report(case_id)
    need = "no_penalty_pending" if stage == "pending" else "no_suspension_in_force"
    (notified if stage == "pending" else in_force)(world, case_id)
    world.rectify(case_id)
    world.accept(case_id)
    for name, action in (
        ("department_head", Action.CLOSE_TRACKED_CASE),
        ("department_head", Action.CONFIRM_WITHDRAWAL),
    ):
        if action is Action.CONFIRM_WITHDRAWAL:
            world.do("case_officer", case_id, Action.WITHDRAW_CASE)
        with pytest.raises(PermissionRefusedError) as refused:
            world.do(name, case_id, action)
        assert refused.value.detail["missing"] == need


def test_a_listed_case_is_not_delisted_under_suspension_and_lifting_delists_nothing(
    world: World,
) -> None:
    case_id = judged(world, Track.LISTED)
    world.complete_double_report(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.rectify(case_id)
    in_force(world, case_id)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("signatory", case_id, Action.APPROVE_DELISTING)
    assert refused.value.detail["missing"] == "no_suspension_in_force"
    world.do("department_head", case_id, LIFT)
    assert read(world, "principal", case_id).ending is None
    world.do("signatory", case_id, Action.APPROVE_DELISTING)


def test_the_party_is_not_changed_under_an_open_penalty(world: World) -> None:
    case_id = judged(world)
    notified(world, case_id)
    world.do("case_officer", case_id, Action.CHANGE_RESPONSIBLE_PARTY)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("department_head", case_id, Action.CONFIRM_PARTY_CHANGE)
    assert refused.value.detail["missing"] == "no_penalty_pending"


def test_no_penalty_ends_the_matter(world: World) -> None:
    case_id = judged(world)
    notified(world, case_id)
    world.do("principal", case_id, ANSWER)
    with pytest.raises(InvalidCommandError):
        world.do("department_head", case_id, DECIDE, outcome=Outcome.NOT_IMPOSED, opinion="")
    world.do("department_head", case_id, DECIDE, outcome=Outcome.NOT_IMPOSED, opinion="轻微。")
    assert numbers(world, *DECISIONS) == []
    assert PROPOSE in world.open_steps(case_id)
    world.withdraw(case_id)


def test_nothing_is_lifted_that_is_not_in_force(world: World) -> None:
    case_id = judged(world)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("department_head", case_id, LIFT)
    assert refused.value.detail["missing"] == "suspension_in_force"


def test_the_decision_rests_on_everything_that_came_before() -> None:
    assert {PROPOSE, LEGALITY, NOTIFY, ANSWER, SILENCE, HEAR, AGAIN} <= set(BASIS[DECIDE])
