"""Claim, release, transfer and delegation: who may, who holds, and one of two at once."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from services.assignments import (
    GiveStep,
    claim_step,
    delegate_step,
    first_changed_assignment,
    release_step,
    transfer_step,
)
from services.audit import first_broken_link
from services.database import reading, transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.frame import Frame
from services.models.assignment import StepAssignment
from services.models.audit import AuditEntry
from services.models.deadline import Deadline
from services.models.organisation import Person, Post, PostSector
from services.models.process import open_task
from services.queries.assignments import (
    AssignmentOptions,
    find_claims,
    get_assignment_options,
    list_deeds,
)
from services.queries.duty_groups import DutyGroup, count_groups, list_group
from tests.builders import World
from workflows.assignments import AssignmentRefusedError, DelegationRefusedError, StepClaimedError
from workflows.errors import RuleError, TaskNotReadyError
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, AssignmentKind, Outcome, Role

VERIFY = Action.VERIFY_HAZARD


def as_(world: World, name: str, act: Callable[[Frame], None]) -> None:
    with transaction(world.engine) as session:
        act(world.frame(session, name))


def claim(world: World, name: str, case_id: int, action: Action = VERIFY) -> None:
    task_id = world.task_id(case_id, action)
    as_(world, name, lambda frame: claim_step(frame, case_id, task_id))


def release(world: World, name: str, case_id: int, reason: str = "外出检查") -> None:
    task_id = world.task_id(case_id, VERIFY)
    as_(world, name, lambda frame: release_step(frame, case_id, task_id, reason))


def give(
    world: World, name: str, case_id: int, to: str, action: Action = VERIFY, reason: str = "分工"
) -> GiveStep:
    task_id = world.task_id(case_id, action)
    return GiveStep(
        case_id=case_id, task_id=task_id, to_person_id=world.person_ids[to], reason=reason
    )


def transfer(world: World, name: str, case_id: int, to: str, action: Action = VERIFY) -> None:
    command = give(world, name, case_id, to, action)
    as_(world, name, lambda frame: transfer_step(frame, command))


def delegate(world: World, name: str, case_id: int, to: str, action: Action = VERIFY) -> None:
    command = give(world, name, case_id, to, action)
    as_(world, name, lambda frame: delegate_step(frame, command))


def holder(world: World, case_id: int, action: Action = VERIFY) -> str | None:
    task_id = world.task_id(case_id, action)
    with reading(world.engine) as session:
        frame = world.frame(session, "case_officer")
        found = find_claims(session, frame.actor, case_id, frame.today, world.office.profile).get(
            task_id
        )
    return found.holder_name if found else None


def rows(world: World) -> list[tuple[str, str | None]]:
    with reading(world.engine) as session:
        return [
            (row.kind, row.holder.name if row.holder else None)
            for row in session.scalars(sa.select(StepAssignment).order_by(StepAssignment.id))
        ]


def options(world: World, name: str, case_id: int, action: Action = VERIFY) -> AssignmentOptions:
    task_id = world.task_id(case_id, action)
    with reading(world.engine) as session:
        frame = world.frame(session, name)
        return get_assignment_options(
            session, frame.actor, case_id, task_id, frame.today, world.office.profile
        )


def names(group: tuple[object, ...]) -> set[str]:
    return {item.actor.name for item in group}  # type: ignore[attr-defined]


def leave_post(world: World, name: str) -> None:
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id == world.person_ids[name])
            .values(valid_to=date(2026, 3, 1))
        )


def hire(world: World, name: str, organisation: str, role: Role) -> None:
    with transaction(world.engine) as session:
        person = session.scalars(sa.select(Person).where(Person.name == name)).one_or_none()
        if person is None:
            person = Person(name=name)
            session.add(person)
            session.flush()
            world.person_ids[name] = person.id
        session.add(
            Post(
                person_id=person.id,
                organisation_id=world.ids[organisation],
                role=role.value,
                title=role.value,
                valid_from=date(2025, 1, 1),
            )
        )


# ------------------------------------------------------------------ claim and release


def test_a_claimed_step_is_done_by_its_holder_only(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    claim(world, "case_officer", case_id)
    command = world.command(case_id, VERIFY)
    with pytest.raises(StepClaimedError) as refusal:
        world.act("second_officer", command, VERIFY)
    assert refusal.value.detail == {"person": "case_officer", "at": world.now.isoformat()}
    world.act("case_officer", command, VERIFY)
    assert VERIFY not in world.open_steps(case_id)


def test_a_step_that_nobody_claimed_stays_free_to_all(world: World) -> None:
    case_id = world.file_report()
    world.do("second_officer", case_id, VERIFY)
    assert rows(world) == []


def test_a_released_step_is_free_again_and_the_reason_is_kept(world: World) -> None:
    case_id = world.file_report()
    claim(world, "case_officer", case_id)
    release(world, "case_officer", case_id, "外出检查，三日后返回")
    assert holder(world, case_id) is None
    world.do("second_officer", case_id, VERIFY)
    with reading(world.engine) as session:
        deeds = list_deeds(session, world.actor("second_officer"), case_id, world.office.profile)
    assert [(deed.kind, deed.reason) for deed in deeds] == [
        (AssignmentKind.CLAIMED, ""),
        (AssignmentKind.RELEASED, "外出检查，三日后返回"),
    ]


def test_only_the_holder_gives_a_step_back_and_says_why(world: World) -> None:
    case_id = world.file_report()
    with pytest.raises(AssignmentRefusedError):
        release(world, "case_officer", case_id)
    claim(world, "case_officer", case_id)
    with pytest.raises(StepClaimedError):
        release(world, "second_officer", case_id)
    with pytest.raises(InvalidCommandError):
        release(world, "case_officer", case_id, "")
    with pytest.raises(InvalidCommandError):
        release(world, "case_officer", case_id, "长" * 501)
    assert holder(world, case_id) == "case_officer"


def test_nobody_claims_what_does_not_fall_to_them(world: World) -> None:
    case_id = world.file_report()
    for name, error in (
        ("rival_principal", CaseNotFoundError),
        ("other_officer", CaseNotFoundError),
        ("department_head", PermissionRefusedError),
        ("safety_officer", PermissionRefusedError),
    ):
        with pytest.raises(error):
            claim(world, name, case_id)
    assert rows(world) == []


def test_a_step_that_is_open_at_any_time_is_not_claimed(world: World) -> None:
    """An order on the spot must never wait for one person."""
    case_id = world.file_report()
    with pytest.raises(AssignmentRefusedError) as refusal:
        claim(world, "case_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES)
    assert refusal.value.detail["reason"] == "standing"


def test_a_step_of_another_case_is_not_claimed_through_ones_own(world: World) -> None:
    mine, other = world.register(), world.file_report()
    task_id = world.task_id(mine, VERIFY)
    with pytest.raises(TaskNotReadyError):
        as_(world, "case_officer", lambda frame: claim_step(frame, other, task_id))


def test_a_claim_ends_with_its_step(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    claim(world, "case_officer", case_id, Action.REVIEW_PLAN)
    world.do(
        "case_officer", case_id, Action.REVIEW_PLAN, outcome=Outcome.RETURNED, opinion="请补充"
    )
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    assert holder(world, case_id, Action.REVIEW_PLAN) is None
    world.do("second_officer", case_id, Action.REVIEW_PLAN)


def test_who_has_left_the_post_locks_nothing(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    claim(world, "case_officer", case_id)
    leave_post(world, "case_officer")
    assert options(world, "second_officer", case_id).claim is None
    with transaction(world.engine) as session:
        frame = world.frame(session, "second_officer")
        listed = list_group(session, frame.actor, DutyGroup.OTHERS, frame.today, 50)
        assert [row.duty.step for row in listed] == []
    world.do("second_officer", case_id, VERIFY)


def test_who_may_not_act_any_more_by_separation_of_duties_holds_nothing(world: World) -> None:
    case_id = world.file_report()
    claim(world, "case_officer", case_id)
    hire(world, "case_officer", "mine", Role.ENTERPRISE_SAFETY_OFFICER)
    world.do("case_officer", case_id, Action.SUPPLEMENT_REPORT)
    assert options(world, "second_officer", case_id).claim is None
    world.do("second_officer", case_id, VERIFY)


def test_the_clocks_run_on(world: World) -> None:
    def clocks() -> list[tuple[object, ...]]:
        with reading(world.engine) as session:
            tasks = session.execute(sa.select(open_task.c.task_id, open_task.c.due_at))
            deadlines = session.execute(
                sa.select(Deadline.id, Deadline.started_at, Deadline.due_at, Deadline.ended_at)
            )
            return [tuple(row) for row in (*tasks, *deadlines)]

    case_id = world.file_report()
    before = clocks()
    claim(world, "case_officer", case_id)
    world.later(hours=5)
    transfer(world, "case_officer", case_id, "second_officer")
    delegate(world, "department_head", case_id, "case_officer")
    release(world, "case_officer", case_id)
    assert clocks() == before


# ------------------------------------------------------------------ transfer and delegation


def test_a_step_is_handed_to_a_colleague_with_the_same_duty(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    transfer(world, "case_officer", case_id, "second_officer")
    assert holder(world, case_id) == "second_officer"
    with pytest.raises(StepClaimedError):
        world.act("case_officer", world.command(case_id, VERIFY), VERIFY)
    transfer(world, "second_officer", case_id, "case_officer")
    assert holder(world, case_id) == "case_officer"


@pytest.mark.parametrize(
    "to", ["department_head", "other_officer", "safety_officer", "rival_principal", "case_officer"]
)
def test_a_step_is_handed_to_nobody_without_the_duty(world: World, to: str) -> None:
    case_id = world.file_report()
    with pytest.raises(AssignmentRefusedError) as refusal:
        transfer(world, "case_officer", case_id, to)
    assert refusal.value.detail["reason"] == "no_duty"
    assert rows(world) == []


def test_exactly_those_are_offered_who_could_do_it_now(world: World) -> None:
    hire(world, "third_officer", "department", Role.CASE_OFFICER)
    case_id = world.file_report()
    found = options(world, "case_officer", case_id)
    assert names(found.transfer_to) == {"second_officer", "third_officer"}
    assert found.may_claim
    assert not found.delegate_to
    head = options(world, "department_head", case_id)
    assert names(head.delegate_to) == {"case_officer", "second_officer", "third_officer"}
    assert not head.may_claim
    assert not head.transfer_to
    leave_post(world, "third_officer")
    assert names(options(world, "case_officer", case_id).transfer_to) == {"second_officer"}


def test_whoever_inspected_already_is_not_offered_the_second_inspection(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    hire(world, "third_reviewer", "department", Role.ACCEPTANCE_REVIEWER)
    world.do("reviewer", case_id, Action.INSPECT_RECTIFICATION)
    found = options(world, "second_reviewer", case_id, Action.INSPECT_RECTIFICATION)
    assert names(found.transfer_to) == {"third_reviewer"}
    with pytest.raises(AssignmentRefusedError):
        transfer(world, "second_reviewer", case_id, "reviewer", Action.INSPECT_RECTIFICATION)


def test_the_head_assigns_and_takes_from_one_to_give_to_another(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    claim(world, "case_officer", case_id)
    delegate(world, "department_head", case_id, "second_officer")
    assert holder(world, case_id) == "second_officer"
    with reading(world.engine) as session:
        last = list_deeds(session, world.actor("department_head"), case_id, world.office.profile)[
            -1
        ]
    assert (last.person_name, last.holder_name, last.former_holder_name, last.reason) == (
        "department_head",
        "second_officer",
        "case_officer",
        "分工",
    )


@pytest.mark.parametrize(
    "name", ["case_officer", "safety_officer", "principal", "office_head", "leader"]
)
def test_nobody_but_the_head_of_the_house_assigns(world: World, name: str) -> None:
    case_id = world.file_report()
    with pytest.raises(DelegationRefusedError):
        delegate(world, name, case_id, "second_officer")
    assert rows(world) == []


def test_a_foreign_case_is_not_there_for_a_head(world: World) -> None:
    case_id = world.file_report()
    with pytest.raises(CaseNotFoundError):
        delegate(world, "rival_principal", case_id, "second_officer")


def test_what_the_office_holds_is_not_taken_away_by_the_department(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    serve = Action.SERVE_LISTING_NOTICE
    claim(world, "committee_officer", case_id, serve)
    with pytest.raises(AssignmentRefusedError) as refusal:
        delegate(world, "department_head", case_id, "case_officer", serve)
    assert refusal.value.detail["reason"] == "not_your_people"
    with pytest.raises(AssignmentRefusedError):
        transfer(world, "committee_officer", case_id, "case_officer", serve)


def test_the_same_form_sent_twice_takes_effect_once(world: World) -> None:
    case_id = world.file_report()
    for _ in range(2):
        claim(world, "case_officer", case_id)
    given = give(world, "case_officer", case_id, "second_officer")
    for _ in range(2):
        as_(world, "case_officer", lambda frame: transfer_step(frame, given))
    for _ in range(2):
        delegate(world, "department_head", case_id, "case_officer")
    for _ in range(2):
        release(world, "case_officer", case_id)
    assert rows(world) == [
        ("claimed", "case_officer"),
        ("transferred", "second_officer"),
        ("delegated", "case_officer"),
        ("released", None),
    ]


def test_reasons_stay_in_the_house_and_on_the_supervising_side(world: World) -> None:
    case_id = world.file_report()
    delegate(world, "department_head", case_id, "case_officer")
    with reading(world.engine) as session:
        inside = list_deeds(session, world.actor("second_officer"), case_id, world.office.profile)
        outside = list_deeds(session, world.actor("principal"), case_id, world.office.profile)
        with pytest.raises(CaseNotFoundError):
            list_deeds(session, world.actor("rival_principal"), case_id, world.office.profile)
    assert [(deed.reason, deed.withheld) for deed in inside] == [("分工", False)]
    assert [(deed.reason, deed.withheld) for deed in outside] == [("", True)]


# ------------------------------------------------------------------ the record


def test_each_deed_is_a_link_of_the_chain_without_its_words(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    delegate(world, "department_head", case_id, "case_officer")
    release(world, "case_officer", case_id)
    with transaction(world.engine) as session:
        assert first_broken_link(session) is None
        assert first_changed_assignment(session) is None
        bodies = session.scalars(sa.select(AuditEntry.body).order_by(AuditEntry.sequence)).all()
        assert [body.get("kind") for body in bodies][-2:] == ["delegated", "released"]
        assert "分工" not in str(bodies)
        row = session.scalars(sa.select(StepAssignment).order_by(StepAssignment.id)).first()
        assert row is not None
        row.reason = "另一个理由"
        session.flush()
        assert first_changed_assignment(session) == row.id


# ------------------------------------------------------------------ two at once


def at_once(*acts: Callable[[], None]) -> list[str]:
    barrier, outcomes = Barrier(len(acts)), list[str]()

    def run(act: Callable[[], None]) -> None:
        barrier.wait()
        try:
            act()
        except RuleError as error:
            outcomes.append(error.code)
        else:
            outcomes.append("done")

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def cases(world: World, count: int = 4) -> list[int]:
    found = []
    for _ in range(count):
        world.later(minutes=1)
        found.append(world.register())
    return found


def test_of_two_who_claim_at_once_one_holds_and_one_is_told(each_world: World) -> None:
    world = each_world
    for case_id in cases(world):
        task_id = world.task_id(case_id, VERIFY)

        def take(name: str, case_id: int = case_id, task_id: str = task_id) -> None:
            as_(world, name, lambda frame: claim_step(frame, case_id, task_id))

        assert at_once(lambda: take("case_officer"), lambda: take("second_officer")) == [
            "done",
            "step_claimed",
        ]
    assert len(rows(world)) == 4


def test_one_person_who_claims_twice_at_once_has_one_claim(each_world: World) -> None:
    world = each_world
    for case_id in cases(world, 2):
        take = lambda case_id=case_id: claim(world, "case_officer", case_id)  # noqa: E731
        assert at_once(take, take) == ["done", "done"]
    assert len(rows(world)) == 2


def test_a_claim_and_an_act_at_once_do_not_both_happen(each_world: World) -> None:
    world = each_world
    for case_id in cases(world):
        task_id, command = world.task_id(case_id, VERIFY), world.command(case_id, VERIFY)

        def take(case_id: int = case_id, task_id: str = task_id) -> None:
            as_(world, "case_officer", lambda frame: claim_step(frame, case_id, task_id))

        def act(command: object = command) -> None:
            world.act("second_officer", command, VERIFY)  # type: ignore[arg-type]

        outcome = at_once(take, act)
        assert outcome in (["done", "step_claimed"], ["done", "task_not_ready"])
        held = holder(world, case_id) if VERIFY in world.open_steps(case_id) else None
        assert (held == "case_officer") == (outcome[1] == "step_claimed")


def test_the_head_and_the_holder_give_it_on_at_once_and_the_chain_holds(each_world: World) -> None:
    world = each_world
    hire(world, "third_officer", "department", Role.CASE_OFFICER)
    for case_id in cases(world):
        claim(world, "case_officer", case_id)
        at_once(
            lambda case_id=case_id: transfer(world, "case_officer", case_id, "second_officer"),  # type: ignore[misc]
            lambda case_id=case_id: delegate(world, "department_head", case_id, "third_officer"),  # type: ignore[misc]
        )
        assert holder(world, case_id) == "third_officer" or rows(world)[-1][0] == "transferred"
    with reading(world.engine) as session:
        assert first_broken_link(session) is None


# ------------------------------------------------------------------ the groups of one's duties


def test_the_groups_part_all_duties_between_them(each_world: World) -> None:
    world = each_world
    first, second, third = cases(world, 3)
    claim(world, "case_officer", first)
    claim(world, "second_officer", second)
    world.file_report()
    with transaction(world.engine) as session:
        frame = world.frame(session, "case_officer")
        counts = count_groups(session, frame.actor, frame.today, frame.now)
        listed = {
            group: list_group(session, frame.actor, group, frame.today, 100) for group in DutyGroup
        }
    assert {group: count.total for group, count in counts.items()} == {
        group: len(found) for group, found in listed.items()
    }
    assert [(row.duty.case_id, row.holder_name) for row in listed[DutyGroup.MINE]] == [
        (first, "case_officer")
    ]
    assert [(row.duty.case_id, row.holder_name) for row in listed[DutyGroup.OTHERS]] == [
        (second, "second_officer")
    ]
    shared = [(row.duty.case_id, row.duty.step) for row in listed[DutyGroup.SHARED]]
    assert (third, VERIFY) in shared
    assert (first, VERIFY) not in shared
    assert all(row.holder_name == "" for row in listed[DutyGroup.SHARED])


def test_what_only_one_person_can_do_is_that_persons_own(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    leave_post(world, "second_officer")
    with transaction(world.engine) as session:
        frame = world.frame(session, "case_officer")
        counts = count_groups(session, frame.actor, frame.today, frame.now)
        assert counts[DutyGroup.SHARED].total == 0
        assert counts[DutyGroup.MINE].total > 0
    assert not options(world, "case_officer", case_id).may_claim


def test_every_group_agrees_with_the_rule_for_everybody(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.register()
    claim(world, "committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    with transaction(world.engine) as session:
        for name in world.person_ids:
            frame = world.frame(session, name)
            for group in DutyGroup:
                for row in list_group(session, frame.actor, group, frame.today, 100):
                    found = get_assignment_options(
                        session,
                        frame.actor,
                        row.duty.case_id,
                        row.duty.task_id,
                        frame.today,
                        world.office.profile,
                    )
                    expected = (
                        DutyGroup.MINE
                        if found.is_held_by_me
                        else DutyGroup.OTHERS
                        if found.claim
                        else DutyGroup.SHARED
                        if found.may_claim
                        else DutyGroup.MINE
                    )
                    assert group is expected, (name, row)


def test_a_leader_of_another_sector_shares_nothing(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.do("office_head", case_id, Action.REVIEW_DRAFT)
    # A case of the other leader's sector must not make this one's countersignature shared.
    world.later(minutes=1)
    world.register(
        responsible_party_id=None,
        new_party_name="示例商场",
        sector="fire",
        division_code="140602",
    )
    with transaction(world.engine) as session:
        person = Person(name="another_leader")
        session.add(person)
        session.flush()
        post = Post(
            person_id=person.id,
            organisation_id=world.ids["committee"],
            role=Role.LEADER_IN_CHARGE.value,
            title="副主任",
            valid_from=date(2025, 1, 1),
        )
        post.sectors = [PostSector(sector="fire")]
        session.add(post)
    with transaction(world.engine) as session:
        frame = world.frame(session, "leader")
        counts = count_groups(session, frame.actor, frame.today, frame.now)
    assert (counts[DutyGroup.MINE].total, counts[DutyGroup.SHARED].total) == (1, 0)


def test_organisations_share_no_queue(world: World) -> None:
    world.file_report()
    with transaction(world.engine) as session:
        frame = world.frame(session, "other_officer")
        counts = count_groups(session, frame.actor, frame.today, frame.now)
    assert {count.total for count in counts.values()} == {0}
